// The offline page: one trace in a file of its own.

import { OfflinePage } from "./offlinepage.js";
import { Record } from "./record.js";
import { Settings } from "./settings.js";

const payload = JSON.parse(document.getElementById("data").textContent);
const settings = new Settings(payload.words, payload.language);
settings.dress("auto");
Record.open(payload).then((record) => new OfflinePage(record, settings));

// The card of a trace in a notebook: the screen with its three views, in a frame of its own.

import { Record } from "./record.js";
import { Stage } from "./stage.js";
import { Watch } from "./watch.js";

const content = JSON.parse(document.getElementById("data").textContent);
Record.open(content.payload).then((record) => {
  const stage = new Stage({ record, words: content.words });
  const screen = new Watch(stage);
  document.body.append(screen.node);
  screen.start();
  document.addEventListener("keydown", (event) => stage.press(event));
});

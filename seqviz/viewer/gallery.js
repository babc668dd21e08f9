// A site of traces and lessons: what each of its pages shows, its data say; words are the site's.

import { OfflinePage } from "./offlinepage.js";
import { Record } from "./record.js";
import { ElsewherePage } from "./siteelsewhere.js";
import { IndexPage } from "./siteindex.js";
import { LessonPage } from "./sitelesson.js";
import { SitePage } from "./sitepage.js";

const SITE_PAGES = {
  index: IndexPage,
  lesson: LessonPage,
  elsewhere: ElsewherePage,
  trace: class extends SitePage {
    constructor(site, page) {
      super(site, page);
      Record.open(page.trace).then((record) => new OfflinePage(record, this, "gallery.footer"));
    }
  },
};

const sitePage = JSON.parse(document.getElementById("data").textContent);
document.getElementById("data").remove();
new SITE_PAGES[sitePage.kind](globalThis.seqvizSite, sitePage);

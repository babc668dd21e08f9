// The page for a trace from elsewhere: from an address, viewer.html?trace=ADDRESS, or from a file of
// this device. It is read here; nothing is sent.

import { html } from "./dom.js";
import { bytesOf, fileAt } from "./elsewhere.js";
import { bar } from "./header.js";
import { OfflinePage } from "./offlinepage.js";
import { SitePage } from "./sitepage.js";
import { Refused } from "./refused.js";
import { readTrace } from "./tracefile.js";
import { packedTrace } from "./tracepack.js";

export class ElsewherePage extends SitePage {
  constructor(site, page) {
    super(site, page);
    this.reader = site.reader;
    this.asked = new URLSearchParams(location.search).get("trace") ?? "";
    this.told = null; // [key, facts] of what is going on
    this.draw();
    if (this.asked) this.show(() => fileAt(this.asked, this.reader.limits, (told) => this.tell(...told)));
  }

  draw() {
    document.documentElement.lang = this.language;
    document.title = `${this.say("gallery.elsewhere")} · SeqViz`;
    const address = html("input", { type: "text", inputmode: "url", name: "trace", spellcheck: "false" });
    address.value = this.asked;
    const file = html("input", { type: "file", accept: ".json,.gz", change: () => file.files[0] && this.show(() => bytesOf(file.files[0], this.reader.limits)) });
    const go = (event) => {
      event.preventDefault();
      location.search = new URLSearchParams({ trace: address.value.trim() });
    };
    this.status = html("p.status", { role: "status" });
    document.body.replaceChildren(html("header", bar(this), html("h1", this.say("gallery.elsewhere")), html("p.lead", this.say("gallery.elsewhere_lead"))),
      html("main", html("section.elsewhere", html("form", { submit: go }, html("label", html("span", this.say("gallery.address")), address), html("button.plain", this.say("gallery.show"))),
        html("label", html("span", this.say("gallery.file")), file), this.status)),
      html("footer", html("p", this.say("gallery.footer"))));
    if (this.told) this.tell(...this.told);
  }

  tell(key, facts = {}) {
    this.told = [key, facts];
    this.status.textContent = this.say(key, facts);
    this.status.classList.toggle("notice", key.startsWith("gallery.bad."));
  }

  // bytes(): a promise of those of a file.
  async show(bytes) {
    try {
      const content = await bytes();
      this.tell("gallery.reading");
      const trace = await readTrace(content, this.reader);
      const record = packedTrace(trace, this.reader);
      document.title = `${trace.source.text} → ${trace.hypotheses.texts[0]} · SeqViz`;
      new OfflinePage(record, this, "gallery.footer");
    } catch (error) {
      if (!(error instanceof Refused)) console.warn(error);
      this.tell(error instanceof Refused ? error.key : "gallery.bad.unfit", error.facts ?? { what: error.message });
    }
  }
}

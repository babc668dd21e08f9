// What several systems made of one sentence.

import { html } from "./dom.js";
import { fixed } from "./text.js";

export class SystemList {
  constructor(stage) {
    const { systems = [], say } = stage.lesson;
    const head = (key) => html("th", { scope: "col" }, say(key));
    this.node = html("div.scroll", { tabindex: 0, role: "region", "aria-label": say("lesson.systems") }, html("table.hypotheses",
      html("thead", html("tr", head("lesson.system"), head("figure.text"), head("figure.cumulative"))),
      html("tbody", ...systems.map(({ name, text, logProb }) => html("tr", html("th", { scope: "row" }, name),
        html("td.text", html("bdi", { dir: "auto" }, text)), html("td.value", fixed(logProb, 2)))))));
  }

  start() {}
}

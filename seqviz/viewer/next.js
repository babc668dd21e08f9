// The most probable next tokens at the step. Where words are shown, the bars are those of one token of
// the word.

import { barsFile, nextTokens } from "./bars.js";
import { html } from "./dom.js";
import { saveButton } from "./svgfile.js";
import { unitAt } from "./text.js";

export class Next {
  constructor(stage) {
    this.stage = stage;
    this.title = html("h3");
    this.caption = html("p.caption");
    this.pieces = html("div.pieces", { role: "group", "aria-label": stage.say("viewer.pieces") });
    this.body = html("div");
    this.node = html("div.panel.next", { role: "group", "aria-label": stage.say("viewer.next") },
      this.title, this.caption, this.pieces, this.body,
      saveButton(stage, "seqviz-next.svg", () => barsFile(stage, this.title.textContent, this.body.querySelector("table"))));
  }

  start() {
    this.stage.watch(["hypothesis", "words", "step"], () => this.draw());
  }

  draw() {
    const { stage, stage: { record, state: { hypothesis, step } } } = this;
    const { tokens, logProbs } = record.hypotheses[hypothesis];
    const here = Math.min(step, tokens.length - 1);
    this.title.textContent = stage.say("viewer.next.at", { step: here + 1, token: record.token(tokens[here]) });
    this.split(here);
    this.body.replaceChildren(nextTokens(stage, stage.say("viewer.next"), record.rowKey(hypothesis, here), { token: tokens[here], logProb: logProbs[here] }) ?? "");
  }

  // The tokens of a word of several, as buttons.
  split(step) {
    const { stage, stage: { record, state: { hypothesis, words } } } = this;
    const { labels, starts } = record.units("target", hypothesis, words);
    const tokens = record.target(hypothesis);
    const word = unitAt(starts, step);
    const own = tokens.slice(starts[word], starts[word + 1] ?? tokens.length);
    const isWhole = own.length < 2;
    this.pieces.hidden = isWhole;
    this.caption.hidden = isWhole;
    this.caption.textContent = isWhole ? "" : stage.say("viewer.next.of", { word: labels[word], count: own.length });
    this.pieces.replaceChildren(...(isWhole ? [] : own.map((text, place) => html("button.plain", {
      "aria-pressed": starts[word] + place === step, click: () => this.go(place) }, html("bdi", text)))));
  }

  // To another token of the same word.
  go(place) {
    const { stage } = this;
    stage.play(false);
    stage.goToStep(stage.record.units("target", stage.state.hypothesis, true).starts[stage.here] + place);
    this.pieces.children[place].focus();
  }
}

// The step that is looked at: where the model looked most, and what was most probable next.

import { bars, nextTokens, strongest } from "./bars.js";
import { html } from "./dom.js";
import { LOOKED } from "./stage.js";

export class Next {
  constructor(stage) {
    this.stage = stage;
    this.title = html("h3");
    this.body = html("div", { class: "stack" });
    this.node = html("aside", { class: "panel", "aria-label": stage.say("viewer.step_panel") }, this.title, this.body);
  }

  start() {
    this.stage.watch(LOOKED, () => this.draw());
  }

  draw() {
    const { stage, stage: { here, isEncoder, matrix, record, state: { hypothesis } } } = this;
    this.title.textContent = stage.say(isEncoder ? "viewer.at_place" : "viewer.at_step",
      { step: here + 1, steps: stage.last + 1, token: matrix.rows[here] });
    const looked = bars(stage, stage.say("viewer.looked"), strongest(matrix.values[here], matrix.columns), 2);
    const { tokens, logProbs } = record.hypotheses[hypothesis];
    this.body.replaceChildren(...[looked, isEncoder ? null
      : nextTokens(stage, record.rowKey(hypothesis, here), tokens[here], logProbs[here])].filter(Boolean));
  }
}

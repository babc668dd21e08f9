// The sentence and its translation in a lesson: before a bet is revealed, nothing is shaded, and the
// words from the step on are hidden; of a bet on whole translations, all of them. A question does not
// mark the step: it may be the answer.

import { Sentence } from "./sentence.js";

export class CoveredSentence extends Sentence {
  start() {
    super.start();
    this.stage.watch(["cover"], () => this.draw());
  }

  shares() {
    return this.stage.state.cover ? {} : super.shares();
  }

  draw() {
    super.draw();
    const { cover, step } = this.stage.state;
    if (cover === "asked") this.only(this.target, "now", -1, "aria-current");
    this.target.chips.forEach((chip, place) => chip.classList.toggle("covered", cover === "fails" || (["next", "row"].includes(cover) && this.target.starts[place] >= step)));
  }
}

// A stage of pictures whose pieces come one a beat.

import { Stage } from "./stage.js";
import { clamp } from "./text.js";

export class Unfolding extends Stage {
  // of(): all pieces, in turn.
  unfold(of) {
    this.pieces = of;
    this.watch(["beat", "grow"], () => this.fold());
  }

  fold() {
    const { beat, grow } = this.state;
    const pieces = this.pieces?.() ?? [];
    pieces.forEach((one, place) => one.classList.toggle("later", grow && place > beat));
    if (grow && beat) pieces[beat]?.scrollIntoView({ block: "nearest" });
  }

  onward(by) {
    const { grows, pieces, state: { beat } } = this;
    if (!grows || !pieces) return super.onward(by);
    const to = clamp(beat + by, 0, pieces().length - 1);
    if (to === beat && by > 0) this.play(false);
    this.set({ beat: to });
  }
}

// A stage whose selection Python hears of, for the link. Stages may be mates: they show the same target, and
// look at one place of it in the same frame, on one scale of colours.

import { usualSelection } from "./selection.js";
import { Stage } from "./stage.js";

// What a link holds of the selection.
const TOLD = ["view", "kind", "layer", "head", "hypothesis", "step", "source", "node", "words", "raw",
  "by", "cuts", "layout", "window"];

const BACK_MS = 10_000;

// What mates share.
const SHARED = ["kind", "layer", "head", "words", "raw", "step", "source", "lit"];

export class PageStage extends Stage {
  mates = () => [];

  get most() {
    return this.link ? 1 : undefined;
  }

  get kept() {
    return TOLD;
  }

  set(changes, options) {
    super.set(changes, options);
    const shared = Object.entries(changes).filter(([key]) => SHARED.includes(key));
    for (const mate of this.mates()) super.set.call(mate, Object.fromEntries(shared), { isTold: false });
  }

  // Back and Forward come first: what is not told yet waits, and goes with a record that goes.
  hush() {
    this.play(false);
    if (this.resting) this.rest(BACK_MS);
  }

  selected() {
    return ["select", { ...toldSelection(this), trace: this.trace }];
  }
}

// Told of a stage's state; whoever keeps it may forget what is usual.
function toldSelection({ state, record }) {
  const { view, kind, head, hypothesis, step, source, words, raw, by, window, node } = state;
  const usual = usualSelection(record, kind);
  const chosen = (name, nobody) => (state[name] === usual[name] ? nobody : state[name]);
  const { tree } = record;
  return { view, kind, head, hypothesis, step, source, words, raw, by, window, layer: chosen("layer", null), cuts: chosen("cuts", ""),
    layout: chosen("layout", ""), node: tree.step[node] >= 0 ? `${tree.step[node]}.${tree.candidate[node]}` : "" };
}

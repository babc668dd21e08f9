// A stage whose selection Python hears of, for the link.

import { usualSelection } from "./selection.js";
import { Stage } from "./stage.js";

// What a link holds of the selection.
const TOLD = ["view", "kind", "layer", "head", "hypothesis", "step", "source", "node", "words", "raw",
  "by", "cuts", "layout", "window"];

const BACK_MS = 10_000;

export class PageStage extends Stage {
  get kept() {
    return TOLD;
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

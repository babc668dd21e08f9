// What the page can do with what is selected: buttons that come and go with it. Parts show them where
// their stage has them.

import { Acts } from "./acts.js";
import { html } from "./dom.js";
import { Painting } from "./painting.js";

// offer(...): shows the button that acts(...) tells of, as [text, act], or none.
function offering(stage, act) {
  const acts = new Acts(stage.say("viewer.acts"));
  return { node: acts.node, offer: (...selected) => acts.show([act(...selected)].filter(Boolean)) };
}

export const DEEDS = {
  // A row of a heatmap.
  paint: (map) => new Painting(map),

  // A word of the source.
  mute: (stage) => offering(stage, ({ labels, starts }, place) => (place >= 0 && stage.can("mute")
    ? [stage.say("viewer.mute", { word: labels[place] }), () => stage.send("mute", {
      source: starts[place], end: starts[place + 1] ?? stage.record.source.length })] : null)),

  // A head, not the mean of all.
  ablate: (stage) => offering(stage, ({ layer, head }) => (head >= 0 && stage.can("ablate")
    ? [stage.say("viewer.ablate", { layer: layer + 1, head: head + 1 }), () => stage.send("ablate", { layer, head })] : null)),

  // A node: decode again with the translation so far as a fixed start.
  go(stage, step, candidate) {
    return stage.can("continue") ? html("button.plain.go", { click: () => stage.send("continue", { node: `${step}.${candidate}` }) },
      stage.say("viewer.continue")) : null;
  },
};

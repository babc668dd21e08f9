// The parts by their names, and how they are put together.

import { html } from "./dom.js";
import { Choose } from "./choose.js";
import { Compare } from "./compare.js";
import { Heads } from "./heads.js";
import { Heatmap } from "./heatmap.js";
import { Hypotheses } from "./hypotheses.js";
import { Lines } from "./lines.js";
import { Next } from "./next.js";
import { NodeCard } from "./node.js";
import { Player } from "./player.js";
import { Sentence } from "./sentence.js";
import { Tree } from "./tree.js";

export const PARTS = {
  choose: Choose, // kind, layer, head, hypothesis, words or tokens
  sentence: Sentence, // both as words, shaded by the row that is looked at
  player: Player,
  heatmap: Heatmap,
  lines: Lines, // from word to word
  heads: Heads, // all layers and heads in small
  next: Next, // the most probable next tokens
  tree: Tree, // the search, with its controls
  node: NodeCard, // what is known of the chosen node
  hypotheses: Hypotheses, // against each other, with their scores taken apart
  compare: Compare, // greedy against beam search, where both were given
};

// The views of the screen where one watches a search.
export const LAYOUTS = {
  attention: ["sentence", "player", "lines", "choose", ["heatmap", "next"], "heads"],
  tree: ["player", ["tree", "node"], "hypotheses"],
  compare: ["compare", "hypotheses"],
};

// layout: names one below the other; a list in it stands beside each other, a list in that one below
// the other again. known: the parts by their names. Returns what was built; call its start() once its
// node stands in the page.
export function compose(stage, layout, known = PARTS) {
  const parts = [];
  const make = (name) => {
    const part = new known[name](stage, name);
    part.node.dataset.part = name;
    parts.push(part);
    return part.node;
  };
  const node = html("div.viewer", stacked(layout, make));
  let watchers = null;
  const observer = new ResizeObserver(() => stage.set({ width: node.clientWidth }, { isTold: false }));
  return {
    node,
    // Draw; after a rest, only what has changed meanwhile.
    start() {
      node.classList.remove("away");
      if (watchers) stage.set({ width: node.clientWidth }, { isTold: false });
      else stage.state.width = node.clientWidth;
      const others = new Set(stage.watchers);
      if (watchers) stage.wake(watchers);
      else {
        for (const part of parts) part.room = part.node.clientWidth; // all before any is drawn: laid out once
        for (const part of parts) part.ask?.(); // what would have it laid out again
        stage.font(stage.unit());
        for (const part of parts) part.start();
      }
      watchers ??= stage.watchers.filter((one) => !others.has(one));
      observer.observe(node);
      document.dispatchEvent(new Event("seqviz-started")); // see presenter.js
    },
    // Whether something has not been drawn.
    get isLate() {
      return !watchers || watchers.some(({ isLate }) => isLate);
    },
    // Out of sight: it stays laid out where it is, and comes back at once.
    rest() {
      node.classList.add("away");
      observer.disconnect();
      for (const one of watchers) one.isAsleep = true;
    },
    stop() {
      observer.disconnect();
      stage.forget(watchers ?? []);
    },
  };
}

function stacked(layout, make) {
  return html("div.stack", ...layout.map((one) => (Array.isArray(one)
    ? html("div.split", ...one.map((side) => (Array.isArray(side)
      ? html("div.stack", ...side.map(make)) : make(side)))) : make(one))));
}

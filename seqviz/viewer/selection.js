// The selection as an embedder gives it and hears of it: with a node as "STEP.CANDIDATE", and empty
// for what nobody chose.

import { clamp } from "./text.js";

const FEW = 6; // prefixes beside which all cut ones have room

// What a record is shown with where nobody chose.
export function usualSelection(record, kind) {
  const { cuts } = record.tree;
  return { layer: record.weights[kind]?.layer ?? 0, layout: record.tree.sampled ? "tree" : "rank",
    cuts: record.data.beam <= FEW ? cuts[0] : cuts.at(-2) ?? "none" };
}

// What stands for a selection that was given in a stage's state; what is not there falls back.
export function readSelection(record, given) {
  const { node, layer, kind, head = -1, hypothesis = 0, step = 0, source, cuts, layout, view, words, raw, by, window } = given;
  const shown = kind in record.weights ? kind : record.kinds[0] ?? null;
  const { layers = 1, heads = 1 } = record.weights[shown] ?? {};
  const usual = usualSelection(record, shown);
  const rank = hypothesis < record.hypotheses.length ? hypothesis : 0;
  const at = clamp(step, 0, record.hypotheses[rank].tokens.length - 1);
  return { view, words, raw, by, window, kind: shown, source: source in record.source ? source : null, hypothesis: rank, step: at, head: head < heads ? head : -1,
    layer: Number.isInteger(layer) && layer >= 0 && layer < layers ? layer : usual.layer,
    layout: layout || usual.layout, cuts: record.tree.cuts.includes(cuts) ? cuts : usual.cuts,
    node: record.nodeAt.get(String(node).replace(".", " ")) ?? record.nodeOf(rank, at) ?? 0 };
}

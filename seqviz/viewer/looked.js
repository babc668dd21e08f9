// What the parts of one matrix share beside it: how dark a weight is, and what is pointed at.

import { clamp, unitAt } from "./text.js";

// In place of what only the page can do.
export const IDLE = { node: null, isOn: false, offer() {} };

// How dark a weight is drawn, from 0 to 1.
export function portion({ least = 0, most }, value) {
  return clamp((value - least) / (most - least || 1), 0, 1);
}

// The column of the source token that is kept, or null.
export function columnKept(stage) {
  const { kind, source } = stage.state;
  return source === null || kind !== "cross" ? null : unitAt(stage.matrix.columnStarts, source);
}

// Pointing lights a row, a column or both, in every part; nothing lets go.
export function point(stage, row = null, column = null) {
  const { lit } = stage.state;
  if ((lit?.row ?? null) === row && (lit?.column ?? null) === column) return;
  stage.set({ lit: row === null && column === null ? null : { row, column } });
}

// Go to a row because somebody asked for it: what plays stops.
export function goTo(stage, row) {
  stage.play(false);
  stage.moveTo(row);
}

// What the matrix is, in words.
export function titleOf(stage) {
  const { kind, layer, head, raw } = stage.state;
  const { heads, layers } = stage.record.weights[kind];
  const facts = { kind: stage.say(`figure.kind.${kind}`), layer: layer + 1, head: head + 1, heads };
  if (raw) return stage.say("viewer.title_raw", facts);
  const title = heads * layers === 1 ? facts.kind : stage.say(head < 0 ? "viewer.title_mean" : "viewer.title_head", facts);
  return stage.record.why?.title(stage, title) ?? title;
}

// What a step of a lesson shows: its parts, without what would give away the answer of a bet, and what is
// selected in them.

import { LessonChart } from "./lessonchart.js";
import { LessonCurves } from "./lessoncurves.js";
import { LESSON_PARTS } from "./lessonparts.js";
import { readSelection } from "./selection.js";

// What stays hidden until each kind of bet is revealed.
const PICTURES = ["next", "heatmap", "lines", "heads", "computation", "tree", "node", "hypotheses", "compare", "systems"];
const COVERED = {
  next: ["player", ...PICTURES],
  row: ["heatmap", "lines", "heads", "computation", "node"],
  dies: ["player", "sentence", ...PICTURES.filter((name) => name !== "tree")],
  fails: ["player", ...PICTURES],
  asked: ["player", ...PICTURES],
};
// In which phase of the computation a piece of it is seen.
const PHASE_OF = {
  query: "score", key: "score", keys: "score", products: "score", scores: "score",
  exp: "softmax", weights: "softmax", temperature: "softmax",
  values: "sum", contributions: "sum", context: "sum",
  mixed: "heads", block: "heads",
  state: "predict", combined: "predict", logits: "predict", probabilities: "predict",
};
const PANELS = ["phase", "token", "dim", "word", "temperature"];

export function phaseOf(name = "") {
  const [part, piece] = name.split(".");
  return part === "computation" ? PHASE_OF[piece] : undefined;
}

// What of the computation a step shows; without a word of it, what it lights up says which phase.
function panelsOf({ state, highlight }) {
  const found = Object.fromEntries(PANELS.map((key) => [key, state[key] ?? null]));
  return { ...found, phase: found.phase || highlight.map(phaseOf).find(Boolean) || "score", temperature: found.temperature ?? 1, lens: 0 };
}

// What a lesson's picture shows at the step that the engine stands at; chosen: what is selected in it.
export function plannedStep({ lesson, records, acts }, chosen) {
  const { step, isRevealed } = lesson.engine;
  const { trace, record = records.get(trace) } = acts?.last ?? step;
  const cover = isRevealed ? null : step.bet.kind;
  const charts = Object.keys(step.charts ?? {}).filter((name) => step.charts[name]);
  const hidden = cover ? [...(COVERED[cover] ?? PICTURES), ...charts] : [];
  const known = { ...LESSON_PARTS, ...lesson.live, ...Object.fromEntries(charts.map((name) => [name, step.charts[name].axis ? LessonCurves : LessonChart])) };
  const parts = step.layout.flat(9);
  for (const name of ["learning", "positions", "norms", "replay"]) if (!step[name]) delete known[name];
  if (acts?.last) delete known.norms; // they are of the step's own decoding
  // Where Python takes gradient steps, nothing stands in for them.
  const learns = parts.includes("learning") && "learning" in known;
  const isShown = (name) => name in known && !hidden.includes(name) && !(learns && name.startsWith("learn_"));
  const visible = (layout) => layout.map((one) => (Array.isArray(one) ? visible(one) : one)).filter((one) => (Array.isArray(one) ? one.length : isShown(one)));
  const layout = visible(step.layout);
  const state = { ...readSelection(record, chosen), ...panelsOf(step), cover, grow: cover === "dies" || Boolean(step.state.grow), beat: cover === "dies" ? 3 : 0, source: step.state.source ?? null, lit: null, playing: false };
  // A word that the step is in the middle of would give it away: its pieces are shown.
  if (["next", "row"].includes(cover) && !record.units("target", state.hypothesis, true).starts.includes(state.step)) state.words = false;
  if (state.grow) state.node = 0;
  if (cover === "dies") state.cuts = "none";
  const can = [...lesson.acts, ...acts?.offered(record) ?? []];
  return { record, layout, known, state, can, key: JSON.stringify([trace, layout, cover, step.systems, step.charts, can]) };
}

// The picture of a step: parts of the viewer, put together as the step says, without what would give
// away the answer of a bet.

import { Calculation, calculationKey } from "./calculation.js";
import { html } from "./dom.js";
import { LessonChart } from "./lessonchart.js";
import { LessonCurves } from "./lessoncurves.js";
import { LESSON_PARTS } from "./lessonparts.js";
import { compose } from "./parts.js";
import { Record } from "./record.js";
import { readSelection } from "./selection.js";
import { Spotlight } from "./spotlight.js";
import { Stage } from "./stage.js";

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
  state: "predict", combined: "predict", logits: "predict", probabilities: "predict",
};
// What stands in where no Python takes gradient steps.
const STILL = { learn_one: "learning", learn_ten: "learning", learn_far: "learning" };
const PANELS = ["phase", "token", "dim", "word", "temperature"];
const WATCHED = { walk: "step", node: "node", temperature: "temperature" }; // what a step may wait for

function phaseOf(name = "") {
  const [part, piece] = name.split(".");
  return part === "computation" ? PHASE_OF[piece] : undefined;
}

// The gradient steps made on the sentence of a step.
function learntOf({ learnt, step: { trace, learning } }) {
  if (learning && !learnt.has(trace)) learnt.set(trace, { presses: [], place: learning.place, rate: learning.rate });
  return learnt.get(trace);
}

async function opened(packed, Kind) {
  const found = Object.entries(packed).filter(([, one]) => one).map(async ([key, one]) => [key, await Kind.open(one)]);
  return new Map(await Promise.all(found));
}

export class LessonPicture {
  // lesson: the view that it stands in.
  constructor(lesson) {
    this.lesson = lesson;
    this.spotlight = new Spotlight(lesson.root);
    this.acts = lesson.Acts ? new lesson.Acts(this) : null;
    this.parts = html("div");
    this.node = html("div", { class: "lesson-picture" }, this.acts?.node, this.parts);
  }

  async open({ traces, computations }) {
    const [records, calculations] = await Promise.all([opened(traces, Record), opened(computations, Calculation)]);
    this.clear();
    this.acts?.forget();
    Object.assign(this, { records, calculations });
  }

  // The picture of the step that the engine stands at; chosen: what is selected in it.
  show(chosen = this.lesson.engine.step.state) {
    const { lesson, lesson: { engine: { step, isRevealed } }, records } = this;
    const { trace, record = records.get(trace) } = this.acts?.last ?? step;
    const cover = isRevealed ? null : step.bet.kind;
    const charts = Object.keys(step.charts ?? {}).filter((name) => step.charts[name]);
    const hidden = cover ? [...(COVERED[cover] ?? PICTURES), ...charts] : [];
    this.known = { ...LESSON_PARTS, ...lesson.live, ...Object.fromEntries(charts.map((name) => [name, step.charts[name].axis ? LessonCurves : LessonChart])) };
    const parts = step.layout.flat(9);
    if (!step.learning) delete this.known.learning;
    const isShown = (name) => name in this.known && !hidden.includes(name) && !(STILL[name] in this.known && parts.includes(STILL[name]));
    const visible = (layout) => layout.map((one) => (Array.isArray(one) ? visible(one) : one)).filter((one) => (Array.isArray(one) ? one.length : isShown(one)));
    const layout = visible(step.layout);
    const state = { ...readSelection(record, chosen), ...this.panels(step), cover, grow: cover === "dies" || Boolean(step.state.grow), beat: cover === "dies" ? 3 : 0, source: step.state.source ?? null, lit: null, playing: false };
    if (state.grow) state.node = 0;
    if (cover === "dies") state.cuts = "none";
    const acts = [...lesson.acts, ...this.acts?.offered(record) ?? []];
    const key = JSON.stringify([trace, layout, cover, step.systems, step.charts, acts]);
    if (key === this.key) this.stage.set(state, { isTold: false });
    else this.compose(record, layout, state, acts);
    this.key = key;
    this.give(record);
    this.acts?.draw();
    this.parts.inert = cover === "dies";
    this.spotlight.keep(cover ? [] : [...step.highlight]);
  }

  compose(record, layout, state, acts) {
    const { lesson, lesson: { engine, engine: { step } } } = this;
    this.shown?.stop();
    this.stage?.stop();
    const stage = new Stage({ record, words: lesson.words, root: lesson.root, acts, state, send: (name, value) => lesson.asked(name, value) });
    stage.lesson = { systems: step.systems, charts: step.charts, learning: step.learning, step: step.id, chapter: lesson.chapter.chapter, sentence: lesson.chapter.sentence, learnt: learntOf(engine), found: () => lesson.found, say: (key, facts) => lesson.say(key, facts) };
    stage.deeds = this.acts?.deeds;
    this.stage = stage;
    this.give(record);
    this.shown = compose(stage, layout, this.known);
    this.parts.replaceChildren(this.shown.node);
    this.shown.start();
    for (const [action, watched] of Object.entries(WATCHED)) stage.watch([watched], () => this.stage === stage && this.moved(action, stage.state[watched]));
  }

  // The numbers of the step, where the chapter has them.
  give(record) {
    const { calculations, lesson: { engine: { step } }, stage } = this;
    const given = !this.acts?.last && calculations.get(step.computation);
    record.calculations ??= new Map();
    if (!given || record.calculations.get(calculationKey(stage)) === given) return;
    record.calculations.set(calculationKey(stage), given);
    this.more();
  }

  more() {
    this.stage?.set({ more: (this.stage.state.more ?? 0) + 1 }, { isTold: false });
  }

  // Numbers that were asked for: of which trace, under which key.
  async add({ trace, key, packed }) {
    const record = this.records.get(trace);
    if (!record || record.calculations?.has(key)) return;
    record.calculations ??= new Map();
    record.calculations.set(key, packed && await Calculation.open(packed));
    this.more();
  }

  // What gradient steps led to that were asked for.
  learn(answer) {
    const learnt = this.lesson.engine.learnt.get(answer.trace);
    const isOf = (pair) => String([pair?.text ?? "", pair?.right ?? ""]) === String([answer.text, answer.right]);
    if (!learnt) return;
    if (!answer.rates.length && learnt.wanted && isOf(learnt.wanted)) {
      Object.assign(learnt, { wanted: null, refused: answer.failed });
      if (!answer.failed) Object.assign(learnt, { pair: { ...answer.before, text: answer.text, right: answer.right }, place: answer.before.place, presses: [] });
    }
    const press = isOf(learnt.pair) && learnt.presses.find(({ rates, losses, failed }) => !losses && !failed && String(rates) === String(answer.rates));
    if (press) Object.assign(press, answer);
    this.more();
  }

  // One beat of a tree that grows; false: it has grown, and its end was seen.
  grow() {
    const { stage } = this;
    if (!stage.grows) return false;
    const { step, beat } = stage.state;
    stage.onward(1);
    if (stage.state.step === step && stage.state.beat === beat) stage.set({ grow: false });
    return true;
  }

  // What of the computation a step shows; without a word of it, what it lights up says which phase.
  panels({ state, highlight }) {
    const found = Object.fromEntries(PANELS.map((key) => [key, state[key] ?? null]));
    return { ...found, phase: found.phase || highlight.map(phaseOf).find(Boolean) || "score", temperature: found.temperature ?? 1, lens: 0 };
  }

  // A piece of the computation comes to sight.
  follow(name) {
    const phase = phaseOf(name);
    if (phase) this.stage.set({ phase });
  }

  // The learner changed something that a step may wait for.
  moved(action, value) {
    const { step } = this.lesson.engine;
    if (step.action !== action) return;
    const key = `${step.id} ${action}`;
    if (this.seen?.key !== key) this.seen = { key, value };
    else if (value !== this.seen.value) this.lesson.did(action);
  }

  clear() {
    this.shown?.stop();
    this.stage?.stop();
    this.key = this.stage = null;
  }

  stop() {
    this.clear();
    this.spotlight.stop();
  }
}

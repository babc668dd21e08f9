// The picture of a step: parts of the viewer, put together as the step says. The next one waits behind it.

import { Calculation, calculationKey } from "./calculation.js";
import { html } from "./dom.js";
import { phaseOf, plannedStep } from "./lessonplan.js";
import { compose } from "./parts.js";
import { Record } from "./record.js";
import { Spotlight } from "./spotlight.js";
import { Unfolding } from "./unfolding.js";

const LATEST_MS = 400; // at the latest, what comes next is drawn
const WATCHED = { walk: "step", node: "node", temperature: "temperature" }; // what a step may wait for

// The gradient steps made on the sentence of a step.
function learntOf({ book: { learnt }, step: { trace, learning } }) {
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
    this.node = html("div.lesson-picture", this.acts?.node, this.parts);
  }

  async open({ traces, computations }) {
    const [records, calculations] = await Promise.all([opened(traces, Record), opened(computations, Calculation)]);
    this.clear();
    this.acts?.forget();
    Object.assign(this, { records, calculations });
  }

  // The picture of the step that the engine stands at; chosen: what is selected in it.
  show(chosen = this.lesson.engine.step.state) {
    const { lesson: { engine: { step } }, ready } = this;
    const wanted = plannedStep(this, chosen);
    const { key, state: { cover } } = wanted;
    this.begun = null; // nobody does anything until it is shown
    // Who has the focus in it keeps it.
    const isReady = ready?.key === key && ready.step === step && !this.parts.contains(this.lesson.root.activeElement);
    if (!isReady) this.drop(ready);
    if (isReady || key !== this.shown?.key) {
      this.drop(this.shown);
      this.turn(isReady ? ready : this.compose(wanted));
    }
    this.stage.set(wanted.state, { isTold: false });
    this.lesson.head.fitting.loosen();
    this.begun = { action: step.action, value: this.stage.state[WATCHED[step.action]] };
    this.give(this.shown);
    this.acts?.draw();
    this.parts.inert = cover === "dies";
    this.spotlight.keep(cover ? [] : [...step.highlight]);
    if (isReady) this.shown.start();
    this.retell();
    this.prepare();
  }

  // A text that speaks of the chapter's word speaks of the one that is learnt.
  retell() {
    const { book: { learnt }, engine: { step: { trace } }, text } = this.lesson;
    const facts = learnt.get(trace)?.pair?.facts ?? {};
    for (const one of text.querySelectorAll("[data-fact]")) one.textContent = facts[one.dataset.fact] ?? one.textContent;
  }

  // Put together and drawn, out of sight.
  compose({ record, layout, known, state, can, key }) {
    const { lesson, lesson: { engine, engine: { step } } } = this;
    const stage = new Unfolding({ record, words: lesson.words, root: lesson.root, acts: can, state, send: (name, value) => lesson.asked(name, value) });
    stage.lesson = { systems: step.systems, charts: step.charts, learning: step.learning, positions: step.positions, norms: step.norms, replay: step.replay, step: step.id, chapter: lesson.chapter.chapter, sentence: lesson.chapter.sentence, learnt: learntOf(engine), found: () => lesson.found, say: (...told) => lesson.say(...told) };
    stage.deeds = this.acts?.deeds;
    const made = Object.assign(compose(stage, layout, known), { key, stage, step });
    this.give(made);
    this.parts.append(made.node);
    made.start();
    return made;
  }

  // To another picture.
  turn(made) {
    const { stage } = made;
    Object.assign(this, { stage, shown: made, ready: null });
    for (const [action, watched] of Object.entries(WATCHED)) stage.watch([watched], () => this.moved(action, stage.state[watched]));
  }

  drop(made) {
    made?.stop();
    made?.stage.stop();
    made?.node.remove();
    if (made === this.ready) this.ready = null;
  }

  // While nobody does anything, what comes next is drawn out of sight, so that it is there at once.
  prepare() {
    const { lesson: { engine, live } } = this;
    globalThis.cancelIdleCallback?.(this.idle);
    this.idle = globalThis.requestIdleCallback?.(() => !this.ready && engine.ahead(() => {
      const next = plannedStep(this, engine.step.state);
      const parts = next.layout.flat(9);
      if (parts.some((name) => name in live) || (next.key === this.shown.key && !parts.includes("computation"))) return;
      this.ready = this.compose(next);
      this.ready.node.getBoundingClientRect(); // has it laid out
      this.ready.rest();
    }), { timeout: LATEST_MS });
  }

  // The numbers of the step, where the chapter has them.
  give({ stage, stage: { record } }) {
    const { calculations, lesson: { engine: { step } } } = this;
    const given = !this.acts?.last && calculations.get(step.computation);
    record.calculations ??= new Map();
    if (!given || record.calculations.get(calculationKey(stage)) === given) return;
    record.calculations.set(calculationKey(stage), given);
    this.more(stage);
  }

  more(...stages) {
    for (const stage of stages.length ? stages : [this.stage, this.ready?.stage]) stage?.set({ more: (stage.state.more ?? 0) + 1 }, { isTold: false });
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
    const learnt = this.lesson.book.learnt.get(answer.trace);
    const isOf = (pair) => String([pair?.text ?? "", pair?.right ?? ""]) === String([answer.text, answer.right]);
    if (!learnt) return;
    if (!answer.rates.length && learnt.wanted && isOf(learnt.wanted)) {
      Object.assign(learnt, { wanted: null, refused: answer.failed });
      if (!answer.failed) Object.assign(learnt, { pair: { ...answer.before, text: answer.text, right: answer.right }, place: answer.before.place, presses: [] });
      this.retell();
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

  // All of what grows is there; false: nothing grew. Whoever goes to its end needs no more of it.
  ripen() {
    const { stage } = this;
    if (!stage.grows) return false;
    stage.set({ grow: false });
    return true;
  }

  // A piece of the computation comes to sight.
  follow(name) {
    const phase = phaseOf(name);
    if (phase) this.stage.set({ phase });
  }

  // The learner changed something that a step may wait for.
  moved(action, value) {
    if (this.begun?.action === action && value !== this.begun.value) this.lesson.did(action);
  }

  clear() {
    globalThis.cancelIdleCallback?.(this.idle);
    this.drop(this.ready);
    this.drop(this.shown);
    this.shown = this.stage = null;
  }

  stop() {
    this.clear();
    this.spotlight.stop();
  }
}

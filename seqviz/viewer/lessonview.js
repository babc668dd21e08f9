// A lesson: its text, what is asked, and the picture; one step at a time, in the browser alone. Space,
// Page Down and the right arrow go on, Page Up and the left arrow go back.

import { BetBox } from "./betbox.js";
import { Calculation, calculationKey } from "./calculation.js";
import { html, iconButton, menu, toggle } from "./dom.js";
import { Glossary } from "./glossary.js";
import { LessonEngine } from "./lessonengine.js";
import { LESSON_PARTS } from "./lessonparts.js";
import { grown } from "./markup.js";
import { compose } from "./parts.js";
import { Record } from "./record.js";
import { readSelection } from "./selection.js";
import { Spotlight } from "./spotlight.js";
import { Stage } from "./stage.js";
import { filled, fixed, signed } from "./text.js";
import { Timer } from "./timer.js";

// Parts that would give away what is asked.
const COVERED = {
  next: ["player", "next", "heatmap", "lines", "heads", "computation", "tree", "node", "hypotheses", "compare", "systems"],
  row: ["heatmap", "lines", "heads", "computation", "node"],
  dies: ["player", "sentence", "node", "hypotheses", "compare", "next", "heatmap", "lines"],
  fails: ["player", "next", "heatmap", "lines", "heads", "computation", "tree", "node", "hypotheses", "compare", "systems", "facts"],
};
const PHASE_OF = {
  query: "score", key: "score", keys: "score", products: "score", scores: "score",
  exp: "softmax", weights: "softmax", temperature: "softmax",
  values: "sum", contributions: "sum", context: "sum",
  state: "predict", combined: "predict", logits: "predict", probabilities: "predict",
};
const OWN_STATE = ["phase", "token", "dim", "word", "temperature"];
const WATCHED = { walk: "step", node: "node", temperature: "temperature" }; // actions that the stage shows
const ON = [" ", "PageDown", "ArrowRight", "Enter"];
const BACK = ["PageUp", "ArrowLeft"];

export class LessonView {
  // root: Document or ShadowRoot; send(name, value): what Python is asked; acts: what it can do.
  constructor({ root, words, send = null, acts = [] }) {
    Object.assign(this, { root, words, send, acts });
    this.spotlight = new Spotlight(root);
    this.glossary = new Glossary(this);
    this.timer = new Timer();
    this.head = html("div", { class: "lesson-head" });
    this.text = html("div", { class: "lesson-text", "aria-live": "polite", "aria-atomic": "true",
      pointerover: (event) => this.point(event), pointerleave: () => this.spotlight.point([]), focusin: (event) => this.point(event),
      focusout: () => this.spotlight.point([]), click: (event) => this.follow(event) });
    this.hint = html("p", { class: "lesson-hint", role: "status" });
    this.box = new BetBox(this);
    this.picture = html("div", { class: "lesson-picture" });
    this.node = html("article", { class: "lesson" }, this.head, this.text, this.hint, this.box.node, this.picture, this.glossary.node);
  }

  say(key, facts = {}) {
    return filled(this.words[key], facts);
  }

  // Another chapter, another sentence or another language; at: the step's id.
  async open(chapter, { at, menu: chapters = [] } = {}) {
    const isSame = this.engine?.chapter.chapter === chapter.chapter;
    const wanted = at || (isSame ? this.engine.step.id : "");
    const [records, calculations] = await Promise.all([chapter.traces, chapter.computations].map(async (all, which) => new Map(await Promise.all(
      Object.entries(all).filter(([, one]) => one).map(async ([key, one]) => [key, await (which ? Calculation : Record).open(one)])))));
    Object.assign(this, { chapter, chapters, records, calculations });
    this.engine = new LessonEngine(chapter, { at: wanted, isClass: this.engine?.isClass });
    this.leave();
    this.lay();
    this.draw();
  }

  // The line above: chapters, where one stands, class, score.
  lay() {
    const { chapter, chapters } = this;
    const named = chapters.map(([id, title], place) => [place, `${place + 1} ${title}`]);
    const here = chapters.findIndex(([id]) => id === chapter.chapter);
    this.counter = html("output", { class: "counter" });
    this.score = html("output", { class: "score" });
    this.buttons = [iconButton("previous", this.say("lesson.back"), () => this.back()), iconButton("next_step", this.say("lesson.on"), () => this.forward())];
    this.head.replaceChildren(
      chapters.length > 1 ? menu(this.say("lesson.chapter"), named, here, (place) => this.send("chapter", { chapter: chapters[place][0] }))
        : html("strong", {}, chapter.title),
      html("div", { class: "lesson-walk" }, this.buttons[0], this.counter, this.buttons[1]),
      toggle(this.say("lesson.class"), this.engine.isClass, (isClass) => { this.engine.isClass = isClass; this.changed(); }), this.score,
      html("button", { type: "button", class: "plain", click: () => { this.engine.reset(); this.changed(); this.draw(); } }, this.say("lesson.reset")), this.timer.node,
      ...this.own());
  }

  // The visitor's own sentence in place of the chapter's.
  own() {
    const { chapter } = this;
    if (!chapter.own || !this.send) return [];
    const input = html("input", { type: "text", value: chapter.sentence, maxlength: 500, dir: "auto", "aria-label": this.say("lesson.own") });
    return [html("form", { class: "typed own", submit: (event) => {
      event.preventDefault();
      this.send("sentence", { text: input.value.trim() });
      this.tell(this.say("lesson.own.coming"));
      input.blur();
    } }, html("label", {}, html("span", {}, this.say("lesson.own")), " ", input), html("button", { type: "submit", class: "plain" }, this.say("lesson.own.done")))];
  }

  // The step that the engine stands at.
  draw() {
    const { engine, engine: { step, steps, place } } = this;
    this.counter.textContent = this.say("lesson.counter", { step: place + 1, steps: steps.length });
    this.buttons[0].disabled = place === 0;
    this.buttons[1].disabled = place === steps.length - 1 && engine.isRevealed;
    this.text.replaceChildren(...step.text.map(grown));
    this.tell("");
    this.box.lay();
    this.show();
    this.changed();
  }

  tell(text) {
    this.hint.textContent = text;
  }

  // The picture of the step, without what would give away the answer.
  show() {
    const { engine: { step, isRevealed }, records } = this;
    const record = records.get(step.trace);
    const cover = isRevealed ? null : step.bet.kind;
    const hidden = COVERED[cover] ?? [];
    const visible = (layout) => layout.map((one) => (Array.isArray(one) ? visible(one) : one)).filter((one) => (Array.isArray(one) ? one.length : !hidden.includes(one)));
    const layout = visible(step.layout ?? []);
    const state = { ...readSelection(record, step.state), ...this.ownState(step), cover, grow: cover === "dies", source: null, lit: null };
    if (cover === "dies") state.cuts = "none";
    const key = JSON.stringify([step.trace, layout, cover, step.systems?.length]);
    if (key === this.key) this.stage.set(state, { isTold: false });
    else this.compose(record, layout, state, step);
    this.key = key;
    this.picture.inert = cover === "dies";
    this.spotlight.keep(cover ? [] : [...step.highlight]);
  }

  compose(record, layout, state, step) {
    this.shown?.stop();
    this.stage?.stop();
    const stage = new Stage({ record, words: this.words, root: this.root, acts: this.acts, state, send: (name, value) => this.asked(name, value) });
    stage.lesson = { systems: step.systems, say: (key, facts) => this.say(key, facts) };
    this.stage = stage;
    const given = this.calculations.get(step.computation);
    record.calculations ??= new Map();
    if (given) record.calculations.set(calculationKey(stage), given);
    this.shown = compose(stage, layout, LESSON_PARTS);
    this.picture.replaceChildren(this.shown.node);
    this.shown.start();
    for (const [action, watched] of Object.entries(WATCHED)) stage.watch([watched], () => this.stage === stage && this.did(action, stage.state[watched]));
  }

  // What of the computation a step shows; without a word of it, what it lights up says which phase.
  ownState({ state, highlight }) {
    const found = Object.fromEntries(OWN_STATE.map((key) => [key, state[key] ?? null]));
    const piece = highlight.map((name) => name.split(".")).find(([part, one]) => part === "computation" && PHASE_OF[one]);
    return { ...found, phase: found.phase ?? PHASE_OF[piece?.[1]] ?? "score", temperature: found.temperature ?? 1, lens: 0 };
  }

  // The learner did something that a step may have waited for.
  did(action, value) {
    const { engine } = this;
    const key = `${engine.step.id} ${action}`;
    const isFirst = this.seen?.key !== key;
    const before = isFirst ? value : this.seen.value;
    if (engine.step.action === action) this.seen = { key, value: before };
    if (value !== before && engine.did(action)) this.changed();
  }

  asked(name, value) {
    if (name === "select") return;
    this.engine.did(name);
    this.send?.(name, { ...value, trace: this.engine.step.trace });
  }

  // Numbers that were asked for: of which trace, under which key.
  async add({ trace, key, packed }) {
    const record = this.records.get(trace);
    if (!record || record.calculations?.has(key)) return;
    record.calculations.set(key, packed && await Calculation.open(packed));
    this.stage.set({ more: (this.stage.state.more ?? 0) + 1 }, { isTold: false });
  }

  // To a step that was asked for from elsewhere.
  goTo(id) {
    const place = this.engine.steps.findIndex((step) => step.id === id);
    if (place >= 0 && this.engine.go(place)) this.draw();
  }

  // Something was bet: run it, draw what it changes.
  act(change) {
    const isDone = change() !== false;
    if (!isDone) return false;
    this.tell("");
    this.changed();
    return isDone;
  }

  changed() {
    const { engine, engine: { score } } = this;
    this.box.draw();
    this.score.textContent = [score.bets ? this.say("lesson.score", { bits: signed(score.bits, 1), bets: score.bets }) : "",
      score.rows ? this.say("lesson.score_rows", { distance: fixed(score.distance, 2), rows: score.rows }) : ""].filter(Boolean).join(" · ");
    this.node.classList.toggle("waits", !engine.isRevealed || !engine.isDone);
  }

  forward() {
    const before = this.engine.step;
    const missing = this.engine.forward();
    if (missing) return this.tell(missing === "end" ? this.say("lesson.end") : this.say(`lesson.first_${missing}`));
    this.moved(before);
  }

  back() {
    const before = this.engine.step;
    if (this.engine.back()) this.moved(before);
  }

  skip() {
    if (this.engine.skip()) this.moved(this.engine.step);
  }

  // To another step, or to the reveal of this one.
  moved(before) {
    if (before === this.engine.step) {
      this.tell("");
      this.show();
      this.changed();
      return;
    }
    this.draw();
    this.send?.("at", { chapter: this.chapter.chapter, at: this.engine.step.id });
  }

  // What the model gave a word that was typed; where that is unknown, no more than is left.
  probOf(text) {
    const { stage, engine: { step: { bet } } } = this;
    const { record, state: { hypothesis } } = stage;
    const found = record.next(record.rowKey(hypothesis, bet.step));
    const place = found?.tokens.findIndex((id) => record.token(id).replace(/^·/, "").toLowerCase() === text.toLowerCase()) ?? -1;
    if (place >= 0) return found.probs[place];
    const known = bet.options.map(({ prob }) => prob);
    return Math.max(0, Math.min(1 - known.reduce((sum, prob) => sum + prob, 0), ...known));
  }

  point({ target }) {
    const light = target.closest?.("[data-light]")?.dataset.light;
    this.spotlight.point(light ? [light] : []);
    this.glossary.show(target.closest?.("[data-entry]"));
  }

  // A term of a formula that was clicked shows its phase.
  follow({ target }) {
    const piece = target.closest?.("[data-light^='computation.']")?.dataset.light.split(".")[1];
    if (PHASE_OF[piece]) this.stage.set({ phase: PHASE_OF[piece] });
  }

  // Keys go to the lesson unless something that has the focus wants them.
  press(event) {
    const [target] = event.composedPath();
    if (!this.engine || event.ctrlKey || event.altKey || event.metaKey || event.defaultPrevented) return;
    if (target.matches?.("input:not([type=checkbox],[type=radio],[type=range]), select, textarea")) return;
    if (target.matches?.("input[type=range]") && event.key !== " ") return;
    const isPressed = target.matches?.("button, a, summary, input:not([type=range]), [role=button]") && [" ", "Enter"].includes(event.key);
    const isPictures = this.picture.contains(target) && event.key.startsWith("Arrow");
    if (isPressed) return;
    if (isPictures) return this.stage.press(event);
    if (this.box.press(event)) return this.taken(event);
    if (ON.includes(event.key) && !event.shiftKey) this.forward();
    else if (BACK.includes(event.key)) this.back();
    else if (event.key.toLowerCase() === "s") this.skip();
    else if (event.key === "Escape") this.glossary.show(null);
    else return;
    this.taken(event);
  }

  taken(event) {
    event.preventDefault();
    event.stopPropagation();
  }

  leave() {
    this.shown?.stop();
    this.stage?.stop();
    this.key = null;
  }

  stop() {
    this.leave();
    this.timer.stop();
    this.spotlight.stop();
  }
}

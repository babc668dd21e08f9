// One step of the computation with every number: score, softmax, weighted sum, heads, prediction, one at
// a time. Pointing at a cell lights the term of the formula that it is, and the other way round; a
// click keeps it, the arrows walk, space goes on to what is computed next.

import { calculationKey } from "./calculation.js";
import { choices, html } from "./dom.js";
import { HeadsPhase } from "./headsphase.js";
import { Lens, signedRamp } from "./lens.js";
import { point } from "./looked.js";
import { PredictPhase } from "./predictphase.js";
import { ScorePhase } from "./scorephase.js";
import { SoftmaxPhase } from "./softmaxphase.js";
import { SHOWN } from "./stage.js";
import { SumPhase } from "./sumphase.js";
import { clamp, unitAt } from "./text.js";

const DRAWN = { score: ScorePhase, softmax: SoftmaxPhase, sum: SumPhase, heads: HeadsPhase, predict: PredictPhase };
const DRAWN_FOR = ["phase", "width", "lens"];
const LOOKED_AT = ["token", "dim", "word"];

export class Computation extends Lens {
  constructor(stage) {
    super();
    this.stage = stage;
    for (const [key, value] of Object.entries({ phase: "score", token: null, dim: null, word: null, lens: 0, temperature: 1 })) stage.state[key] ??= value;
    this.ramp = signedRamp(() => this.draw());
    this.spot = {};
    this.title = html("h3");
    this.tabs = html("div.tabs");
    this.body = html("div.calc-body", { role: "application", tabindex: 0, keydown: (event) => this.press(event),
      pointerover: (event) => event.pointerType !== "touch" && this.point(this.under(event)), pointerleave: () => this.point({}),
      focusin: (event) => this.point(this.under(event)), click: (event) => this.keep(this.under(event)) });
    this.status = html("p.status", { "aria-live": "polite" });
    this.node = html("div.calc", { role: "group", "aria-label": stage.say("numbers.title") }, this.ramp.node,
      html("div.heading", this.title, this.tabs), this.body, this.status);
  }

  start() {
    const { stage } = this;
    stage.watch([...SHOWN, "step", "source", "more"], () => this.find());
    stage.watch(DRAWN_FOR, () => this.isDrawn() || this.draw());
    stage.watch(["temperature"], () => this.heat());
    stage.watch([...LOOKED_AT, "source"], () => this.look());
  }

  // The numbers of what is looked at; where they have not come yet, they are asked for.
  find() {
    const { stage, stage: { record } } = this;
    const key = calculationKey(stage);
    const found = record.calculations?.get(key);
    if (found === undefined && stage.can("explain") && this.asked !== key) stage.send("explain", { key });
    const isOther = this.asked !== key || found !== this.calc;
    Object.assign(this, { asked: key, calc: found });
    if (isOther) this.draw();
  }

  // The phase that is shown; a model without attention has the last one alone.
  get phase() {
    const { phases } = this.calc;
    return phases.includes(this.stage.state.phase) ? this.stage.state.phase : phases.at(-1);
  }

  // How the step is counted in formulas.
  get place() {
    return this.calc.step + 1;
  }

  // What is looked at: where the pointer is, or what was kept.
  get at() {
    const { stage: { state }, spot, calc } = this;
    const kept = state.kind === "cross" && state.source !== null ? state.source : state.token;
    const heaviest = calc.weights ? calc.weights.indexOf(Math.max(...calc.weights)) : 0;
    const token = clamp(spot.token ?? kept ?? heaviest, 0, (calc.columns?.length ?? 1) - 1);
    const dim = spot.dim ?? state.dim;
    return { token, dim: dim === null ? null : Math.min(dim, (this.drawn?.lens?.width ?? Infinity) - 1), word: clamp(spot.word ?? state.word ?? calc.chosen ?? 0, 0, (calc.top?.length ?? 1) - 1) };
  }

  // Whether the panel shows what is wanted already.
  isDrawn() {
    return this.drawn && DRAWN_FOR.every((key) => this.wanted[key] === this.stage.state[key]);
  }

  draw() {
    const { calc, stage } = this;
    this.drawn = null;
    this.wanted = { ...stage.state };
    if (!this.asked) return;
    if (!calc) {
      this.title.textContent = stage.say("numbers.title");
      this.tabs.replaceChildren();
      this.body.replaceChildren(html("p.notice", stage.say(calc === undefined && stage.can("explain") ? "numbers.coming" : "numbers.none")));
      return;
    }
    this.title.replaceChildren(stage.say("numbers.heading", { step: this.place, token: calc.row }));
    this.node.classList.toggle("narrow", this.isNarrow);
    const isFocused = this.tabs.contains(stage.root.activeElement);
    const named = calc.phases.map((phase, place) => [phase, `${place + 1} ${stage.say(`numbers.phase.${phase}`)}`]);
    this.tabs.replaceChildren(named.length > 1 ? choices("phase", stage.say("numbers.phases"), named, this.phase, (phase) => stage.set({ phase })) : "");
    if (isFocused) this.tabs.querySelector("input:checked").focus();
    const drawn = new DRAWN[this.phase](this);
    this.node.dataset.phase = this.phase;
    this.body.setAttribute("aria-label", stage.say("numbers.alt", { phase: stage.say(`numbers.phase.${this.phase}`), step: this.place, token: calc.row }));
    this.body.replaceChildren(drawn.node, ...(calc.attends && calc.isEdited ? [html("p.notice", stage.say("numbers.edited"))] : []));
    this.drawn = drawn;
    this.seen = {};
    this.look();
  }

  heat() {
    if (!this.drawn?.draw || this.wanted.temperature === this.stage.state.temperature) return;
    this.wanted = { ...this.stage.state };
    this.drawn.draw();
    this.seen = {};
    this.look();
  }

  // Bring out what is looked at.
  look() {
    if (!this.drawn) return;
    const { at, seen } = this;
    this.seen = at;
    const isOther = (key) => at[key] !== seen[key];
    if (isOther("token")) this.drawn.token();
    if (LOOKED_AT.some(isOther)) this.drawn.light();
    for (const lit of this.body.querySelectorAll(".lit")) lit.classList.remove("lit");
    const spotted = LOOKED_AT.filter((key) => at[key] !== null).map((key) => `.cells [data-${key}="${at[key]}"],.term[data-${key}="${at[key]}"],.flows [data-${key}="${at[key]}"]`);
    for (const one of this.body.querySelectorAll(spotted.join(",") || "none")) one.classList.add("lit");
    this.status.textContent = this.drawn.told();
  }

  under({ target }) {
    const found = {};
    for (const key of LOOKED_AT) {
      const holder = target.closest?.(`[data-${key}]`);
      if (holder && this.body.contains(holder)) found[key] = Number(holder.dataset[key]);
    }
    return found;
  }

  point(spot) {
    if (LOOKED_AT.every((key) => spot[key] === this.spot[key])) return;
    this.spot = spot;
    if (!this.calc) return;
    const { stage } = this;
    if (stage.state.kind === "cross") point(stage, null, spot.token === undefined ? null : unitAt(stage.matrix.columnStarts, spot.token));
    this.look();
  }

  // token: kept in the sentence, too, where it is one of the source.
  keep(found) {
    if (!Object.keys(found).length) return;
    const { token } = found;
    this.stage.set({ ...found, ...(token !== undefined && this.stage.state.kind === "cross" ? { source: token } : {}) });
  }

  press(event) {
    if (!this.drawn || event.ctrlKey || event.altKey || event.metaKey || event.target.matches("input")) return;
    const { at, calc, phase } = this;
    const move = { ArrowLeft: ["dim", -1], ArrowRight: ["dim", 1], ArrowUp: ["token", -1], ArrowDown: ["token", 1] }[event.key];
    if (event.key === " ") {
      const next = calc.phases[calc.phases.indexOf(phase) + (event.shiftKey ? -1 : 1)];
      if (!next) return; // whoever holds the panel goes on
      this.stage.set({ phase: next });
    } else if (event.key === "Escape") this.stage.set({ dim: null });
    else if (!move) return;
    else if (move[0] === "dim") this.walk(at.dim === null ? 0 : at.dim + move[1]);
    else if (phase === "predict") this.keep({ word: clamp(at.word + move[1], 0, calc.top.length - 1) });
    else this.keep({ token: clamp(at.token + move[1], 0, calc.columns.length - 1) });
    event.preventDefault();
    event.stopPropagation();
  }

  // To a dimension; the lens comes along.
  walk(wanted) {
    const { drawn: { lens } } = this;
    if (!lens) return;
    const dim = clamp(wanted, 0, lens.width - 1);
    const isOutside = dim < lens.first || dim >= lens.first + lens.count;
    this.spot = {};
    this.stage.set({ dim, ...(isOutside ? { lens: dim < lens.first ? dim : dim - lens.count + 1 } : {}) });
  }
}

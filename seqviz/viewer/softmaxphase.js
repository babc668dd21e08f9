// The softmax: exponentials of the scores, their sum, and the share of each; a temperature makes the
// shares sharper or flatter.

import { html } from "./dom.js";
import { formula, joined, symbol, term } from "./formula.js";
import { shareBar, signedBar, strongestOf } from "./strip.js";
import { fixed } from "./text.js";

const HEAT = 20; // steps of the slider for a factor of e
const USUAL = 1;

export class SoftmaxPhase {
  constructor(panel) {
    Object.assign(this, { panel, stage: panel.stage, calc: panel.calc });
    this.slider = html("input", { type: "range", min: -2 * HEAT, max: 2 * HEAT, step: 1, "aria-label": this.stage.say("numbers.temperature"),
      input: () => this.stage.set({ temperature: Number(this.slider.value) ? Math.exp(this.slider.value / HEAT) : USUAL }) });
    this.heat = html("output.number");
    this.formula = html("div");
    this.body = html("div.softmax", { role: "presentation" });
    this.node = html("div.stack",
      html("label.heat", { "data-piece": "temperature" }, html("span", this.stage.say("numbers.temperature"), " ", html("i", "T")), this.slider, this.heat),
      this.formula, this.body);
    this.draw();
  }

  // The temperature has changed.
  draw() {
    const { calc, stage, stage: { state: { temperature } } } = this;
    this.found = calc.softmax(temperature);
    this.slider.value = Math.round(Math.log(temperature) * HEAT);
    this.heat.textContent = fixed(temperature, 2);
    const { scaled, shift, exps, sum, weights } = this.found;
    const isUsual = temperature === USUAL && !shift;
    this.isUsual = isUsual;
    const most = [strongestOf(calc.scores), Math.max(...exps)];
    this.exponents = scaled.map((score) => score - shift);
    const cell = (name, ...content) => html("span", { class: name }, ...content);
    const piece = (of, name, ...content) => html("span", { class: name, "data-piece": of }, ...content);
    const head = cell("dims", cell("name"), cell("", symbol("e", "i")), isUsual ? null : cell("", this.exponent("i")), cell("", this.power("i")), cell("", symbol("α", "i")));
    this.rows = calc.columns.map((name, token) => html("div.token", { "data-token": token },
      cell("name", symbol(calc.isTransformer ? "k" : "h", token + 1), html("bdi", name)),
      piece("scores", "value", signedBar(calc.scores[token], most[0]), cell("number", calc.written("scores", calc.scores[token]))),
      isUsual ? null : cell("value", cell("number", calc.written("scores", this.exponents[token], 1))),
      piece("exp", "value", shareBar(exps[token] / most[1]), cell("number", this.exp(exps[token]))),
      piece("weights", "value weight", shareBar(weights[token]), cell("number", calc.written("weights", weights[token])))));
    const total = html("div.sum", cell("name", stage.say("numbers.sum")), cell(""), isUsual ? null : cell(""), cell("number", this.sum(sum)), cell("number", "1"));
    this.body.classList.toggle("heated", !isUsual);
    this.body.replaceChildren(head, ...this.rows, total);
  }

  exp(value) {
    return this.calc.written("exp", value);
  }

  sum(value) {
    return this.calc.written("total", value);
  }

  exponent(index) {
    const { shift } = this.found;
    const heat = this.stage.state.temperature === USUAL ? [] : [" / ", html("i", "T")];
    return html("span", symbol("e", index), ...heat, shift ? ` − ${this.calc.written("scores", shift, 1)}` : null);
  }

  power(index) {
    return html("span", "exp(", this.exponent(index), ")");
  }

  token() {
    const { calc, panel: { at: { token } } } = this;
    this.rows.forEach((row, place) => row.classList.toggle("on", place === token));
    const { exps, sum, weights } = this.found;
    const below = Array.from(exps, (exp, place) => term({ token: place }, this.exp(exp)));
    this.formula.replaceChildren(formula(symbol("α", token + 1), " = ", this.power(token + 1), " / Σ", html("sub", html("i", "j")), " ", this.power("j"),
      " = ", term({ token }, this.exp(exps[token])), " / (", ...joined(below), `) = ${this.exp(exps[token])} / ${this.sum(sum)} = `, html("b", calc.written("weights", weights[token]))));
  }

  light() {}

  told() {
    const { calc, panel: { at: { token } }, stage, found: { exps, sum, weights } } = this;
    return stage.say("numbers.softmax.told", { token: calc.columns[token], score: calc.written("scores", this.exponents[token], 1), exp: this.exp(exps[token]),
      sum: this.sum(sum), weight: calc.written("weights", weights[token]) });
  }
}

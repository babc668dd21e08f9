// The softmax: exponentials of the scores, their sum, and the share of each; a temperature makes the
// shares sharper or flatter.

import { html } from "./dom.js";
import { digits } from "./calculation.js";
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
    this.heat = html("output", { class: "number" });
    this.formula = html("div");
    this.body = html("div", { class: "softmax", role: "presentation" });
    this.node = html("div", { class: "stack" },
      html("label", { class: "heat", "data-piece": "temperature" }, html("span", {}, this.stage.say("numbers.temperature"), " ", html("i", {}, "T")), this.slider, this.heat),
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
    const head = cell("heads", cell("name"), cell("", symbol("e", "i")), isUsual ? null : cell("", this.exponent("i")), cell("", this.power("i")), cell("", symbol("α", "i")));
    this.rows = calc.columns.map((name, token) => html("div", { class: "token", "data-token": token },
      cell("name", symbol("h", token + 1), html("bdi", {}, name)),
      cell("value", signedBar(calc.scores[token], most[0]), cell("number", fixed(calc.scores[token], 4))),
      isUsual ? null : cell("value", cell("number", fixed(this.exponents[token], 4))),
      cell("value", shareBar(exps[token] / most[1]), cell("number", digits(exps[token]))),
      cell("value weight", shareBar(weights[token]), cell("number", fixed(weights[token], 5)))));
    const total = html("div", { class: "sum" }, cell("name", stage.say("numbers.sum")), cell(""), isUsual ? null : cell(""), cell("number", digits(sum)), cell("number", "1"));
    this.body.classList.toggle("heated", !isUsual);
    this.body.replaceChildren(head, ...this.rows, total);
  }

  exponent(index) {
    const { shift } = this.found;
    const heat = this.stage.state.temperature === USUAL ? [] : [" / ", html("i", {}, "T")];
    return html("span", {}, symbol("e", index), ...heat, shift ? ` − ${fixed(shift, 4)}` : null);
  }

  power(index) {
    return html("span", {}, "exp(", this.exponent(index), ")");
  }

  token() {
    const { panel: { at: { token } } } = this;
    this.rows.forEach((row, place) => row.classList.toggle("on", place === token));
    const { exps, sum, weights } = this.found;
    const below = Array.from(exps, (exp, place) => term({ token: place }, digits(exp)));
    this.formula.replaceChildren(formula(symbol("α", token + 1), " = ", this.power(token + 1), " / Σ", html("sub", {}, html("i", {}, "j")), " ", this.power("j"),
      " = ", term({ token }, digits(exps[token])), " / (", ...joined(below), `) = ${digits(exps[token])} / ${digits(sum)} = `, html("b", {}, fixed(weights[token], 5))));
  }

  light() {}

  told() {
    const { calc, panel: { at: { token } }, stage, found: { exps, sum, weights } } = this;
    return stage.say("numbers.softmax.told", { token: calc.columns[token], score: fixed(this.exponents[token], 4), exp: digits(exps[token]),
      sum: digits(sum), weight: fixed(weights[token], 5) });
  }
}

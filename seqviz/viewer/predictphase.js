// The prediction: context and state become one vector; its dot product with each word's row is that
// word's logit; a softmax over the whole vocabulary makes probabilities of them.

import { html } from "./dom.js";
import { bracketed, formula, joined, symbol, term } from "./formula.js";
import { shareBar, signedBar, strongestOf } from "./strip.js";
import { fixed } from "./text.js";

const BESIDE = 60; // from that many letters' sizes on, the words stand beside short vectors
const PART_LETTERS = { context: "c", state: "s", fed: "x" };

// A share so that three digits of it are seen.
function precise(value) {
  return value >= 0.001 || value === 0 ? fixed(value, 5) : value.toExponential(2).replace("-", "−");
}

function counted(number) {
  return number.toLocaleString("en");
}

export class PredictPhase {
  constructor(panel) {
    Object.assign(this, { panel, stage: panel.stage, calc: panel.calc });
    const { calc, stage } = this;
    this.probs = Array.from(calc.logProbs, Math.exp);
    this.lens = panel.lensFor(calc.D, 23);
    this.desk = html("div", { class: "desk" });
    this.formula = html("div");
    this.rows = calc.top.map((name, word) => this.row(name, word));
    const rest = calc.rest === null ? [] : [html("div", { class: "token rest" },
      html("span", { class: "name" }, stage.say("numbers.others", { count: counted(calc.vocabulary - calc.top.length) })), html("span"), this.share(calc.rest))];
    const grid = html("div", { class: "calc-grid" }, panel.heads(this.lens), ...this.sources(), this.desk, panel.lensSlider(this.lens));
    const words = html("div", { class: "softmax predicted", role: "presentation" }, html("div", { class: "heads" }, html("span"), html("span", {}, symbol("z", "y")),
        html("span", {}, symbol("p", "y"), " = exp(", symbol("z", "y"), " − log ", html("i", {}, "Z"), ")")), ...this.rows, ...rest);
    const beside = this.lens.isWhole && panel.rems > BESIDE;
    this.node = html("div", { class: "stack" }, html("div", { class: beside ? "beside" : "stack" }, grid, ...(beside ? [words] : [])), this.formula, ...(beside ? [] : [words]));
  }

  line(name, vector, piece, result = [], most = strongestOf(vector)) {
    return this.panel.row({ class: "written", "data-piece": piece }, name, vector, this.lens, most, (value) => this.calc.written(value, this.calc.D), result);
  }

  // What the last vector is made of, each part mapped by its columns of W.
  sources() {
    const { calc, panel: { place }, stage } = this;
    const most = calc.parts ? strongestOf(calc.parts) : 1;
    const lines = calc.partNames.map((name, part) => this.line([html("i", {}, "W "), symbol(PART_LETTERS[name], place), html("small", {}, stage.say(`numbers.${name}`))], calc.of("parts", part), name, [], most));
    if (calc.constant) lines.push(this.line([symbol("b", null)], calc.constant, "constant", [], most));
    const last = lines.length ? [html("span", {}, "tanh(Σ) = "), symbol("u", place)] : [symbol(calc.isTransformer ? "u" : "s", place), html("small", {}, stage.say(`numbers.${calc.isTransformer ? "layers" : "state"}`))];
    return [...lines, this.line(last, calc.combined, "combined")];
  }

  share(value) {
    return html("span", { class: "value weight", "data-piece": "probabilities" }, shareBar(value), html("span", { class: "number" }, precise(value)));
  }

  row(name, word) {
    const { calc } = this;
    const isChosen = word === calc.chosen;
    return html("div", { class: `token ${isChosen ? "chosen" : ""}`, "data-word": word },
      html("span", { class: "name" }, html("bdi", {}, name), isChosen ? html("span", { class: "unseen" }, this.stage.say("figure.next.chosen")) : null, isChosen ? " ◂" : null),
      html("span", { class: "value", "data-piece": "logits" }, signedBar(calc.logits[word], strongestOf(calc.logits)), html("span", { class: "number" }, fixed(calc.logits[word], 4))),
      this.share(this.probs[word]));
  }

  // Row of the word, times the last vector.
  products(word) {
    const { calc } = this;
    return Float64Array.from(calc.rowOf(word), (value, dim) => value * calc.combined[dim]);
  }

  token() {}

  light() {
    const { calc, panel: { at: { dim, word } }, stage, lens: { first, count } } = this;
    const products = this.products(word);
    const name = html("bdi", {}, calc.top[word]);
    const sum = (from, to) => products.subarray(from, to).reduce((one, value) => one + value, 0);
    this.desk.replaceChildren(this.line([html("span", {}, "× ", symbol("w", "y")), name], calc.rowOf(word), "rows"),
      this.line([html("span", {}, "= ", stage.say("numbers.products"))], products, "products", [html("span", { class: "total" },
        signedBar(dim === null ? sum(0, calc.D) : sum(0, dim + 1), strongestOf(calc.logits), sum(0, calc.D)),
        html("span", { class: "number" }, dim === null ? "Σ " : html("small", {}, stage.say("numbers.first_terms", { count: dim + 1 })), fixed(dim === null ? sum(0, calc.D) : sum(0, dim + 1), 4)))]));
    this.rows.forEach((row, place) => row.classList.toggle("on", place === word));
    const { D } = calc;
    const end = Math.min(first + count, D);
    const rest = (from, to) => (to > from ? [html("span", { class: "rest" }, bracketed(calc.written(sum(from, to), D)), html("small", {}, stage.say("numbers.terms", { from: from + 1, to })))] : []);
    const terms = Array.from({ length: end - first }, (_, place) => term({ dim: first + place }, bracketed(calc.written(products[first + place], D))));
    const logit = fixed(calc.logits[word], 4);
    this.formula.replaceChildren(this.mixed(dim) ?? "",
      formula(symbol("z", calc.top[word]), " = ", ...joined([...rest(0, first), ...terms, ...rest(end, D)]), ` + ${bracketed(fixed(calc.biases[word], 4))} = ${logit}`),
      formula(symbol("p", calc.top[word]), ` = exp(${logit} − ${fixed(calc.logZ, 4)}) = `, html("b", {}, precise(this.probs[word])),
        html("small", {}, stage.say("numbers.log_z", { count: counted(calc.vocabulary), value: fixed(calc.logZ, 4) }))));
  }

  // One number of the last vector from the parts above it.
  mixed(dim) {
    const { calc, panel: { place } } = this;
    if (!calc.parts || dim === null) return null;
    const number = (value) => term({ dim }, bracketed(calc.written(value, calc.D)));
    const parts = [...calc.partNames.map((_, part) => calc.of("parts", part)), ...(calc.constant ? [calc.constant] : [])];
    return formula(symbol("u", `${place},${dim + 1}`), " = tanh(", ...joined(parts.map((part) => number(part[dim]))), `) = ${calc.written(calc.combined[dim], calc.D)}`);
  }

  told() {
    const { calc, panel: { at: { word } }, stage } = this;
    return stage.say("numbers.predict.told", { token: calc.top[word], logit: fixed(calc.logits[word], 4), prob: precise(this.probs[word]) });
  }
}

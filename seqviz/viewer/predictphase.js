// The prediction: context and state become one vector; its dot product with each word's row is that
// word's logit; a softmax over the whole vocabulary makes probabilities of them.

import { html } from "./dom.js";
import { bracketed, formula, joined, symbol, term } from "./formula.js";
import { shareBar, signedBar, strongestOf } from "./strip.js";

const WORDS_BESIDE = 28; // letters' sizes that names and words need beside the cells of short vectors
// Of what the digits of a line are.
const DIGITS = { context: "parts", state: "parts", fed: "parts", constant: "parts", combined: "combined", rows: "rows", products: "rows" };
const PART_LETTERS = { context: "c", state: "s", fed: "x" };

function counted(number) {
  return number.toLocaleString("en");
}

export class PredictPhase {
  constructor(panel) {
    Object.assign(this, { panel, stage: panel.stage, calc: panel.calc });
    const { calc, stage } = this;
    this.probs = Array.from(calc.logProbs, Math.exp);
    this.lens = panel.lensFor(calc.D, Math.max(calc.digitsOf("parts"), calc.digitsOf("rows")), 10);
    this.desk = html("div.desk");
    this.formula = html("div");
    this.rows = calc.top.map((name, word) => this.row(name, word));
    const rest = calc.rest === null ? [] : [html("div.token.rest",
      html("span.name", stage.say("numbers.others", { count: counted(calc.vocabulary - calc.top.length) })), html("span"), this.share(calc.rest))];
    const grid = html("div.calc-grid", panel.heads(this.lens), ...this.sources(), this.desk, panel.lensSlider(this.lens));
    const words = html("div.softmax.predicted", { role: "presentation" }, html("div.dims", html("span"), html("span", symbol("z", "y")),
        html("span", symbol("p", "y"), " = exp(", symbol("z", "y"), " − log ", html("i", "Z"), ")")), ...this.rows, ...rest);
    const beside = this.lens.isWhole && panel.rems > WORDS_BESIDE + this.lens.room;
    this.node = html("div.stack", html("div", { class: beside ? "beside" : "stack" }, grid, ...(beside ? [words] : [])), this.formula, ...(beside ? [] : [words]));
  }

  line(title, vector, piece, most = strongestOf(vector)) {
    return this.panel.row({ class: "written", "data-piece": piece }, title, vector, this.lens, most, (value) => this.calc.written(DIGITS[piece], value), []);
  }

  // What the last vector is made of, each part mapped by its columns of W.
  sources() {
    const { calc, panel: { place }, stage } = this;
    const most = calc.parts ? strongestOf(calc.parts) : 1;
    const lines = calc.partNames.map((name, part) => this.line([html("i", "W "), symbol(PART_LETTERS[name], place), html("small", stage.say(`numbers.${name}`))], calc.of("parts", part), name, most));
    if (calc.constant) lines.push(this.line([symbol("b", null)], calc.constant, "constant", most));
    const last = lines.length ? [html("span", "tanh(Σ) = "), symbol("u", place)] : [symbol(calc.isTransformer ? "u" : "s", place), html("small", stage.say(`numbers.${calc.isTransformer ? "layers" : "state"}`))];
    return [...lines, this.line(last, calc.combined, "combined")];
  }

  share(value) {
    const { calc } = this;
    return html("span.value.weight", { "data-piece": "probabilities" }, shareBar(value), html("span.number", calc.written("probabilities", value)));
  }

  row(name, word) {
    const { calc } = this;
    const isChosen = word === calc.chosen;
    return html("div", { class: `token ${isChosen ? "chosen" : ""}`, "data-word": word },
      html("span.name", html("bdi", name), isChosen ? html("span.unseen", this.stage.say("figure.next.chosen")) : null, isChosen ? " ◂" : null),
      html("span.value", { "data-piece": "logits" }, signedBar(calc.logits[word], strongestOf(calc.logits)), html("span.number", calc.written("logits", calc.logits[word]))),
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
    const name = html("bdi", calc.top[word]);
    const sum = (from, to) => products.subarray(from, to).reduce((one, value) => one + value, 0);
    this.desk.replaceChildren(this.line([html("span", "× ", symbol("w", "y")), name], calc.rowOf(word), "rows"),
      this.line([html("span", "= ", stage.say("numbers.products"))], products, "products"));
    this.rows.forEach((row, place) => row.classList.toggle("on", place === word));
    const { D } = calc;
    const end = Math.min(first + count, D);
    const rest = (from, to) => (to > from ? [html("span.rest", bracketed(calc.written("rows", sum(from, to), 1)), html("small", stage.say("numbers.terms", { from: from + 1, to })))] : []);
    const terms = Array.from({ length: end - first }, (_, place) => term({ dim: first + place }, bracketed(calc.written("rows", products[first + place]))));
    const logit = calc.written("logits", calc.logits[word]);
    this.formula.replaceChildren(this.mixed(dim) ?? "",
      formula(symbol("z", calc.top[word]), " = ", ...joined([...rest(0, first), ...terms, ...rest(end, D)]), ` + ${bracketed(calc.written("biases", calc.biases[word]))} = ${logit}`),
      formula(symbol("p", calc.top[word]), ` = exp(${logit} − ${calc.written("logZ", calc.logZ)}) = `, html("b", calc.written("probabilities", this.probs[word])),
        html("small", stage.say("numbers.log_z", { count: counted(calc.vocabulary), value: calc.written("logZ", calc.logZ) }))));
  }

  // One number of the last vector from the parts above it.
  mixed(dim) {
    const { calc, panel: { place } } = this;
    if (!calc.parts || dim === null) return null;
    const number = (value) => term({ dim }, bracketed(calc.written("parts", value)));
    const parts = [...calc.partNames.map((_, part) => calc.of("parts", part)), ...(calc.constant ? [calc.constant] : [])];
    return formula(symbol("u", `${place},${dim + 1}`), " = tanh(", ...joined(parts.map((part) => number(part[dim]))), `) = ${calc.written("combined", calc.combined[dim])}`);
  }

  told() {
    const { calc, panel: { at: { word } }, stage } = this;
    return stage.say("numbers.predict.told", { token: calc.top[word], logit: calc.written("logits", calc.logits[word]), prob: calc.written("probabilities", this.probs[word]) });
  }
}

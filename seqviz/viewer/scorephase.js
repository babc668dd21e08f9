// The score: what the decoder asks with, against what every source token offers. A dot product is
// seen being a sum: term by term, each of them two cells and their product.

import { html } from "./dom.js";
import { bracketed, formula, joined, symbol, term } from "./formula.js";
import { signedBar, strongestOf } from "./strip.js";

// How the two vectors of a score are called: what stands before the letter, and the letter.
const NAMES = { dot: [["", "s"], ["", "h"]], general: [["", "s"], ["W ", "h"]], additive: [["W ", "s"], ["U ", "h"]] };
const HEADS = [["", "q"], ["", "k"]];
const SCORE_BESIDE = 26; // name, the vector in small, and the score, in letters' sizes

export class ScorePhase {
  // panel: what it is drawn in.
  constructor(panel) {
    Object.assign(this, { panel, stage: panel.stage, calc: panel.calc });
    const { calc } = this;
    this.names = NAMES[calc.kind] ?? HEADS;
    this.lens = panel.lensFor(calc.d, calc.digitsOf("query"), SCORE_BESIDE);
    this.most = { query: strongestOf(calc.query), key: strongestOf(calc.keys), score: strongestOf(calc.scores) };
    this.desk = html("div.desk");
    this.formula = html("div", { "aria-live": "off" });
    this.rows = calc.columns.map((name, token) => this.row(name, token));
    this.node = html("div.calc-grid", panel.heads(this.lens), this.desk, this.formula,
      panel.lensSlider(this.lens), html("div.tokens", { "data-piece": "keys" }, ...this.rows));
  }

  // Additive attention asks with the state before this step.
  get query() {
    const [before, letter] = this.names[0];
    return symbol(letter, this.panel.place - (this.calc.energies ? 1 : 0), before);
  }

  key(token) {
    const [before, letter] = this.names[1];
    return symbol(letter, token + 1, before);
  }

  row(name, token) {
    const { calc, lens, most, panel } = this;
    return panel.row({ class: "token", "data-token": token }, [this.key(token), html("bdi", name)], calc.key(token), lens, most.key, null,
      [signedBar(calc.scores[token], most.score), html("span.number", { "data-piece": "scores" }, calc.written("scores", calc.scores[token]))]);
  }

  // The vectors of one token with their numbers, and what they make term by term.
  token() {
    const { calc, lens, most, panel, panel: { at: { token } } } = this;
    const line = (name, vector, strongest, piece, result = []) => panel.row({ class: "written", "data-piece": piece }, [name], vector, lens, strongest,
      (value) => calc.written(piece === "products" ? piece : "query", value), result);
    const products = calc.products(token);
    this.products = products;
    this.total = html("span.total");
    const bent = calc.energies ? [
      line(html("span", "tanh(", this.query, " + ", this.key(token), ")"), calc.bent(token), 1, "bent"),
      line(symbol("v", null), calc.energies, strongestOf(calc.energies), "energies")] : [];
    this.desk.replaceChildren(
      line(this.query, calc.query, most.query, "query"),
      line(html("span", this.key(token), " ", html("bdi", calc.columns[token])), calc.key(token), most.key, "key keys"), ...bent,
      line(html("span", "× ", this.stage.say("numbers.products")), products, strongestOf(products), "products", [this.total]));
    this.rows.forEach((row, place) => row.classList.toggle("on", place === token));
    this.write(token);
  }

  // The score of a token as a sum: the terms under the lens one by one, those on both sides together.
  write(token) {
    const { calc, calc: { d, scaling, added }, products, stage, lens: { first, count } } = this;
    const end = Math.min(first + count, d);
    const number = (value) => bracketed(calc.written("query", value));
    const factor = (dim) => (calc.energies ? [calc.energies[dim], calc.bent(token)[dim]] : [calc.query[dim], calc.key(token)[dim]]);
    const rest = (from, to) => (to > from ? [html("span.rest", bracketed(calc.written("products", calc.part(token, from, to), 1)),
      html("small", stage.say("numbers.terms", { from: from + 1, to })))] : []);
    const terms = Array.from({ length: end - first }, (_, place) => {
      const [one, other] = factor(first + place).map(number);
      return term({ dim: first + place }, `${one} × ${other}`);
    });
    const dot = calc.part(token, 0, d);
    const left = calc.energies ? html("span", symbol("v", null), " · tanh(", this.query, " + ", this.key(token), ")")
      : html("span", this.query, " · ", this.key(token));
    const whole = calc.written("scores", dot, 1);
    const ready = scaling === 1 && !added;
    const more = added ? ` + ${bracketed(calc.written("added", added[token]))}` : "";
    const right = ready ? [` = ${calc.written("scores", dot)}`] : [` = ${whole}; `, symbol("e", token + 1),
      ` = ${whole}${scaling === 1 ? "" : ` / √${Math.round(scaling ** -2)}`}${more} = ${calc.written("scores", calc.scores[token])}`];
    this.formula.replaceChildren(formula(...(ready ? [symbol("e", token + 1), " = "] : []), left, " = ",
      ...joined([...rest(0, first), ...terms, ...rest(end, d)]), ...right));
  }

  // Up to the term that is looked at, the sum is solid.
  light() {
    const { calc, panel: { at: { dim, token } }, stage } = this;
    const whole = calc.part(token, 0, calc.d);
    const sum = dim === null ? whole : calc.part(token, 0, dim + 1);
    const most = Math.max(this.most.score / calc.scaling, Math.abs(whole));
    this.total.replaceChildren(signedBar(sum, most, whole), html("span.number",
      dim === null ? "Σ " : html("small", stage.say("numbers.first_terms", { count: dim + 1 })), calc.written("scores", sum, 1)));
  }

  told() {
    const { calc, products, panel: { at: { dim, token } }, stage } = this;
    const facts = { token: calc.columns[token], score: calc.written("scores", calc.scores[token]) };
    if (dim === null) return stage.say("numbers.score.told", facts);
    return stage.say("numbers.score.told_term", { ...facts, dim: dim + 1, product: calc.written("products", products[dim]), sum: calc.written("scores", calc.part(token, 0, dim + 1), 1) });
  }
}

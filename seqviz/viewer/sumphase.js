// The weighted sum: each token's vector, scaled by its weight, flows into the context.

import { html, svg } from "./dom.js";
import { bracketed, formula, joined, symbol, term } from "./formula.js";
import { lensCells, overview, shareBar, strongestOf } from "./strip.js";

const THICK = 22; // of a flow of weight 1
const THIN = 0.35; // height of a strip of weight 0
const COLOURED = 1.375; // width of a cell without a number, in letters' sizes
const SUM_BESIDE = 21; // name, weight and flows, in letters' sizes

export class SumPhase {
  constructor(panel) {
    Object.assign(this, { panel, stage: panel.stage, calc: panel.calc });
    const { calc } = this;
    this.letter = calc.isTransformer ? "v" : "h";
    this.lens = panel.lensFor(calc.dv, calc.digitsOf("contributions"), SUM_BESIDE, COLOURED);
    this.most = strongestOf(calc.values);
    this.formula = html("div");
    this.flows = svg("svg.flows", { "aria-hidden": "true" });
    this.rows = calc.columns.map((name, token) => html("div.token", { "data-token": token }, this.line(name, token)));
    const { place, ramp } = panel;
    this.context = html("div.context", { "data-piece": "context" }, html("span.name", symbol("c", place), " = Σ"),
      html("span.spacer"), this.lens.isWhole ? null : overview(calc.context, this.lens, strongestOf(calc.context), ramp.read()),
      lensCells(calc.context, this.lens, strongestOf(calc.context), (value) => calc.written("context", value)));
    this.grid = html("div.sums", html("div.dims", html("span"), html("span", symbol("α", "i")), html("span", symbol(this.letter, "i")),
      html("span", symbol("α", "i"), symbol(this.letter, "i", " ")), html("span")), ...this.rows, this.context, this.flows);
    this.node = html("div.stack", this.formula, panel.lensSlider(this.lens), this.grid);
  }

  line(name, token, write = null) {
    const { calc, lens, most, letter } = this;
    const weight = calc.weights[token];
    const scaled = lensCells(calc.contribution(token), lens, most, write);
    scaled.style.setProperty("--height", THIN + (1 - THIN) * weight);
    scaled.classList.add("scaled");
    scaled.dataset.piece = "contributions";
    const own = lensCells(calc.value(token), lens, most);
    own.classList.add("coloured");
    own.dataset.piece = "values";
    const parts = [html("span.name", symbol(letter, token + 1), html("bdi", name)),
      html("span.value.weight", { "data-piece": "weights" }, shareBar(weight), html("span.number", calc.written("weights", weight))), own, scaled];
    return html("div.line", ...parts);
  }

  // The numbers of one token, and the flows.
  token() {
    const { calc, panel: { at: { token } } } = this;
    this.rows.forEach((row, place) => {
      const isOn = place === token;
      if (row.classList.contains("on") === isOn && row.dataset.written === String(isOn)) return;
      row.dataset.written = isOn;
      row.classList.toggle("on", isOn);
      row.replaceChildren(this.line(calc.columns[place], place, isOn ? (value) => calc.written("contributions", value) : null));
    });
    this.flow();
  }

  // Ribbons from the strips to the context, as thick as the weights.
  flow() {
    const { calc, grid, flows, context, stage, panel: { at: { token } } } = this;
    const u = stage.unit();
    const [box, goal] = [grid, context].map((node) => node.getBoundingClientRect());
    if (!box.width) return;
    const middle = ({ top, height }) => top - box.top + height / 2;
    const wide = 4 * 16 * u;
    const end = middle(goal);
    flows.setAttribute("width", wide);
    flows.setAttribute("height", box.height);
    flows.replaceChildren(...this.rows.map((row, place) => {
      const from = middle(row.getBoundingClientRect());
      const bend = wide * (0.35 + (0.5 * (place + 1)) / this.rows.length);
      return svg("path", { class: place === token ? "on" : null, "data-token": place, "stroke-width": Math.max(1, THICK * u * calc.weights[place]),
        d: `M0 ${from}C${bend} ${from} ${bend} ${end} 0 ${end}` });
    }));
  }

  light() {
    const { calc, panel, panel: { at: { dim } }, letter, stage } = this;
    const place = dim ?? this.lens.first;
    const terms = Array.from(calc.weights, (weight, token) => term({ token }, `${calc.written("weights", weight)} × ${bracketed(calc.written("values", calc.value(token)[place]))}`));
    const index = `${panel.place},${place + 1}`;
    this.formula.replaceChildren(formula(symbol("c", panel.place), " = Σ", html("sub", html("i", "i")), " ", symbol("α", "i"), symbol(letter, "i", " "),
      stage.say("numbers.sum.cell", { dim: place + 1 }), " ", symbol("c", index), " = ", ...joined(terms), " = ", html("b", calc.written("context", calc.context[place]))));
  }

  told() {
    const { calc, panel: { at: { dim, token } }, stage } = this;
    const place = dim ?? this.lens.first;
    return stage.say("numbers.sum.told", { token: calc.columns[token], weight: calc.written("weights", calc.weights[token]), dim: place + 1,
      value: calc.written("values", calc.value(token)[place]), product: calc.written("contributions", calc.contribution(token)[place]) });
  }
}

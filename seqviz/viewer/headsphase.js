// What becomes of the heads: their contexts side by side, times W_O, are what the layer's attention
// gives. Each head has its columns of W_O, so that its part is seen alone.

import { html } from "./dom.js";
import { bracketed, formula, joined, symbol, term } from "./formula.js";
import { overview, strongestOf } from "./strip.js";

const BESIDE = 26; // letters' sizes of names, contexts and the output in small

export class HeadsPhase {
  constructor(panel) {
    Object.assign(this, { panel, calc: panel.calc });
    const { calc, calc: { block, contexts, mixed, mixingBias } } = panel;
    const D = block.length;
    this.heads = mixed.length / D;
    const E = contexts.length / this.heads;
    this.lens = panel.lensFor(D, Math.max(...["mixed", "mixingBias", "block"].map((name) => calc.digitsOf(name))), BESIDE);
    this.parts = Array.from({ length: this.heads }, (_, head) => [mixed.subarray(head * D, (head + 1) * D), "mixed"]);
    const { place, ramp } = panel;
    const [most, strongest] = [strongestOf(mixed, mixingBias ?? []), strongestOf(contexts)];
    const line = (kind, name, strip, vector, of, size = most) => panel.row({ class: `token ${kind}`, "data-piece": of }, [...name, html("span.strip-of", strip)],
      vector, this.lens, size, (value) => calc.written(of, value), []);
    const rows = this.parts.map(([part, of], head) => line(head === calc.head ? "on" : "", [symbol("W", "O", ""), symbol("c", head + 1)],
      overview(contexts.subarray(head * E, (head + 1) * E), { first: 0, count: E }, strongest, ramp.read()), part, of));
    if (mixingBias) {
      this.parts.push([mixingBias, "mixingBias"]);
      rows.push(line("", [symbol("b", null)], "", mixingBias, "mixingBias"));
    }
    this.formula = html("div");
    const side = Array.from({ length: this.heads }, (_, head) => symbol("c", head + 1));
    this.node = html("div.calc-grid.mixed", formula(symbol("o", place), " = ", symbol("W", "O"), " [", ...joined(side, " ; "), "]", mixingBias ? " + " : "", mixingBias ? symbol("b", null) : ""),
      panel.heads(this.lens), ...rows, line("context", [symbol("o", place), " = Σ"], "", block, "block", strongestOf(block)), panel.lensSlider(this.lens), this.formula);
  }

  token() {}

  // One number of the output, from those above it.
  get at() {
    return this.panel.at.dim ?? this.lens.first;
  }

  light() {
    const { at, calc, panel: { place, stage } } = this;
    this.formula.replaceChildren(formula(stage.say("numbers.heads.cell", { dim: at + 1 }), " ", symbol("o", `${place},${at + 1}`), " = ",
      ...joined(this.parts.map(([part, name]) => term({ dim: at }, bracketed(calc.written(name, part[at]))))), " = ", html("b", calc.written("block", calc.block[at]))));
  }

  told() {
    const { at, calc, heads, panel: { stage } } = this;
    return stage.say("numbers.heads.told", { heads, head: calc.head + 1, dim: at + 1, part: calc.written("mixed", this.parts[calc.head][0][at]), value: calc.written("block", calc.block[at]) });
  }
}

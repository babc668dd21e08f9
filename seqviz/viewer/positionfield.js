// What a Transformer adds to the vectors of the source, so that it knows where each token stands: a field
// of waves; and how much like that of one position the codes of all the others are.

import { html } from "./dom.js";
import { signedRamp } from "./lens.js";
import { rowsOf } from "./statestrips.js";
import { overview, signedBar, strongestOf } from "./strip.js";
import { fixed } from "./text.js";

function dot(one, other) {
  return one.reduce((sum, value, dim) => sum + value * other[dim], 0);
}

export class PositionField {
  constructor(stage) {
    const { width, values } = stage.lesson.positions;
    this.stage = stage;
    this.codes = rowsOf(Float32Array.from(atob(values), (letter) => (letter.charCodeAt(0) << 24) >> 24), width);
    this.ramp = signedRamp(() => this.draw());
    this.body = html("div.tokens");
    this.node = html("div.calc.states.positions", { role: "group" }, this.ramp.node, this.body);
  }

  start() {
    this.stage.watch(["source"], () => this.draw());
  }

  draw() {
    const { codes, stage, stage: { record, lesson } } = this;
    const { labels } = record.units("source", 0, false);
    const here = stage.state.source ?? 0;
    const most = strongestOf(...codes);
    const alike = codes.map((code) => dot(code, codes[here]) / Math.sqrt(dot(code, code) * dot(codes[here], codes[here])));
    const told = lesson.say("lesson.positions", { word: labels[here] });
    this.node.setAttribute("aria-label", told);
    this.body.replaceChildren(html("div.line.dims", html("span"), html("span"), html("span", told)), ...codes.map((code, place) => html("div", { class: `line token ${place === here ? "on" : ""}`, click: () => stage.set({ source: place }) },
      html("span.name", `${place} `, html("bdi", labels[place])), overview(code, { first: 0, count: 0 }, most, this.ramp.read()),
      html("span.value", signedBar(alike[place], 1), html("span.number", fixed(alike[place], 2))))));
  }
}

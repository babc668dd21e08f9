// The states of a recurrent model, in the order in which they were made: what the encoder had read
// after each word and, where it reads one way, how much the word changed it; what was handed over; and
// the decoder's states up to the step. One strip each, on one scale.

import { calculationKey } from "./calculation.js";
import { html } from "./dom.js";
import { signedRamp } from "./lens.js";
import { overview, shareBar, strongestOf } from "./strip.js";
import { fixed } from "./text.js";
import { symbol } from "./formula.js";

const SAME = 1e-3; // two states that differ by less, of the strongest number, are one

export function rowsOf(vectors, width) {
  return Array.from({ length: (vectors?.length ?? 0) / width }, (_, place) => vectors.subarray(place * width, (place + 1) * width));
}

function distance(one, other) {
  return Math.sqrt(one.reduce((sum, value, dim) => sum + (value - other[dim]) ** 2, 0));
}

export class StateStrips {
  constructor(stage) {
    this.stage = stage;
    this.ramp = signedRamp(() => this.draw());
    this.body = html("div.stack");
    this.node = html("div.calc.states", { role: "group", "aria-label": stage.say("numbers.states") }, this.ramp.node, this.body);
  }

  start() {
    this.stage.watch(["kind", "step", "hypothesis", "more"], () => this.draw());
    this.stage.watch(["lit"], () => this.light());
    this.stage.unfold(() => this.made ?? []);
  }

  draw() {
    const { stage, stage: { record } } = this;
    const key = calculationKey(stage);
    const calc = record.calculations?.get(key);
    if (calc === undefined && stage.can("explain") && this.asked !== key) stage.send("explain", { key });
    this.asked = key;
    if (!calc?.state) {
      const why = calc ? "no_states" : calc === undefined && stage.can("explain") ? "coming" : "none";
      return this.body.replaceChildren(html("p.notice", stage.say(`numbers.${why}`)));
    }
    const { source } = calc;
    const read = rowsOf(source, source.length / calc.columns.length);
    const written = [...rowsOf(calc.before, calc.state.length), calc.state];
    const tokens = record.target(stage.state.hypothesis);
    const most = strongestOf(source, ...written);
    const whole = { first: 0, count: 0 };
    const strip = (vector) => overview(vector, whole, most, this.ramp.read());
    // The state handed over is the one made last: of the first word, where the encoder reads backwards;
    // none of them, where it reads both ways.
    const isHanded = (vector) => distance(vector, calc.handed) < SAME * most;
    const isBackwards = isHanded(read[0]) && !isHanded(read.at(-1));
    const order = isBackwards ? [...read.keys()].reverse() : [...read.keys()];
    const changes = isHanded(read[order.at(-1)]) ? order.map((place, count) => distance(read[place], count ? read[order[count - 1]] : read[place].map(() => 0))) : [];
    const largest = Math.max(...changes);
    this.rows = order.map((place, count) => html("div.line.token", { "data-token": place }, html("span.name", symbol("h", count + 1), html("bdi", calc.columns[place])),
      strip(read[place]), changes.length ? html("span.value", { "data-piece": "change" }, shareBar(changes[count] / largest), html("span.number", fixed(changes[count], 2))) : html("span")));
    const handed = html("div.line", { "data-piece": "handed" }, html("span.name", symbol("s", 0), stage.say("numbers.handed")), strip(calc.handed), html("span"));
    const out = written.map((vector, place) => html("div", { class: `line token ${place === written.length - 1 ? "on" : ""}` },
      html("span.name", symbol("s", place + 1), html("bdi", `→ ${tokens[place] ?? ""}`)), strip(vector), html("span")));
    const group = (piece, title, rows, ...more) => html("div.tokens", { "data-piece": piece }, html("div.line.dims", html("span.name", stage.say(title)), html("span"), ...more), ...rows);
    this.made = [...this.rows, handed, ...out];
    this.body.replaceChildren(group("encoder", "numbers.encoder", this.rows, changes.length ? html("span", "‖", symbol("h", "i"), " − ", symbol("h", "i−1"), "‖") : ""), handed, group("decoder", "numbers.decoder", out));
    this.stage.fold();
    this.light();
  }

  // The source word that is pointed at elsewhere.
  light() {
    const { stage: { state: { lit, kind }, matrix } } = this;
    const token = kind === "cross" && lit?.column != null ? matrix.columnStarts[lit.column] : null;
    this.rows?.forEach((row) => row.classList.toggle("on", Number(row.dataset.token) === token));
  }
}

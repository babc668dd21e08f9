// Greedy against beam search where both were given, and the hypotheses against each other.

import { html, table } from "./dom.js";
import { hypothesisLines, sumsChart, sumsLegend } from "./sums.js";
import { fixed, isolate, label, share } from "./text.js";

// A text whose other words are marked, neighbours as one and without the space after them.
function marked(words, language) {
  const runs = [];
  for (const [text, differs] of words) {
    if (runs.at(-1)?.differs === differs) runs.at(-1).text += text;
    else runs.push({ text, differs });
  }
  return html("bdi", { dir: "auto", lang: language || null }, ...runs.flatMap(({ text, differs }) => (
    differs ? [html("mark", {}, text.trimEnd()), text.slice(text.trimEnd().length)] : [text])));
}

export class Compare {
  constructor(stage) {
    this.stage = stage;
    this.record = stage.record;
    const { data } = stage.record;
    this.chart = html("div", { class: data.compare ? "chart-room compared" : "chart-room" });
    this.lines = data.compare ? this.compared() : hypothesisLines(stage);
    this.parting = data.compare?.parting?.step ?? null;
    this.body = html("tbody");
    this.node = html("div", { class: "stack" }, ...(data.compare ? this.verdict() : []),
      html("div", { class: "heading" }, html("h3", {}, stage.say("figure.compare.title")), sumsLegend(this.lines)),
      this.chart, this.sums(), html("h3", {}, this.stage.say("viewer.hypotheses")),
      html("p", { class: "caption" }, this.stage.say("viewer.hypotheses.caption")), this.hypotheses());
  }

  start() {
    this.stage.watch(["width"], () => this.draw());
    this.stage.watch(["hypothesis"], () => this.mark());
  }

  draw() {
    this.chart.replaceChildren(sumsChart(this.stage, this.lines, this.parting, this.chart.clientWidth || 700));
  }

  compared() {
    return this.record.data.compare.lines.map((line) => ({ ...line, labels: line.labels.map(label), name: this.name(line) }));
  }

  name({ beam }) {
    return beam === 1 ? this.stage.say("figure.compare.greedy") : this.stage.say("figure.compare.beam", { beam });
  }

  verdict() {
    const { lines, parting } = this.record.data.compare;
    const texts = lines.map((line, place) => html("div", { class: `told s${place}` },
      html("span", { class: "side" }, this.name(line)), html("p", {}, marked(line.marks, this.record.data.translation.language)),
      html("p", { class: "caption" }, this.stage.say("viewer.line_facts", { sum: fixed(line.sums.at(-1), 2), length: line.length, score: fixed(line.score, 3) }))));
    return [html("div", { class: "pair" }, ...texts),
      html("p", { class: "verdict" }, ...(parting ? this.parted(parting) : [this.stage.say("viewer.same")]))];
  }

  parted({ step, pieces, probs, margin }) {
    const { fate, lines } = this.record.data.compare;
    const told = pieces.map((piece, place) => (piece === null ? this.stage.say("viewer.nothing") : `“${isolate(label(piece))}” (p = ${share(probs[place], 3)})`));
    const names = { first: this.name(lines[0]), second: this.name(lines[1]) };
    const more = this.stage.say(margin > 0 ? "viewer.margin_more" : "viewer.margin_less", { ...names, margin: fixed(Math.abs(margin), 2) });
    const end = this.stage.say(`viewer.fate.${fate.code}`, { ...names, step: fate.step + 1, rank: fate.rank, place: (fate.place ?? -1) + 1 });
    return [`${this.stage.say("viewer.parting", { ...names, step: step + 1, greedy: told[0], beam: told[1] })} ${more} ${end}`];
  }

  sums() {
    const heads = this.lines.flatMap(({ name }) => [`${name}: ${this.stage.say("figure.token")}`, `${name}: Σ log p`]);
    const steps = Math.max(...this.lines.map(({ sums }) => sums.length));
    return table(this.stage.say("viewer.table"), [this.stage.say("figure.step"), ...heads], () => Array.from({ length: steps }, (_, step) => [step + 1,
      ...this.lines.flatMap(({ labels, sums }) => (step < sums.length ? [labels[step], fixed(sums[step], 3)] : ["", ""]))]));
  }

  hypotheses() {
    const keys = ["score", "cumulative", "normaliser", ...(this.record.hypotheses.some(({ coverage }) => coverage) ? ["coverage"] : []), "length"];
    const heads = [this.stage.say("figure.rank"), this.stage.say("figure.text"), ...keys.map((key) => this.stage.say(`figure.${key}`)), this.stage.say("figure.finished")];
    this.body.append(...this.record.hypotheses.map((one, rank) => {
      const values = { score: fixed(one.score, 3), cumulative: fixed(one.sum, 3), normaliser: fixed(one.normaliser, 2),
        coverage: fixed(one.coverage, 3), length: one.length };
      const isOpen = this.record.hasRows(rank) || !this.stage.state.kind;
      const pick = html("button", { type: "button", class: "pick", click: () => this.stage.choose(rank) }, marked(one.marks, this.record.data.translation.language));
      pick.disabled = !isOpen;
      return html("tr", {}, html("td", { class: "value" }, rank ? String(rank + 1) : "★ 1"), html("td", { class: "text" }, pick),
        ...keys.map((key) => html("td", { class: "value" }, String(values[key]))), html("td", {}, one.finished ? "✓" : "–"));
    }));
    const left = this.record.data.hypothesisCount - this.record.hypotheses.length;
    return html("div", {}, html("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": this.stage.say("viewer.hypotheses") },
      html("table", { class: "hypotheses" }, html("thead", {}, html("tr", {}, ...heads.map((head) => html("th", { scope: "col" }, head)))), this.body)),
    left > 0 ? html("p", { class: "caption" }, this.stage.say("viewer.more_hypotheses", { count: left })) : null);
  }

  mark() {
    [...this.body.rows].forEach((row, rank) => {
      row.classList.toggle("on", rank === this.stage.state.hypothesis);
      row.querySelector("button").setAttribute("aria-pressed", rank === this.stage.state.hypothesis);
    });
  }
}

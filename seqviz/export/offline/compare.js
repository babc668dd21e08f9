// Greedy against beam search where both were given, and the hypotheses against each other.

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

class Compare {
  constructor() {
    this.chart = html("div", { class: data.compare ? "chart-room compared" : "chart-room" });
    this.lines = data.compare ? this.compared() : hypothesisLines();
    this.parting = data.compare?.parting?.step ?? null;
    this.body = html("tbody");
    this.node = html("div", { class: "stack" }, ...(data.compare ? this.verdict() : []),
      html("div", { class: "heading" }, html("h3", {}, say("figure.compare.title")), sumsLegend(this.lines)),
      this.chart, this.sums(), html("h3", {}, say("offline.hypotheses")),
      html("p", { class: "caption" }, say("offline.hypotheses.caption")), this.hypotheses());
  }

  start() {
    this.draw();
    watch(["hypothesis"], () => this.mark());
  }

  draw() {
    this.chart.replaceChildren(sumsChart(this.lines, this.parting, this.chart.clientWidth || 700));
  }

  compared() {
    return data.compare.lines.map((line) => ({ ...line, labels: line.labels.map(label), name: this.name(line) }));
  }

  name({ beam }) {
    return beam === 1 ? say("figure.compare.greedy") : say("figure.compare.beam", { beam });
  }

  verdict() {
    const { lines, parting } = data.compare;
    const texts = lines.map((line, place) => html("div", { class: `told s${place}` },
      html("span", { class: "side" }, this.name(line)), html("p", {}, marked(line.marks, data.translation.language)),
      html("p", { class: "caption" }, say("offline.line_facts", { sum: fixed(line.sums.at(-1), 2), length: line.length, score: fixed(line.score, 3) }))));
    return [html("div", { class: "pair" }, ...texts),
      html("p", { class: "verdict" }, ...(parting ? this.parted(parting) : [say("offline.same")]))];
  }

  parted({ step, pieces, probs, margin }) {
    const { fate, lines } = data.compare;
    const told = pieces.map((piece, place) => (piece === null ? say("offline.nothing") : `“${isolate(label(piece))}” (p = ${share(probs[place], 3)})`));
    const names = { first: this.name(lines[0]), second: this.name(lines[1]) };
    const more = say(margin > 0 ? "offline.margin_more" : "offline.margin_less", { ...names, margin: fixed(Math.abs(margin), 2) });
    const end = say(`offline.fate.${fate.code}`, { ...names, step: fate.step + 1, rank: fate.rank, place: (fate.place ?? -1) + 1 });
    return [`${say("offline.parting", { ...names, step: step + 1, greedy: told[0], beam: told[1] })} ${more} ${end}`];
  }

  sums() {
    const heads = this.lines.flatMap(({ name }) => [`${name}: ${say("figure.token")}`, `${name}: Σ log p`]);
    const steps = Math.max(...this.lines.map(({ sums }) => sums.length));
    return table(say("offline.table"), [say("figure.step"), ...heads], () => Array.from({ length: steps }, (_, step) => [step + 1,
      ...this.lines.flatMap(({ labels, sums }) => (step < sums.length ? [labels[step], fixed(sums[step], 3)] : ["", ""]))]));
  }

  hypotheses() {
    const keys = ["score", "cumulative", "normaliser", ...(data.hypotheses.some(({ coverage }) => coverage) ? ["coverage"] : []), "length"];
    const heads = [say("figure.rank"), say("figure.text"), ...keys.map((key) => say(`figure.${key}`)), say("figure.finished")];
    this.body.append(...data.hypotheses.map((one, rank) => {
      const values = { score: fixed(one.score, 3), cumulative: fixed(one.sum, 3), normaliser: fixed(one.normaliser, 2),
        coverage: fixed(one.coverage, 3), length: one.length };
      const isOpen = hasRows(one) || !state.kind;
      const pick = html("button", { type: "button", class: "pick", click: () => choose(rank) }, marked(one.marks, data.translation.language));
      pick.disabled = !isOpen;
      return html("tr", {}, html("td", { class: "value" }, rank ? String(rank + 1) : "★ 1"), html("td", { class: "text" }, pick),
        ...keys.map((key) => html("td", { class: "value" }, String(values[key]))), html("td", {}, one.finished ? "✓" : "–"));
    }));
    const left = data.hypothesisCount - data.hypotheses.length;
    return html("div", {}, html("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": say("offline.hypotheses") },
      html("table", { class: "hypotheses" }, html("thead", {}, html("tr", {}, ...heads.map((head) => html("th", { scope: "col" }, head)))), this.body)),
    left > 0 ? html("p", { class: "caption" }, say("offline.more_hypotheses", { count: left })) : null);
  }

  mark() {
    [...this.body.rows].forEach((row, rank) => {
      row.classList.toggle("on", rank === state.hypothesis);
      row.querySelector("button").setAttribute("aria-pressed", rank === state.hypothesis);
    });
  }
}

// The search as a tree: a column a step, the best path gold, finished ones with a tick, the cut dashed.

const FATES = ["absent", "kept", "finished", "pruned"];

class Tree {
  constructor() {
    this.frame = html("div", { class: "scroll tall", keydown: (event) => this.press(event) });
    this.node = html("div", { class: "tree" }, this.frame);
  }

  draw() {
    const { step } = data.tree;
    const u = unit();
    const rows = this.rows();
    this.shown = [...rows.keys()].filter((node) => rows[node] !== null);
    const count = Math.max(...this.shown.map((node) => rows[node])) + 1;
    const isHigh = count <= 26;
    const size = { wide: 84 * u, high: (isHigh ? 38 : 25) * u, column: 108 * u, row: (isHigh ? 48 : 30) * u };
    Object.assign(this, { size, u, isHigh, top: 40 * u, left: 10 * u });
    const columns = Math.max(...this.shown.map((node) => step[node])) + 2;
    const [width, height] = [this.left * 2 + (columns - 1) * size.column + size.wide, this.top + count * size.row + 8 * u];
    this.edges = new Map(this.shown.filter((node) => data.tree.parent[node] >= 0)
      .map((node) => [node, this.edge(node)]));
    this.nodes = new Map(this.shown.map((node) => [node, this.box(node)]));
    this.band = svg("rect", { class: "band", y: 4 * u, width: size.column, height: height - 8 * u, rx: 8 * u });
    const heads = Array.from({ length: columns - 1 }, (_, t) => write(String(t + 1), { class: "name",
      x: this.x(t) + size.wide / 2, y: 18 * u, "text-anchor": "middle", "font-size": 13 * u }));
    this.frame.replaceChildren(svg("svg", { width, height, viewBox: `0 0 ${width} ${height}`, role: "group",
      "aria-label": this.alt() }, this.band, ...heads,
    ...[...this.edges].sort(([a], [b]) => this.weight(a) - this.weight(b)).map(([, edge]) => edge),
    ...this.nodes.values()));
    this.mark();
  }

  alt() {
    const counts = FATES.map((_, fate) => this.shown.filter((node) => node && data.tree.fate[node] === fate).length);
    return say("offline.tree_alt", { kept: counts[1], finished: counts[2], pruned: counts[3], text: data.translation.text });
  }

  x(step) {
    return this.left + (step + 1) * this.size.column;
  }

  y(node) {
    return this.top + (this.rows()[node] + 0.5) * this.size.row;
  }

  rows() {
    return data.tree.y[state.layout][state.cuts];
  }

  // Cut ones first, so that living ones lie above them.
  weight(node) {
    return data.tree.fate[node] === 3 ? 0 : 1;
  }

  edge(node) {
    const { step, parent, fate } = data.tree;
    const [x0, y0] = [this.x(step[parent[node]]) + this.size.wide, this.y(parent[node])];
    const [x1, y1] = [this.x(step[node]), this.y(node)];
    const bend = (x1 - x0) * 0.6;
    return svg("path", { class: `edge ${FATES[fate[node]]}`, d: `M${x0} ${y0}C${x0 + bend} ${y0} ${x1 - bend} ${y1} ${x1} ${y1}` });
  }

  box(node) {
    const { u, isHigh, size: { wide, high } } = this;
    const { step, fate, logProb } = data.tree;
    const isStart = step[node] < 0;
    const text = shorten(isStart ? say("figure.tree.start") : token(data.tree.token[node]), wide - 20 * u, 13.5 * u);
    const mark = { finished: "✓", pruned: "✂" }[FATES[fate[node]]];
    const prob = share(Math.exp(logProb[node]));
    const under = isStart ? null : write(mark ? `${prob} ${mark}` : prob, { class: "prob",
      x: wide / 2, y: high * 0.74, "text-anchor": "middle", "font-size": 11 * u });
    const isTwo = isHigh && !isStart;
    const name = isStart ? text : say("offline.node_label", { token: token(data.tree.token[node]),
      step: step[node] + 1, prob: share(Math.exp(logProb[node]), 3), fate: say(`fate.${FATES[fate[node]]}`) });
    return svg("g", { class: `node ${FATES[fate[node]]}`, role: "button", tabindex: -1, "data-node": node,
      "aria-label": name, transform: `translate(${this.x(step[node])} ${this.y(node) - high / 2})`,
      click: () => this.select(node) },
    svg("rect", { width: wide, height: high, rx: FATES[fate[node]] === "finished" ? high / 2 : 8 * u }),
    write(!isTwo && mark ? `${text} ${mark}` : text, { class: "word", x: wide / 2,
      y: isTwo ? high * 0.34 : high / 2, "text-anchor": "middle", "font-size": 13.5 * u }), isTwo ? under : null);
  }

  select(node) {
    const has = (one) => nodesOf(one).includes(node);
    const other = data.hypotheses.findIndex((one) => has(one) && (hasRows(one) || !state.kind));
    if (!has(hypothesis()) && other >= 0) set({ hypothesis: other });
    set(has(hypothesis()) ? { node, step: data.tree.step[node] } : { node });
    this.nodes.get(node)?.focus({ preventScroll: true });
  }

  // Which path is the best, the chosen hypothesis', and that of the chosen node.
  mark() {
    const best = new Set(nodesOf(data.hypotheses[0]));
    const shown = new Set(nodesOf(hypothesis()));
    const chosen = new Set(ancestors(state.node));
    for (const [node, box] of this.nodes) {
      const isRoot = data.tree.step[node] < 0;
      box.classList.toggle("best", best.has(node) || isRoot);
      box.classList.toggle("shown", shown.has(node));
      box.setAttribute("aria-pressed", node === state.node);
      box.setAttribute("tabindex", node === state.node ? 0 : -1);
      const edge = this.edges.get(node);
      edge?.classList.toggle("best", best.has(node));
      edge?.classList.toggle("shown", shown.has(node));
      edge?.classList.toggle("chosen", chosen.has(node));
    }
    if (!this.nodes.has(state.node)) this.nodes.get(this.shown[0])?.setAttribute("tabindex", 0);
    const gap = (this.size.column - this.size.wide) / 2;
    this.band.setAttribute("x", this.x(state.step) - gap);
    this.show(state.node);
  }
}

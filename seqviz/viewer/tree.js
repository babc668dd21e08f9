// The search as a tree: a column a step, the best path gold, finished ones with a tick, the cut dashed.

import { html, svg, write } from "./dom.js";
import { share, shorten } from "./text.js";

export const FATES = ["absent", "kept", "finished", "pruned"];

export class Tree {
  constructor(stage) {
    this.stage = stage;
    this.record = stage.record;
    this.frame = html("div", { class: "scroll tall", keydown: (event) => this.press(event) });
    this.node = html("div", { class: "tree" }, this.frame);
  }

  draw() {
    const { step } = this.record.tree;
    const u = this.stage.unit();
    const rows = this.rows();
    this.shown = [...rows.keys()].filter((node) => rows[node] !== null);
    const count = Math.max(...this.shown.map((node) => rows[node])) + 1;
    const isHigh = count <= 26;
    const size = { wide: 84 * u, high: (isHigh ? 38 : 25) * u, column: 108 * u, row: (isHigh ? 48 : 30) * u };
    Object.assign(this, { size, u, isHigh, top: 40 * u, left: 10 * u });
    const columns = Math.max(...this.shown.map((node) => step[node])) + 2;
    const [width, height] = [this.left * 2 + (columns - 1) * size.column + size.wide, this.top + count * size.row + 8 * u];
    this.edges = new Map(this.shown.filter((node) => this.record.tree.parent[node] >= 0)
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
    const counts = FATES.map((_, fate) => this.shown.filter((node) => node && this.record.tree.fate[node] === fate).length);
    return this.stage.say("viewer.tree_alt", { kept: counts[1], finished: counts[2], pruned: counts[3], text: this.record.data.translation.text });
  }

  x(step) {
    return this.left + (step + 1) * this.size.column;
  }

  y(node) {
    return this.top + (this.rows()[node] + 0.5) * this.size.row;
  }

  rows() {
    return this.record.tree.y[this.stage.state.layout][this.stage.state.cuts];
  }

  // Cut ones first, so that living ones lie above them.
  weight(node) {
    return this.record.tree.fate[node] === 3 ? 0 : 1;
  }

  edge(node) {
    const { step, parent, fate } = this.record.tree;
    const [x0, y0] = [this.x(step[parent[node]]) + this.size.wide, this.y(parent[node])];
    const [x1, y1] = [this.x(step[node]), this.y(node)];
    const bend = (x1 - x0) * 0.6;
    return svg("path", { class: `edge ${FATES[fate[node]]}`, d: `M${x0} ${y0}C${x0 + bend} ${y0} ${x1 - bend} ${y1} ${x1} ${y1}` });
  }

  box(node) {
    const { u, isHigh, size: { wide, high } } = this;
    const { step, fate, logProb } = this.record.tree;
    const isStart = step[node] < 0;
    const text = shorten(isStart ? this.stage.say("figure.tree.start") : this.record.token(this.record.tree.token[node]), wide - 20 * u, this.stage.font(13.5 * u));
    const mark = { finished: "✓", pruned: "✂" }[FATES[fate[node]]];
    const prob = share(Math.exp(logProb[node]));
    const under = isStart ? null : write(mark ? `${prob} ${mark}` : prob, { class: "prob",
      x: wide / 2, y: high * 0.74, "text-anchor": "middle", "font-size": 11 * u });
    const isTwo = isHigh && !isStart;
    const name = isStart ? text : this.stage.say("viewer.node_label", { token: this.record.token(this.record.tree.token[node]),
      step: step[node] + 1, prob: share(Math.exp(logProb[node]), 3), fate: this.stage.say(`fate.${FATES[fate[node]]}`) });
    return svg("g", { class: `node ${FATES[fate[node]]}`, role: "button", tabindex: -1, "data-node": node,
      "aria-label": name, transform: `translate(${this.x(step[node])} ${this.y(node) - high / 2})`,
      click: () => this.select(node) },
    svg("rect", { width: wide, height: high, rx: FATES[fate[node]] === "finished" ? high / 2 : 8 * u }),
    write(!isTwo && mark ? `${text} ${mark}` : text, { class: "word", x: wide / 2,
      y: isTwo ? high * 0.34 : high / 2, "text-anchor": "middle", "font-size": 13.5 * u }), isTwo ? under : null);
  }

  select(node) {
    this.stage.select(node);
    this.nodes.get(node)?.focus({ preventScroll: true });
  }

  // Which path is the best, the chosen hypothesis', and that of the chosen node.
  mark() {
    const best = new Set(this.record.paths[0]);
    const shown = new Set(this.record.paths[this.stage.state.hypothesis]);
    const chosen = new Set(this.record.ancestors(this.stage.state.node));
    for (const [node, box] of this.nodes) {
      const isRoot = this.record.tree.step[node] < 0;
      box.classList.toggle("best", best.has(node) || isRoot);
      box.classList.toggle("shown", shown.has(node));
      box.setAttribute("aria-pressed", node === this.stage.state.node);
      box.setAttribute("tabindex", node === this.stage.state.node ? 0 : -1);
      const edge = this.edges.get(node);
      edge?.classList.toggle("best", best.has(node));
      edge?.classList.toggle("shown", shown.has(node));
      edge?.classList.toggle("chosen", chosen.has(node));
    }
    if (!this.nodes.has(this.stage.state.node)) this.nodes.get(this.shown[0])?.setAttribute("tabindex", 0);
    const gap = (this.size.column - this.size.wide) / 2;
    this.band.setAttribute("x", this.x(this.stage.state.step) - gap);
    this.show(this.stage.state.node);
  }

  press(event) {
    const here = Number(event.target.closest?.("[data-node]")?.dataset.node ?? -1);
    if (here < 0 || event.ctrlKey || event.altKey || event.metaKey) return;
    const { parent, step } = this.record.tree;
    const rows = this.rows();
    const column = this.shown.filter((node) => step[node] === step[here]).sort((a, b) => rows[a] - rows[b]);
    const best = new Set(this.record.paths[this.stage.state.hypothesis]);
    const children = this.shown.filter((node) => parent[node] === here);
    const place = column.indexOf(here);
    const next = {
      ArrowUp: () => column[place - 1],
      ArrowDown: () => column[place + 1],
      ArrowLeft: () => parent[here],
      ArrowRight: () => children.find((node) => best.has(node)) ?? children[0],
      Home: () => this.shown[0],
      End: () => [...best].at(-1),
      Enter: () => here,
      " ": () => here,
    }[event.key];
    if (!next) return;
    event.preventDefault();
    event.stopPropagation();
    const node = next();
    if (!this.nodes.has(node)) return;
    this.select(node);
  }

  // Scroll its box into the frame, and nothing else.
  show(node) {
    const box = this.nodes.get(node)?.getBoundingClientRect();
    const frame = this.frame.getBoundingClientRect();
    if (!box) return;
    const room = 24 * this.u;
    const over = (low, high, from, to) => (low < from + room ? low - from - room : high > to - room ? high - to + room : 0);
    this.frame.scrollBy(over(box.left, box.right, frame.left, frame.right), over(box.top, box.bottom, frame.top, frame.bottom));
  }
}

// The picture of the tree. Columns are built when they come into view; a step only toggles classes. A
// column is an "svg": Chromium lays out what a "g" holds even if that is not displayed.

import { html, svg, write } from "./dom.js";
import { clamp } from "./text.js";
import { cutChip, edgePath, isChip, kindOf, nodeBox, rootBox } from "./treenodes.js";
import { branchRows, columnsOf, planOf, rankRows } from "./treeplan.js";

export class TreePicture {
  // onView: called with the steps that are in view, whenever they change.
  constructor(stage, onView) {
    Object.assign(this, { stage, record: stage.record, onView });
    this.node = html("div.tree-frame", { scroll: () => this.look() });
  }

  draw() {
    const { stage, record } = this;
    const { cuts, layout, grow: grows } = stage.state;
    const hasZones = layout === "rank";
    this.columns = columnsOf(record, cuts, grows);
    this.rows = hasZones ? rankRows(record, this.columns, grows) : branchRows(record, cuts);
    this.room = this.node.clientWidth || 900;
    this.plan = { ...planOf(record, this.columns, this.rows, { hasZones, stage, room: this.room, u: stage.unit() }), grows };
    this.node.classList.toggle("growing", grows);
    const { width, height, wide, small, u } = this.plan;
    Object.assign(this, { nodes: new Map(), edges: new Map(), built: new Map(), chosen: null, dressed: null, view: {} });
    [this.lines, this.lit, this.boxes] = ["edges", "lit", "boxes"].map((name) => svg("g", { class: name }));
    this.band = svg("rect.column-band", { y: 4 * u, width: wide + 12 * u, height: height - 8 * u, rx: 10 * u });
    this.heads = this.columns.map((_, step) => write(String(step + 1), { class: "step-name", x: this.x(step) + wide / 2, y: 20 * u, "font-size": stage.letters(14) }));
    this.nodes.set(0, rootBox(stage, { x: this.x(-1), y: this.y(0) }, this.plan));
    this.node.replaceChildren(svg("svg", { width, height, "font-size": small, viewBox: `0 0 ${width} ${height}`, role: "group", "aria-label": this.alt() },
      this.band, ...this.heads, this.lines, this.lit, this.boxes, this.nodes.get(0)));
    this.look();
    this.walk("instant");
    this.mark();
  }

  // All nodes that are drawn, whether or not they are built.
  get shown() {
    return [0, ...this.columns.flatMap(({ living, cut }) => [...living, ...cut])];
  }

  alt() {
    const { tree: { fate }, data } = this.record;
    const count = (one) => fate.filter((found, node) => node && found === one).length;
    const [kept, finished, pruned] = [1, 2, 3].map(count);
    return this.stage.say("viewer.tree_alt", { kept, finished, pruned, text: data.translation.text });
  }

  x(step) {
    return step < 0 ? 4 * this.plan.u : this.plan.root + step * this.plan.column;
  }

  // The middle of a node.
  y(node) {
    const { top, pitch, high, under, chip, gap } = this.plan;
    const row = this.rows.get(node) ?? (node ? undefined : 0);
    if (row !== undefined) return top + row * pitch + high / 2;
    const step = this.record.tree.step[node];
    return under[step] + this.columns[step].cut.indexOf(node) * (chip + gap) + chip / 2;
  }

  // What is in view: its columns are built, and one on each side; others are not laid out, but that of
  // the chosen node, which may have the focus.
  look() {
    const { plan: { column, root }, columns, columns: { length: steps }, view } = this;
    this.left = this.node.scrollLeft;
    const from = (this.left - root) / column;
    const to = from + this.room / column;
    columns.forEach((_, step) => {
      if (step > from - 2 && step < to + 1) this.build(step);
      else this.put(step, true);
    });
    // The next one is built before anybody comes to it.
    clearTimeout(this.ahead);
    const next = Math.ceil(to + 1);
    this.ahead = next < steps && setTimeout(() => {
      this.build(next);
      this.put(next, true);
    });
    const inside = (step) => clamp(step, 0, steps - 1);
    const [first, last] = [inside(Math.ceil(from - 0.4)), inside(Math.floor(to + 0.2) - 1)];
    if (view.first === first && view.last === last) return;
    this.view = { first, last, steps };
    this.onView(this.view);
  }

  put(step, isFar) {
    this.built.get(step)?.forEach((part) => part.classList.toggle("far", isFar && !part.contains(this.chosen)));
  }

  build(step) {
    if (this.built.has(step)) return this.put(step, false);
    const { stage, record, plan, columns: { [step]: { living, cut, hidden } } } = this;
    for (const node of [...living, ...cut]) {
      const draw = isChip(record, node) ? cutChip : nodeBox;
      this.nodes.set(node, draw(stage, node, { x: this.x(step), y: this.y(node) }, plan));
      this.edges.set(node, svg(`path.edge.${kindOf(record, node, plan.grows)}`, { d: this.path(node) }));
    }
    const more = hidden && stage.state.layout === "rank" ? write(stage.say("viewer.more_cut", { count: hidden }), { class: "step-name", x: this.x(step) + plan.wide / 2,
      y: plan.under[step] + cut.length * (plan.chip + plan.gap) + plan.chip / 2 }) : null;
    const drawn = [[...cut, ...living.toReversed()].map((node) => this.edges.get(node)), [...living, ...cut].map((node) => this.nodes.get(node))];
    const [lines, boxes] = drawn.map((some) => svg("svg.column", ...some));
    if (more) boxes.append(more);
    this.built.set(step, [lines, boxes]);
    this.lines.append(lines);
    this.boxes.append(boxes);
    this.dress(step);
    this.age(step);
    if (this.chosen) this.mark();
  }

  path(node) {
    const { tree: { parent, step } } = this.record;
    const above = parent[node];
    const x = above ? this.x(step[above]) + this.plan.wide : 50 * this.plan.u;
    return edgePath({ x, y: this.y(above) }, { x: this.x(step[node]), y: this.y(node) });
  }

  // Bring out the way to a node.
  light(node) {
    const path = this.record.ancestors(node).filter((one) => this.edges.has(one));
    this.lit.replaceChildren(...path.map((one) => svg("path", { d: this.edges.get(one).getAttribute("d"), class: kindOf(this.record, one, this.plan.grows) })));
  }

  // The path of the hypothesis that is shown.
  dress(step) {
    const path = new Set(this.plan.grows ? [] : this.record.paths[this.stage.state.hypothesis]);
    for (const node of [...this.columns[step].living, ...this.columns[step].cut]) {
      for (const part of [this.nodes, this.edges]) part.get(node).classList.toggle("shown", path.has(node));
    }
  }

  mark() {
    const { node, hypothesis } = this.stage.state;
    if (this.dressed !== hypothesis) for (const step of this.built.keys()) this.dress(step);
    this.dressed = hypothesis;
    const { chosen } = this;
    this.chosen = this.nodes.get(node) ?? this.nodes.get(0);
    chosen?.setAttribute("aria-pressed", false);
    this.chosen.setAttribute("aria-pressed", this.nodes.has(node));
    // Where the focus is, this lays all out: it is last.
    queueMicrotask(() => {
      chosen?.setAttribute("tabindex", -1);
      this.chosen.setAttribute("tabindex", 0);
    });
    this.light(node);
  }

  // To the step that is looked at; behavior: how to scroll there.
  walk(behavior = "auto") {
    const { step, beat } = this.stage.state;
    this.node.dataset.beat = beat;
    this.band.style.transform = `translateX(${this.x(step) - 6 * this.plan.u}px)`;
    this.heads.forEach((head, at) => head.classList.toggle("on", at === step));
    for (const at of this.built.keys()) this.age(at);
    const { many } = this.plan;
    const first = Math.round(this.left / this.plan.column);
    if (step < first) this.scroll(step, behavior);
    else if (step > first + many - 2) this.scroll(Math.min(step + 2, this.columns.length) - many, behavior);
  }

  // Whether a column is looked at, and, while the tree grows, not there yet or the newest.
  age(at) {
    const { step, grow } = this.stage.state;
    for (const part of this.built.get(at)) {
      part.classList.toggle("now", at === step);
      part.classList.toggle("later", grow && at > step);
      part.classList.toggle("newest", grow && at === step);
      part.classList.toggle("before", grow && at === step - 1);
    }
  }

  // To a first step.
  goTo(first, behavior = "auto") {
    if (this.view.first !== first) this.scroll(first, behavior);
  }

  // So that the last column in view is whole, and the one before the first fades out.
  scroll(first, behavior) {
    const left = first * this.plan.column;
    if (left === this.left) return;
    this.node.scrollTo({ left, behavior });
    if (behavior === "instant") this.look();
  }
}

// A matrix as cells, the heavier the darker: the row of the step is framed, pointing lights a row
// and a column and says the number, a click stays there. Built once; a step moves a few frames.

import { Cells } from "./cells.js";
import { html, table } from "./dom.js";
import { Field } from "./field.js";
import { columnKept, titleOf } from "./looked.js";
import { planned } from "./plan.js";
import { SHOWN } from "./stage.js";
import { fixed, share } from "./text.js";

// Styles of its own: a variable of the frame would be read anew by every name in it.
function move(mark, x, y) {
  mark.style.transform = `translate(${x}px, ${y}px)`;
}

export class Heatmap {
  constructor(stage) {
    this.stage = stage;
    this.cells = new Cells(() => this.paint());
    this.title = html("h3");
    this.scale = html("div", { class: "scale", "aria-hidden": "true" });
    this.rowList = html("ol", { class: "names rows" });
    this.columnList = html("ol", { class: "names columns" });
    const mark = (name) => html("div", { class: name, "aria-hidden": "true" });
    [this.veil, this.band, this.light, this.beam, this.kept, this.cursor] =
      ["veil", "band", "light", "beam", "kept", "cursor"].map(mark);
    this.field = new Field(this);
    this.matrix = html("div", { class: "matrix", dir: "ltr" }, this.cells.canvas, this.veil, this.light,
      this.beam, this.band, this.kept, this.cursor, this.rowList, this.columnList, this.field.node);
    this.status = html("p", { class: "status", "aria-live": "polite" });
    this.data = html("div");
    this.frame = html("div", { class: "scroll" }, this.matrix);
    this.node = html("div", { class: "heatmap", role: "group" }, this.cells.ramp.node,
      html("div", { class: "heading" }, this.title, this.scale), this.frame, this.status, this.field.tip, this.data);
    this.width = 0;
    new ResizeObserver(() => this.resize()).observe(this.node);
  }

  start() {
    const { stage } = this;
    stage.watch(SHOWN, () => this.draw());
    stage.watch([...SHOWN, "step", "source", "playing"], () => this.walk());
    stage.watch([...SHOWN, "lit", "step", "source"], () => this.lit());
  }

  resize() {
    if (!this.found || this.node.clientWidth === this.width || !this.node.clientWidth) return;
    this.draw();
    this.walk();
    this.lit();
  }

  draw() {
    this.node.hidden = !this.stage.matrix;
    if (this.node.hidden) return;
    this.width = this.node.clientWidth;
    this.found = this.stage.matrix;
    this.names();
    this.measure(this.width || 760);
    this.paint();
  }

  names() {
    const { stage, found } = this;
    const { rows, columns, values } = found;
    const title = titleOf(stage);
    this.title.textContent = title;
    this.node.setAttribute("aria-label", title);
    const strongest = values.slice(0, 12).map(
      (row, t) => `${rows[t]} → ${columns[row.indexOf(Math.max(...row))]}`).join("; ");
    this.field.node.setAttribute("aria-label", stage.say("viewer.heatmap_alt",
      { title, rows: rows.length, columns: columns.length, strongest }));
    const [low, high] = [found.least ?? 0, found.most].map((value) => fixed(value, 1).replace(/^0\.0$/, "0"));
    this.scale.replaceChildren(html("span", {}, low), html("i"), html("span", {}, high));
    const list = (names) => names.map((name) => html("li", { title: name }, html("bdi", {}, name)));
    this.rowNames = list(rows);
    this.columnNames = list(columns);
    this.rowList.replaceChildren(...this.rowNames);
    this.columnList.replaceChildren(...this.columnNames);
    const isOpen = this.data.querySelector("details")?.open;
    this.data.replaceChildren(table(stage.say("viewer.table"), [stage.say("viewer.rows"), ...columns], () => values.map((row, t) => [rows[t],
      ...Array.from(columns, (_, s) => (s < row.length ? this.number(row[s]) : ""))])));
    if (isOpen) this.data.firstChild.open = true;
    this.rowList.setAttribute("aria-label", stage.say("viewer.rows"));
    this.columnList.setAttribute("aria-label", stage.say("viewer.columns"));
  }

  // Where names stand, and how large a cell is.
  measure(room) {
    const { stage, matrix: { style, classList } } = this;
    const plan = planned(this.found, { u: stage.unit(), font: (size) => stage.font(size, 600), room });
    Object.assign(this, plan);
    const { left, top, cell, high, over, u } = plan;
    const lengths = { left, top, cell, high, over, width: cell * this.columnNames.length, height: high * this.rowNames.length };
    for (const [name, value] of Object.entries(lengths)) style.setProperty(`--${name}`, `${value}px`);
    classList.toggle("slanted", plan.isSlanted);
    this.thin(this.rowNames, Math.ceil((16 * u) / high));
    this.thin(this.columnNames, plan.isSlanted ? Math.ceil((20 * u) / cell) : 1);
  }

  // Where names stand too close, every n-th shows, and each that is pointed at.
  thin(names, every) {
    names.forEach((name, place) => {
      name.style.setProperty("--n", place);
      name.classList.toggle("faint", place % every !== 0);
    });
  }

  paint(scheme) {
    if (this.found) this.cells.paint(this, { isRaw: this.stage.state.raw, font: (size) => this.stage.font(size) }, scheme);
  }

  told({ row, column }) {
    const { rows, columns, values } = this.found;
    return this.stage.say("viewer.cell", { row: rows[row], column: columns[column], weight: this.number(values[row][column]) });
  }

  number(value) {
    return this.stage.state.raw ? fixed(value, 2) : share(value, 3);
  }

  // The row of the step; while it plays, what comes later is veiled.
  walk() {
    if (this.node.hidden) return;
    const { playing } = this.stage.state;
    const row = this.stage.here;
    this.matrix.classList.toggle("playing", playing);
    move(this.band, 0, row * this.high);
    move(this.veil, 0, (row + 1) * this.high);
    this.veil.style.height = `${(this.found.rows.length - row - 1) * this.high}px`;
  }

  lit() {
    if (this.node.hidden) return;
    const { lit: at } = this.stage.state;
    const kept = columnKept(this.stage);
    const [row, column] = [at?.row ?? null, at?.column ?? null];
    const { cell, high } = this;
    move(this.light, 0, row * high);
    move(this.beam, column * cell, 0);
    move(this.cursor, column * cell, row * high);
    move(this.kept, kept * cell, 0);
    this.light.hidden = row === null;
    this.beam.hidden = column === null;
    this.cursor.hidden = row === null || column === null;
    this.kept.hidden = kept === null;
    const now = this.stage.here;
    this.name(this.rowNames, "litRow", row);
    this.name(this.rowNames, "nowRow", now, "now");
    this.name(this.columnNames, "litColumn", column ?? kept);
    const told = row !== null && column !== null ? { row, column }
      : { row: row ?? now, column: column ?? kept };
    this.status.textContent = told.column === null ? this.stage.say("viewer.hover")
      : told.column < this.found.values[told.row].length ? this.told(told) : "";
  }

  // Bring out one name, and no longer the one before.
  name(names, which, place, mark = "on") {
    this[which]?.classList.remove(mark);
    this[which] = place === null ? undefined : names[place];
    this[which]?.classList.add(mark);
  }
}

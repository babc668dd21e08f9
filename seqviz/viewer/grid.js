// A matrix as a picture: cells on a canvas, and the names of its rows and columns as lists.

import { Cells } from "./cells.js";
import { html } from "./dom.js";

export class Grid {
  // stage: for its fonts; marks: what lies between the cells and the names, and over them.
  constructor(stage, marks = [], above = []) {
    this.stage = stage;
    this.cells = new Cells(() => this.paint());
    this.rowList = html("ol", { class: "names rows", "aria-label": stage.say("viewer.rows") });
    this.columnList = html("ol", { class: "names columns", "aria-label": stage.say("viewer.columns") });
    this.node = html("div", { class: "matrix", dir: "ltr" }, this.cells.ramp.node, this.cells.canvas, ...marks,
      this.rowList, this.columnList, ...above);
  }

  // found: the matrix; plan: where names stand, and how large a cell is.
  lay(found, plan, { isRaw = false } = {}) {
    Object.assign(this, { found, isRaw }, plan);
    const list = (names) => names.map((name) => html("li", { title: name }, html("bdi", {}, name)));
    this.rowNames = list(found.rows);
    this.columnNames = list(found.columns);
    this.rowList.replaceChildren(...this.rowNames);
    this.columnList.replaceChildren(...this.columnNames);
    const { left, top, cell, high, over, u } = plan;
    const lengths = { left, top, cell, high, over, width: cell * found.columns.length, height: high * found.rows.length };
    for (const [name, value] of Object.entries(lengths)) this.node.style.setProperty(`--${name}`, `${value}px`);
    this.node.classList.toggle("slanted", plan.isSlanted);
    this.thin(this.rowNames, Math.ceil((16 * u) / high));
    this.thin(this.columnNames, plan.isSlanted ? Math.ceil((20 * u) / cell) : 1);
    this.paint();
  }

  // Where names stand too close, every n-th shows, and each that is pointed at.
  thin(names, every) {
    names.forEach((name, place) => {
      name.style.setProperty("--n", place);
      name.classList.toggle("faint", place % every !== 0);
    });
  }

  // scheme: "light" or "dark" whatever the page is.
  paint(scheme) {
    if (this.found) this.cells.paint(this, { isRaw: this.isRaw, font: (size) => this.stage.font(size) }, scheme);
  }
}

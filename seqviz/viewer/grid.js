// A matrix as a picture: cells on a canvas, and the names of its rows and columns as lists.

import { Cells } from "./cells.js";
import { build, html, write } from "./dom.js";
import { LONGEST } from "./plan.js";
import { sheet } from "./svgfile.js";
import { shorten } from "./text.js";

const NUMBER = 13; // size of letters in cells

export class Grid {
  // stage: for its fonts; marks: what lies between the cells and the names, and over them.
  constructor(stage, marks = [], above = []) {
    this.stage = stage;
    this.cells = new Cells(() => this.paint());
    this.cells.canvas.drawn = () => this.cells.drawn(this, this.how);
    this.rowList = html("ol.names.rows", { "aria-label": stage.say("viewer.rows") });
    this.columnList = html("ol.names.columns", { "aria-label": stage.say("viewer.columns") });
    this.node = html("div.matrix", { dir: "ltr" }, this.cells.ramp.node, this.cells.canvas, ...marks,
      this.rowList, this.columnList, ...above);
  }

  // found: the matrix, with "least" where it holds no shares; plan: where names stand, and how large a cell is.
  lay(found, plan) {
    Object.assign(this, { found, isRaw: "least" in found }, plan);
    const list = (names) => names.map((name) => html("li", { title: name }, html("bdi", name)));
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

  get how() {
    const { stage, isRaw } = this;
    return { isRaw, size: stage.letters(NUMBER), font: (size) => stage.font(size), family: stage.family };
  }

  paint() {
    if (this.found) this.cells.paint(this, this.how, this.stage.scheme);
  }

  // All of it as a file.
  file(title) {
    const { found: { rows, columns }, left, top, cell, high, over, u, isSlanted, stage } = this;
    const [size, room] = [13 * u, 20 * u];
    const named = (names, items, place) => names.map((name, n) => (items[n].classList.contains("faint") ? ""
      : write(shorten(name, LONGEST * u, stage.font(size)), place(n))));
    const cells = build(this.cells.drawn(this, this.how), { transform: `translate(${left} ${top})` });
    return sheet(title, { width: left + cell * columns.length + over, height: top + high * rows.length, room, size, font: stage.family },
      ...named(rows, this.rowNames, (n) => ({ x: left - 10 * u, y: top + high * (n + 0.5), "text-anchor": "end" })),
      ...named(columns, this.columnNames, (n) => {
        const [x, y] = [left + cell * (n + 0.5), top - 14 * u];
        return { x, y, ...(isSlanted ? { transform: `rotate(-45 ${x} ${y})`, "text-anchor": "start" } : {}) };
      }), cells);
  }
}

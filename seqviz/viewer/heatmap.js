// A matrix as cells, the heavier the darker: the row of the step is framed, pointing lights a row
// and a column and says the number, a click stays there. Built once; a step moves a few frames.

import { html, table } from "./dom.js";
import { Field } from "./field.js";
import { Grid } from "./grid.js";
import { columnKept, IDLE, titleOf } from "./looked.js";
import { planned } from "./plan.js";
import { SHOWN } from "./stage.js";
import { saveButton } from "./svgfile.js";
import { fixed, share } from "./text.js";

const LAID = [...SHOWN, "squeeze", "width"];

// Styles of its own: a variable of the frame would be read anew by every name in it.
function move(mark, x, y) {
  mark.style.transform = `translate(${x}px, ${y}px)`;
}

export class Heatmap {
  constructor(stage) {
    this.stage = stage;
    this.title = html("h3");
    this.scale = html("div.scale", { "aria-hidden": "true" });
    [this.veil, this.band, this.light, this.beam, this.kept, this.cursor] =
      ["veil", "band", "light", "beam", "kept", "cursor"].map((name) => html(`div.${name}`));
    this.field = new Field(this);
    this.painting = stage.deeds?.paint(this) ?? IDLE;
    this.grid = new Grid(stage, [this.veil, this.light, this.beam, this.band, this.kept, this.cursor], [this.field.node]);
    this.status = html("p.status", { "aria-live": "polite" });
    this.data = table(stage.say("viewer.table"));
    this.frame = html("div.scroll", this.grid.node);
    this.node = html("div.heatmap", { role: "group" },
      html("div.heading", this.title, this.scale), this.frame, html("div.heading", this.status,
        saveButton(stage, "seqviz-attention.svg", () => this.grid.file(this.title.textContent))),
      this.painting.node, this.field.tip, this.data);
    new ResizeObserver(() => this.resize()).observe(this.node);
  }

  // Its colours, while all is styled: to ask once something is drawn has the whole page laid out.
  ask() {
    this.grid.cells.ramp.read();
  }

  start() {
    const { stage } = this;
    stage.watch(["printing"], () => this.grid.paint()); // nothing yet
    stage.watch(LAID, () => this.draw());
    stage.watch([...LAID, "step", "source", "playing"], () => this.walk());
    stage.watch([...LAID, "lit", "step", "source"], () => this.lit());
  }

  resize() {
    if (!this.found || this.node.clientWidth === this.width || !this.node.clientWidth) return;
    this.draw();
    this.walk();
    this.lit();
  }

  draw(found = this.stage.matrix) {
    this.node.hidden = !found;
    if (!found) return;
    this.width = this.room ?? this.node.clientWidth;
    this.room = null;
    this.found = found;
    this.names();
    const { stage } = this;
    const plan = planned(this.found, stage, this.width || 760);
    Object.assign(this, plan);
    this.grid.lay(this.found, plan);
  }

  names() {
    const { stage, found } = this;
    const { rows, columns, values } = found;
    const title = found.title ?? titleOf(stage);
    this.title.textContent = title;
    this.node.setAttribute("aria-label", title);
    const strongest = values.slice(0, 12).map(
      (row, t) => `${rows[t]} → ${columns[row.indexOf(Math.max(...row))]}`).join("; ");
    this.field.node.setAttribute("aria-label", stage.say("viewer.heatmap_alt",
      { title, rows: rows.length, columns: columns.length, strongest }));
    const [low, high] = [found.least ?? 0, found.most].map((value) => fixed(value, 1).replace(/^0\.0$/, "0"));
    this.scale.replaceChildren(html("span", low), html("i"), html("span", high));
    this.data.renew([stage.say("viewer.rows"), ...columns], () => values.map((row, t) => [rows[t],
      ...Array.from(columns, (_, s) => (s < row.length ? this.number(row[s]) : ""))]));
  }

  told({ row, column }) {
    const { rows, columns, values } = this.grid.found;
    return this.stage.say("viewer.cell", { row: rows[row], column: columns[column], weight: this.number(values[row][column]) });
  }

  number(value) {
    return "least" in this.found ? fixed(value, 2) : share(value, 3);
  }

  // The row of the step; while it plays, what comes later is veiled.
  walk() {
    if (this.node.hidden) return;
    const { playing } = this.stage.state;
    const row = this.stage.here;
    this.grid.node.classList.toggle("playing", playing);
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
    this.name(this.grid.rowNames, "litRow", row);
    this.name(this.grid.rowNames, "nowRow", now, "now");
    this.name(this.grid.columnNames, "litColumn", column ?? kept);
    const told = row !== null && column !== null ? { row, column }
      : { row: row ?? now, column: column ?? kept };
    this.painting.offer();
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

// How a matrix is pointed at, clicked, and walked with the arrows.

import { html, isBrowsers, take } from "./dom.js";
import { goTo, point } from "./looked.js";
import { clamp } from "./text.js";

export class Field {
  // map: the heatmap that it lies over.
  constructor(map) {
    Object.assign(this, { map, stage: map.stage, column: 0 });
    this.tip = html("div.tip", { hidden: "", "aria-hidden": "true" });
    this.node = html("div.field", { role: "application", tabindex: 0,
      pointermove: (event) => this.hover(event), pointerleave: () => this.leave(),
      pointerdown: (event) => this.paint(event), click: (event) => this.click(event), keydown: (event) => this.press(event),
      focus: () => this.focus(), blur: () => point(this.stage) });
  }

  at({ clientX, clientY }) {
    const box = this.node.getBoundingClientRect();
    const row = Math.floor((clientY - box.top) / this.map.high);
    const column = Math.floor((clientX - box.left - this.map.left) / this.map.cell);
    const isInside = row >= 0 && row < this.map.found.rows.length && column < (this.map.found.values[row]?.length ?? 0);
    return isInside ? { row, column: column < 0 ? null : column } : null;
  }

  hover(event) {
    const here = this.at(event);
    point(this.stage, here?.row, here?.column);
    if (event.buttons) this.paint(event);
    this.tip.hidden = !here || here.column === null;
    if (this.tip.hidden) return;
    this.tip.textContent = this.map.told(here);
    const box = this.map.node.getBoundingClientRect();
    const x = clamp(event.clientX - box.left + 14, 0, box.width - this.tip.offsetWidth);
    this.tip.style.transform = `translate(${x}px, ${event.clientY - box.top - 46 * this.map.u}px)`;
  }

  leave() {
    this.tip.hidden = true;
    point(this.stage);
  }

  click(event) {
    const here = this.at(event);
    if (!here || this.map.painting.isOn) return;
    if (here.column !== null) this.keep(here.column);
    goTo(this.stage, here.row);
  }

  // Each cell of the painted row that the pointer comes to is touched once.
  paint(event) {
    const here = this.at(event);
    const { painting } = this.map;
    if (!painting.isOn || here?.row !== this.stage.here || here.column === null) return;
    if (event.type === "pointerdown" || here.column !== this.touched) painting.touch(here.column);
    this.touched = here.column;
  }

  // Stay at a column: the source token of now.
  keep(column) {
    this.column = column;
    if (this.stage.state.kind === "cross") this.stage.set({ source: this.map.found.columnStarts[column] });
  }

  focus() {
    if (this.node.matches(":focus-visible")) point(this.stage, this.stage.here, this.inRow(this.column));
  }

  inRow(column) {
    return clamp(column, 0, this.map.found.values[this.stage.here].length - 1);
  }

  press(event) {
    const { key } = event;
    const row = this.stage.here;
    const rows = { ArrowUp: row - 1, ArrowDown: row + 1, Home: 0, End: this.map.found.rows.length - 1 };
    const columns = { ArrowLeft: this.column - 1, ArrowRight: this.column + 1 };
    if (isBrowsers(event)) return;
    const { painting } = this.map;
    if (painting.isOn && key === "Enter") painting.touch(this.inRow(this.column));
    else if (painting.isOn && key === "Backspace") painting.erase(this.inRow(this.column));
    else if (key in rows) goTo(this.stage, rows[key]);
    else if (key in columns) this.column = this.inRow(columns[key]);
    else if (key === "Enter") this.keep(this.column);
    else return;
    take(event);
    point(this.stage, this.stage.here, this.inRow(this.column));
  }
}

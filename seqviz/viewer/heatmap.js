// A matrix as cells, the heavier the darker: the row of the step is framed, pointing lights a row
// and a column and says the number, a click stays there. Built once; a step moves a few frames.

import { html } from "./dom.js";
import { columnKept, goTo, point, portion } from "./looked.js";
import { Ramp, SHADES } from "./ramp.js";
import { SHOWN } from "./stage.js";
import { clamp, fixed, share, textWidth } from "./text.js";

const NAME = 13.5; // size of letters
const LONGEST = 124; // widest name
const SLANT = Math.PI / 4;
const MOST_NUMBERS = 1200;

// Styles of its own: a variable of the frame would be read anew by every name in it.
function move(mark, x, y) {
  mark.style.transform = `translate(${x}px, ${y}px)`;
}

export class Heatmap {
  constructor(stage) {
    this.stage = stage;
    this.ramp = new Ramp(() => this.paint());
    this.title = html("h3");
    this.scale = html("div", { class: "scale", "aria-hidden": "true" });
    this.canvas = html("canvas", { "aria-hidden": "true" });
    this.rowList = html("ol", { class: "names rows" });
    this.columnList = html("ol", { class: "names columns" });
    const mark = (name) => html("div", { class: name, "aria-hidden": "true" });
    [this.veil, this.band, this.light, this.beam, this.kept, this.cursor] =
      ["veil", "band", "light", "beam", "kept", "cursor"].map(mark);
    this.cells = html("div", { class: "cells", role: "application", tabindex: 0,
      pointermove: (event) => this.hover(event), pointerleave: () => this.leave(),
      click: (event) => this.click(event), keydown: (event) => this.press(event),
      focus: () => this.focus(), blur: () => point(stage) });
    this.matrix = html("div", { class: "matrix", dir: "ltr" }, this.canvas, this.veil, this.light,
      this.beam, this.band, this.kept, this.cursor, this.rowList, this.columnList, this.cells);
    this.status = html("p", { class: "status", "aria-live": "polite" });
    this.tip = html("div", { class: "tip", hidden: "", "aria-hidden": "true" });
    this.frame = html("div", { class: "scroll" }, this.matrix);
    this.node = html("div", { class: "heatmap", role: "group" }, this.ramp.node,
      html("div", { class: "heading" }, this.title, this.scale), this.frame, this.status, this.tip);
    this.column = 0;
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
    if (this.node.clientWidth === this.width || !this.node.clientWidth) return;
    this.draw();
    this.walk();
    this.lit();
  }

  draw() {
    this.width = this.node.clientWidth;
    this.found = this.stage.matrix;
    this.names();
    this.measure(this.width || 760);
    this.paint();
  }

  names() {
    const { stage, found } = this;
    const { rows, columns, values } = found;
    const title = this.heading();
    this.title.textContent = title;
    this.node.setAttribute("aria-label", title);
    const strongest = values.slice(0, 12).map(
      (row, t) => `${rows[t]} → ${columns[row.indexOf(Math.max(...row))]}`).join("; ");
    this.cells.setAttribute("aria-label", stage.say("viewer.heatmap_alt",
      { title, rows: rows.length, columns: columns.length, strongest }));
    const [low, high] = [found.least ?? 0, found.most].map((value) => fixed(value, 1).replace(/^0\.0$/, "0"));
    this.scale.replaceChildren(html("span", {}, low), html("i"), html("span", {}, high));
    const list = (names) => names.map((name) => html("li", { title: name }, html("bdi", {}, name)));
    this.rowNames = list(rows);
    this.columnNames = list(columns);
    this.rowList.replaceChildren(...this.rowNames);
    this.columnList.replaceChildren(...this.columnNames);
    this.rowList.setAttribute("aria-label", stage.say("viewer.rows"));
    this.columnList.setAttribute("aria-label", stage.say("viewer.columns"));
  }

  heading() {
    const { stage, stage: { record, state: { kind, layer, head, raw } } } = this;
    const { heads, layers } = record.weights[kind];
    const facts = { kind: stage.say(`figure.kind.${kind}`), layer: layer + 1, head: head + 1, heads };
    if (raw) return stage.say("viewer.title_raw", facts);
    if (heads * layers === 1) return facts.kind;
    return stage.say(head < 0 ? "viewer.title_mean" : "viewer.title_head", facts);
  }

  // The size of a cell, and where names stand: level, slanted, or only some of them.
  measure(room) {
    const u = this.stage.unit();
    const { rows, columns } = this.found;
    const font = this.stage.font(NAME * u, 600);
    const wide = (names) => Math.min(LONGEST * u, Math.max(...names.map((name) => textWidth(name, font))));
    const left = Math.ceil(wide(rows) + 18 * u);
    const widest = wide(columns);
    const least = (columns.length > 40 ? 7 : 12) * u;
    const fit = (free) => clamp((free - left - 8 * u) / columns.length, least, 100 * u);
    let cell = fit(room);
    const isSlanted = widest > cell - 8 * u;
    const over = isSlanted ? widest * Math.sin(SLANT) : 0;
    if (isSlanted) cell = fit(room - over);
    const high = clamp(cell * 0.5, (rows.length > 40 ? 9 : 24) * u, 34 * u);
    const top = Math.ceil(isSlanted ? over + 18 * u : 30 * u);
    Object.assign(this, { u, left, top, cell, high });
    const { style } = this.matrix;
    const lengths = { left, top, cell, high, width: cell * columns.length, height: high * rows.length, over };
    for (const [name, value] of Object.entries(lengths)) style.setProperty(`--${name}`, `${value}px`);
    this.matrix.classList.toggle("slanted", isSlanted);
    this.thin(this.rowNames, Math.ceil((16 * u) / high));
    this.thin(this.columnNames, Math.ceil(((isSlanted ? 20 : 0) * u) / cell) || 1);
  }

  // Where names stand too close, every n-th shows, and each that is pointed at.
  thin(names, every) {
    names.forEach((name, place) => {
      name.style.setProperty("--n", place);
      name.classList.toggle("faint", place % every !== 0);
    });
  }

  paint(scheme) {
    const { found, cell, high, u, canvas } = this;
    const { rows, columns, values } = found;
    const dots = globalThis.devicePixelRatio || 1;
    const ramp = this.ramp.read(scheme);
    canvas.width = Math.round(cell * columns.length * dots);
    canvas.height = Math.round(high * rows.length * dots);
    const brush = canvas.getContext("2d");
    const [w, h] = [cell * dots, high * dots];
    const gap = cell < 12 * u ? 0 : Math.max(1, Math.round(1.5 * u * dots));
    const round = cell * high > 500 ? 3 * u * dots : 0;
    const shades = values.map((row) => Array.from(row, (value) => Math.round(portion(found, value) * SHADES)));
    shades.forEach((row, t) => row.forEach((shade, s) => {
      const [x, y] = [Math.round(s * w), Math.round(t * h)];
      const [right, below] = [Math.round((s + 1) * w) - gap, Math.round((t + 1) * h) - gap];
      brush.fillStyle = ramp.shades[shade];
      if (!round) return brush.fillRect(x, y, right - x, below - y);
      brush.beginPath();
      brush.roundRect(x, y, right - x, below - y, round);
      brush.fill();
    }));
    this.number(brush, shades, [w, h, gap, 13 * u * dots]);
  }

  // Written into the cells where there is room.
  number(brush, shades, [w, h, gap, size]) {
    const { found: { values, columns }, stage: { state } } = this;
    const digits = state.raw ? 1 : 2;
    const room = size * (state.raw ? 2.6 : 1.9);
    if (w - gap < room || h < size * 1.25 || values.length * columns.length > MOST_NUMBERS) return;
    brush.font = this.stage.font(size);
    brush.textAlign = "center";
    brush.textBaseline = "middle";
    values.forEach((row, t) => row.forEach((value, s) => {
      if (!state.raw && value < 0.045) return;
      brush.fillStyle = this.ramp.inks[shades[t][s]];
      const text = fixed(value, digits).replace(/^0(?=\.)/, "");
      brush.fillText(text, (s + 0.5) * w - gap / 2, (t + 0.54) * h - gap / 2);
    }));
  }

  at({ clientX, clientY }) {
    const box = this.cells.getBoundingClientRect();
    const row = Math.floor((clientY - box.top) / this.high);
    const column = Math.floor((clientX - box.left - this.left) / this.cell);
    const isInside = row >= 0 && row < this.found.rows.length && column < (this.found.values[row]?.length ?? 0);
    return isInside ? { row, column: column < 0 ? null : column } : null;
  }

  hover(event) {
    const here = this.at(event);
    point(this.stage, here?.row, here?.column);
    this.tip.hidden = !here || here.column === null;
    if (this.tip.hidden) return;
    this.tip.textContent = this.told(here);
    const box = this.node.getBoundingClientRect();
    const x = clamp(event.clientX - box.left + 14, 0, box.width - this.tip.offsetWidth);
    this.tip.style.transform = `translate(${x}px, ${event.clientY - box.top - 46 * this.u}px)`;
  }

  leave() {
    this.tip.hidden = true;
    point(this.stage);
  }

  told({ row, column }) {
    const { rows, columns, values } = this.found;
    return this.stage.say("viewer.cell", { row: rows[row], column: columns[column],
      weight: this.stage.state.raw ? fixed(values[row][column], 2) : share(values[row][column], 3) });
  }

  click(event) {
    const here = this.at(event);
    if (!here) return;
    if (here.column !== null) this.keep(here.column);
    goTo(this.stage, here.row);
  }

  // Stay at a column: the source token of now.
  keep(column) {
    this.column = column;
    if (this.stage.state.kind === "cross") this.stage.set({ source: this.found.columnStarts[column] });
  }

  focus() {
    if (this.cells.matches(":focus-visible")) point(this.stage, this.stage.here, this.inRow(this.column));
  }

  inRow(column) {
    return clamp(column, 0, this.found.values[this.stage.here].length - 1);
  }

  press(event) {
    const { key } = event;
    const row = this.stage.here;
    const rows = { ArrowUp: row - 1, ArrowDown: row + 1, Home: 0, End: this.found.rows.length - 1 };
    const columns = { ArrowLeft: this.column - 1, ArrowRight: this.column + 1 };
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    if (key in rows) goTo(this.stage, rows[key]);
    else if (key in columns) this.column = this.inRow(columns[key]);
    else if (key === "Enter") this.keep(this.column);
    else return;
    event.preventDefault();
    event.stopPropagation();
    point(this.stage, this.stage.here, this.inRow(this.column));
  }

  // The row of the step; while it plays, what comes later is veiled.
  walk() {
    const { playing } = this.stage.state;
    const row = this.stage.here;
    this.matrix.classList.toggle("playing", playing);
    move(this.band, 0, row * this.high);
    move(this.veil, 0, (row + 1) * this.high);
    this.veil.style.height = `${(this.found.rows.length - row - 1) * this.high}px`;
    if (this.row !== row) this.show(row);
    this.row = row;
  }

  // Scroll the frame, never the page, until a row is in sight.
  show(row) {
    const { frame, high, top } = this;
    if (frame.scrollHeight <= frame.clientHeight) return;
    const y = top + row * high;
    if (y < frame.scrollTop || y + high > frame.scrollTop + frame.clientHeight) {
      frame.scrollTop = y - frame.clientHeight / 2;
    }
  }

  lit() {
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

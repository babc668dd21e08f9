// The matrix as squares, the darker the heavier; light ones stand on the dark ground at night.

import { build, html, svg, table, write } from "./dom.js";
import { shades, square, tone } from "./shades.js";
import { SHOWN } from "./stage.js";
import { clamp, share, shorten, textWidth } from "./text.js";

const SLANT = Math.PI / 4;

export class Heatmap {
  constructor(stage) {
    this.stage = stage;
    this.column = 0;
    this.tip = html("div", { class: "tip", hidden: "", "aria-hidden": "true" });
    this.frame = html("div", { class: "canvas", role: "application", tabindex: 0,
      pointermove: (event) => this.hover(event), pointerleave: () => this.leave(),
      click: (event) => this.click(event), keydown: (event) => this.press(event),
      focus: () => this.point(this.stage.here, this.column), blur: () => this.leave() });
    this.status = html("p", { class: "status", "aria-live": "polite" });
    this.name = html("h3", { class: "figure-name" });
    this.legend = html("div", { class: "ramp" });
    this.table = html("div");
    this.room = html("div", { class: "heatmap" }, html("div", { class: "scroll" }, this.frame), this.status, this.tip);
    this.node = html("div", { class: "picture" }, html("div", { class: "heading" }, this.name, this.legend), this.room, this.table);
  }

  start() {
    this.stage.watch([...SHOWN, "width"], () => this.lay());
    this.stage.watch(["step", "source"], () => this.leave());
  }

  title() {
    const { stage, stage: { record, state: { kind, layer, head } } } = this;
    const { heads, layers } = record.weights[kind];
    const facts = { kind: stage.say(`figure.kind.${kind}`), layer: layer + 1, head: head + 1, heads };
    if (heads * layers === 1) return facts.kind;
    return stage.say(head < 0 ? "viewer.title_mean" : "viewer.title_head", facts);
  }

  lay() {
    const { stage, stage: { matrix } } = this;
    const { rows, columns, values, most } = matrix;
    this.name.textContent = this.title();
    const best = values.map((row, t) => `${rows[t]} → ${columns[row.indexOf(Math.max(...row))]}`);
    this.draw(matrix, most, this.room.clientWidth || 760, stage.say("viewer.heatmap_alt", { title: this.title(),
      rows: rows.length, columns: columns.length, strongest: best.slice(0, 12).join("; ") }));
    this.legend.replaceChildren(html("span", {}, "0"), html("i"), html("span", {}, most.toFixed(1)));
    const isOpen = this.table.querySelector("details")?.open;
    this.table.replaceChildren(table(stage.say("viewer.table"), ["", ...columns], () => values.map(
      (row, t) => [rows[t], ...Array.from(row, (value) => share(value))])));
    if (isOpen) this.table.firstChild.open = true;
  }

  // most: the weight of the strongest colour.
  draw(found, most, room, name) {
    const u = this.stage.unit();
    const size = 13.5 * u;
    const font = this.stage.font(size);
    const cut = (text) => shorten(text, 120 * u, font);
    const [rows, columns] = [found.rows.map(cut), found.columns.map(cut)];
    const widths = columns.map((text) => textWidth(text, font));
    const left = Math.ceil(Math.max(...rows.map((text) => textWidth(text, font))) + 16 * u);
    const wide = clamp((room - left - 12 * u) / columns.length, 17 * u, 104 * u);
    const isSlanted = widths.some((width) => width > wide - 6 * u);
    const over = isSlanted ? Math.max(...widths) * Math.sin(SLANT) : 0;
    const cell = isSlanted
      ? clamp((room - left - over - 12 * u) / columns.length, 17 * u, 104 * u) : wide;
    const high = clamp(cell * 0.7, (rows.length > 40 ? 17 : 21) * u, 44 * u);
    const top = Math.ceil(isSlanted ? over + 18 * u : 28 * u);
    Object.assign(this, { found, left, top, cell, high, u });
    const [width, height] = [left + cell * columns.length + over + 8 * u, top + high * rows.length + 6 * u];
    const gap = Math.max(1, 1.5 * u);
    this.cursor = svg("rect", { class: "cursor", rx: 4 * u });
    this.band = svg("rect", { class: "band", x: 2, width: left + cell * columns.length + 2 * u,
      height: high, rx: 5 * u });
    this.columnNames = columns.map((text, s) => this.columnName(text, s, { size, isSlanted }));
    this.rowNames = rows.map((text, t) => write(text, { x: left - 8 * u, y: top + (t + 0.5) * high,
      "text-anchor": "end", "font-size": size, class: "name" }));
    const place = (t, s) => square(left + s * cell + gap / 2, top + t * high + gap / 2, cell - gap, high - gap);
    const ground = found.values.map((row, t) => row.length
      ? square(left, top + t * high, cell * row.length, high) : "").join("");
    this.frame.replaceChildren(svg("svg", { width, height, viewBox: `0 0 ${width} ${height}`,
      "aria-hidden": "true" }, svg("path", { class: "ground", d: ground }),
    svg("g", {}, ...shades(found.values, most, place)), this.band, ...this.rowNames,
    ...this.columnNames, ...this.numbers(most), this.cursor));
    this.frame.setAttribute("aria-label", name);
    this.leave();
  }

  columnName(text, s, { size, isSlanted }) {
    const { left, top, cell, u } = this;
    const x = left + (s + 0.5) * cell;
    if (!isSlanted) return write(text, { x, y: top - 14 * u, "text-anchor": "middle", "font-size": size, class: "name" });
    const y = top - 8 * u;
    return write(text, { x, y, transform: `rotate(-45 ${x} ${y})`, "font-size": size, class: "name" });
  }

  // Written into the squares where there is room.
  numbers(most) {
    const { found, left, top, cell, high, u } = this;
    if (cell < 38 * u || found.values.length * found.columns.length > 900) return [];
    return found.values.flatMap((row, t) => Array.from(row, (value, s) => (value < 0.045 ? null
      : svg("text", { x: left + (s + 0.5) * cell, y: top + (t + 0.5) * high, "font-size": 11.5 * u,
        "text-anchor": "middle", "dominant-baseline": "central",
        class: `figure ${tone(value / most)}` }, value.toFixed(2).replace(/^0/, ""))))
      .filter(Boolean));
  }

  at({ clientX, clientY }) {
    const box = this.frame.firstChild.getBoundingClientRect();
    const s = Math.floor((clientX - box.left - this.left) / this.cell);
    const t = Math.floor((clientY - box.top - this.top) / this.high);
    const isInside = t >= 0 && t < this.found.rows.length && s < this.found.values[t].length;
    return isInside ? { t, s: Math.max(0, s), isName: s < 0 } : null;
  }

  hover(event) {
    const here = this.at(event);
    if (!here || here.isName) return this.leave();
    this.point(here.t, here.s);
    this.tip.hidden = false;
    const box = this.room.getBoundingClientRect();
    this.tip.textContent = this.status.textContent;
    const x = clamp(event.clientX - box.left + 14, 0, box.width - this.tip.offsetWidth);
    this.tip.style.transform = `translate(${x}px, ${event.clientY - box.top - 44 * this.u}px)`;
  }

  // Bring out a square, its row and its column.
  point(t, s) {
    const { found, left, top, cell, high } = this;
    this.column = clamp(s, 0, found.values[t].length - 1);
    const [row, column] = [found.rows[t], found.columns[this.column]];
    build(this.cursor, { x: left + this.column * cell, y: top + t * high, width: cell, height: high }, []);
    this.cursor.classList.add("on");
    this.rowNames.forEach((name, place) => name.classList.toggle("on", place === t));
    this.columnNames.forEach((name, place) => name.classList.toggle("on", place === this.column));
    this.status.textContent = this.stage.say("viewer.cell", { row, column, weight: share(found.values[t][this.column]) });
  }

  // Back to the row that is looked at.
  leave() {
    const t = this.stage.here;
    this.tip.hidden = true;
    this.cursor.classList.remove("on");
    this.band.setAttribute("y", this.top + t * this.high);
    this.rowNames.forEach((name, place) => name.classList.toggle("on", place === t));
    this.columnNames.forEach((name) => name.classList.remove("on"));
    this.status.textContent = this.stage.say("viewer.hover");
    if (this.stage.root.activeElement === this.frame) this.point(t, this.column);
  }

  click(event) {
    const here = this.at(event);
    if (!here) return;
    this.column = here.s;
    this.stage.moveTo(here.t);
  }

  press(event) {
    const { key } = event;
    const t = this.stage.here;
    const last = this.found.rows.length - 1;
    const rows = { ArrowUp: t - 1, ArrowDown: t + 1, Home: 0, End: last };
    const columns = { ArrowLeft: this.column - 1, ArrowRight: this.column + 1 };
    if (event.ctrlKey || event.altKey || event.metaKey || !(key in rows || key in columns)) return;
    event.preventDefault();
    event.stopPropagation();
    if (key in rows) this.stage.moveTo(clamp(rows[key], 0, last));
    this.point(this.stage.here, columns[key] ?? this.column);
  }
}

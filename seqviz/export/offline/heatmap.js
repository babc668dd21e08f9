// A matrix as squares, the darker the heavier; light ones stand on the dark ground at night.

const SHADES = 24;
const SLANT = Math.PI / 4;

// One path for every shade: few nodes, and a change of the theme redraws nothing.
function shades(values, most, place) {
  const parts = Array.from({ length: SHADES + 1 }, () => []);
  values.forEach((row, t) => row.forEach((value, s) => {
    const shade = Math.round(Math.min(1, value / most) * SHADES);
    if (shade) parts[shade].push(place(t, s));
  }));
  return parts.flatMap((cells, shade) => {
    if (!cells.length) return [];
    const path = svg("path", { class: "shade", d: cells.join("") });
    path.style.setProperty("--share", shade / SHADES);
    path.classList.toggle("strong", shade > SHADES / 2);
    return [path];
  });
}

// Which letters are read well on a square: dark ones in the middle of the scale in both themes.
function tone(portion) {
  return portion > 0.595 ? "strong" : portion > 0.5 ? "middle" : "";
}

function square(x, y, width, height) {
  return `M${x.toFixed(1)} ${y.toFixed(1)}h${width.toFixed(1)}v${height.toFixed(1)}h${(-width).toFixed(1)}z`;
}

class Heatmap {
  constructor(onMove) {
    this.onMove = onMove;
    this.column = 0;
    this.tip = html("div", { class: "tip", hidden: "", "aria-hidden": "true" });
    this.frame = html("div", { class: "canvas", role: "application", tabindex: 0,
      pointermove: (event) => this.hover(event), pointerleave: () => this.leave(),
      click: (event) => this.click(event), keydown: (event) => this.press(event),
      focus: () => this.point(current(), this.column), blur: () => this.leave() });
    this.status = html("p", { class: "status", "aria-live": "polite" });
    this.node = html("div", { class: "heatmap" }, html("div", { class: "scroll" }, this.frame),
      this.status, this.tip);
  }

  // most: the weight of the strongest colour.
  draw(found, most, room, name) {
    const u = unit();
    const size = 13.5 * u;
    const cut = (text) => shorten(text, 120 * u, size);
    const [rows, columns] = [found.rows.map(cut), found.columns.map(cut)];
    const widths = columns.map((text) => textWidth(text, size));
    const left = Math.ceil(Math.max(...rows.map((text) => textWidth(text, size))) + 16 * u);
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
    const box = this.node.getBoundingClientRect();
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
    this.status.textContent = say("offline.cell", { row, column, weight: share(found.values[t][this.column]) });
  }

  // Back to the row that is looked at.
  leave() {
    const t = current();
    this.tip.hidden = true;
    this.cursor.classList.remove("on");
    this.band.setAttribute("y", this.top + t * this.high);
    this.rowNames.forEach((name, place) => name.classList.toggle("on", place === t));
    this.columnNames.forEach((name) => name.classList.remove("on"));
    this.status.textContent = say("offline.hover");
    if (document.activeElement === this.frame) this.point(t, this.column);
  }
}

// The cells of a matrix on a canvas, the heavier the darker, with numbers where they fit.

import { html, svg, write } from "./dom.js";
import { portion } from "./looked.js";
import { Ramp, SHADES } from "./ramp.js";
import { fixed } from "./text.js";

const MOST_NUMBERS = 1200;
const LEAST_WRITTEN = { weight: 0.045, score: -Infinity };

// Takes a canvas's brush's place, and makes elements of a picture.
class Pen {
  constructor(size, family) {
    this.node = svg("g", { "font-size": size, "font-family": family });
  }

  fillRect(x, y, width, height, rx = 0) {
    this.node.append(svg("rect", { x, y, width, height, rx, fill: this.fillStyle }));
  }

  beginPath() {}

  roundRect(...box) {
    this.box = box;
  }

  fill() {
    this.fillRect(...this.box);
  }

  fillText(text, x, y) {
    this.node.append(write(text, { x, y, fill: this.fillStyle }));
  }
}

export class Cells {
  // change(): called when the theme has changed, to paint again.
  constructor(change) {
    this.ramp = new Ramp(change);
    this.canvas = html("canvas");
  }

  // found: the matrix; cell, high: pixels of a cell; u: 1/16 of the letters' size; isRaw: scores, not
  // weights; size: pixels of the numbers' letters; font(size): as in CSS.
  paint(plan, how, scheme) {
    const dots = globalThis.devicePixelRatio || 1;
    const { found: { columns, values }, cell, high } = plan;
    Object.assign(this.canvas, { width: Math.round(cell * columns.length * dots),
      height: Math.round(high * values.length * dots) });
    // Out of the page: there, to set a font has the whole page laid out.
    const { parentNode, nextSibling } = this.canvas;
    this.canvas.remove();
    this.draw(this.canvas.getContext("2d"), dots, plan, how, scheme);
    parentNode.insertBefore(this.canvas, nextSibling);
  }

  // The same in the light, as elements.
  drawn(plan, how) {
    const pen = new Pen(how.size, how.family);
    this.draw(pen, 1, plan, how, "light");
    return pen.node;
  }

  draw(brush, dots, { found: { columns, values, ...found }, cell, high, u }, { isRaw, size: letters, font }, scheme) {
    const { shades: colours, inks } = this.ramp.read(scheme);
    const [w, h] = [cell * dots, high * dots];
    const gap = cell < 12 * u ? 0 : Math.max(1, Math.round(1.5 * u * dots));
    const round = cell * high > 500 ? 3 * u * dots : 0;
    const shades = values.map((row) => Array.from(row, (value) => Math.round(portion(found, value) * SHADES)));
    shades.forEach((row, t) => row.forEach((shade, s) => {
      const [x, y] = [Math.round(s * w), Math.round(t * h)];
      const [right, below] = [Math.round((s + 1) * w) - gap, Math.round((t + 1) * h) - gap];
      brush.fillStyle = colours[shade];
      if (!round) return brush.fillRect(x, y, right - x, below - y);
      brush.beginPath();
      brush.roundRect(x, y, right - x, below - y, round);
      brush.fill();
    }));
    const size = letters * dots;
    const isRoomy = w - gap > size * (isRaw ? 2.6 : 1.9) && h > size * 1.25;
    if (!isRoomy || values.length * columns.length > MOST_NUMBERS) return;
    Object.assign(brush, { font: font(size), textAlign: "center", textBaseline: "middle" });
    values.forEach((row, t) => row.forEach((value, s) => {
      if (value < LEAST_WRITTEN[isRaw ? "score" : "weight"]) return;
      brush.fillStyle = inks[shades[t][s]];
      const text = fixed(value, isRaw ? 1 : 2).replace(/^0(?=\.)/, "");
      brush.fillText(text, (s + 0.5) * w - gap / 2, (t + 0.54) * h - gap / 2);
    }));
  }
}

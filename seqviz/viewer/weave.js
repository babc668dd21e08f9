// Where the words of two sentences stand, and how lines run between them: both sentences across, or
// down where they are too long for that.

import { svg } from "./dom.js";
import { clamp, direction, shorten, textWidth } from "./text.js";

const MOST_LARGE = 30; // words one below the other; more of them are smaller and closer together
const WIDEST = 180;
const MOST_DRAWN = 2500;
const LEAST = 0.05;
const MOST_ACROSS = 26; // words that may stand beside each other

// The least weight that gets a line: half of what even attention would give, never above 0.05, and
// so that there are at most 2,500 of them.
export function threshold(values) {
  const width = Math.max(...values.map((row) => row.length));
  let least = Math.min(LEAST, 0.5 / width);
  const all = values.flatMap((row) => Array.from(row));
  if (all.length > MOST_DRAWN) least = Math.max(least, all.sort((a, b) => b - a)[MOST_DRAWN - 1]);
  return Math.ceil(least * 1000) / 1000;
}

export class Weave {
  // columns, rows: names; most: the weight of the thickest line; stage: for its letters; room: in pixels.
  constructor({ columns, rows, most }, stage, room) {
    const isLong = Math.max(rows.length, columns.length) > MOST_LARGE;
    const u = stage.unit();
    Object.assign(this, { u, most, size: stage.letters(isLong ? 13 : 15), row: (isLong ? 18 : 26) * u });
    const font = stage.font(this.size, 650); // as the present word's
    const fit = (names) => names.map((name) => {
      const text = shorten(name, WIDEST * u, font);
      return { name, text, width: Math.ceil(textWidth(text, font)) + 16 * u };
    });
    this.sides = { column: fit(columns), row: fit(rows) };
    const lengths = Object.fromEntries(Object.entries(this.sides).map(([side, words]) => (
      [side, words.reduce((sum, { width }) => sum + width + 4 * u, 0)])));
    this.isAcross = Math.max(...Object.values(lengths)) <= room && Math.max(rows.length, columns.length) <= MOST_ACROSS;
    if (this.isAcross) this.across(room, lengths);
    else this.down(room);
  }

  across(room, lengths) {
    const { u, sides } = this;
    const longest = Math.min(room, Math.max(...Object.values(lengths)) * 1.35);
    this.width = room;
    this.height = 200 * u;
    for (const [side, words] of Object.entries(sides)) {
      const gap = Math.min(36 * u, (longest - lengths[side]) / words.length) + 4 * u;
      const used = lengths[side] + (gap - 4 * u) * words.length;
      let x = (room - used + gap) / 2;
      for (const word of this.isLeftward(side) ? [...words].reverse() : words) {
        Object.assign(word, { x: x + word.width / 2, y: side === "column" ? 20 * u : this.height - 20 * u });
        x += word.width + gap;
      }
    }
  }

  down(room) {
    const { u, sides } = this;
    const [left, right] = Object.values(sides).map((words) => Math.max(...words.map(({ width }) => width)));
    const gap = clamp(room - left - right, 130 * u, 420 * u);
    this.width = left + gap + right;
    this.height = this.row * Math.max(sides.column.length, sides.row.length) + 8 * u;
    for (const [side, words] of Object.entries(sides)) {
      words.forEach((word, place) => Object.assign(word, { y: this.row * (place + 0.5) + 4 * u,
        x: side === "column" ? left - word.width / 2 : left + gap + word.width / 2 }));
    }
  }

  // Whether a sentence that stands across runs to the left.
  isLeftward(side) {
    return this.isAcross && direction(this.sides[side].map(({ name }) => name)) === "rtl";
  }

  // Where lines meet a word.
  end(side, place) {
    const { x, y, width } = this.sides[side][place];
    const inward = side === "column" ? 1 : -1;
    return this.isAcross ? [x, y + inward * 15 * this.u] : [x + (inward * width) / 2, y];
  }

  line(s, t, weight) {
    const [[x1, y1], [x2, y2]] = [this.end("column", s), this.end("row", t)];
    const bend = this.isAcross ? `${x1} ${(y1 + y2) / 2} ${x2} ${(y1 + y2) / 2}`
      : `${(x1 + x2) / 2} ${y1} ${(x1 + x2) / 2} ${y2}`;
    const part = Math.min(1, weight / this.most);
    const path = svg("path", { d: `M${x1} ${y1}C${bend} ${x2} ${y2}`, pathLength: 1,
      "stroke-width": ((0.8 + 5 * part) * this.u).toFixed(2) });
    path.style.setProperty("--share", (0.1 + 0.9 * part).toFixed(3));
    return path;
  }
}

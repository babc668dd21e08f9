// A vector as a strip of coloured cells, and of a long one the part that lies under the lens, cell by
// cell, with its numbers.

import { html } from "./dom.js";
import { SHADES, pixelsOf } from "./ramp.js";
import { tone } from "./shades.js";
import { clamp } from "./text.js";

export function strongestOf(...vectors) {
  return vectors.reduce((most, vector) => vector.reduce((one, value) => Math.max(one, Math.abs(value)), most), 1e-9);
}

// An element that stands at a part of the whole width, both in percent.
export function placed(name, left, width) {
  const node = html("i", { class: name });
  node.style.left = `${left}%`;
  node.style.width = `${width}%`;
  return node;
}

// One cell: its colour says sign and size, its text the number, if there is one.
export function signedCell(value, most, text, attributes = {}) {
  const part = Math.round(clamp(Math.abs(value) / most, 0, 1) * SHADES) / SHADES;
  const cell = html("span", { class: `cell ${value < 0 ? "minus" : "plus"} ${part > 0.5 ? "dark" : ""} ${tone(part)}`, ...attributes }, text ?? "");
  cell.style.setProperty("--share", part);
  return cell;
}

// The cells of a vector under the lens. write(value, dim): what stands in each; null: nothing.
export function lensCells(vector, { first, count }, most, write = null) {
  return html("span.cells", ...Array.from(vector.slice(first, first + count), (value, place) => (
    signedCell(value, most, write?.(value, first + place), { "data-dim": first + place }))));
}

// The whole vector in small, with the lens over it. ramp: of signed values.
export function overview(vector, { first, count }, most, ramp) {
  const canvas = html("canvas", { width: vector.length, height: 1 });
  const paint = () => canvas.getContext("2d").putImageData(
    pixelsOf([vector], vector.length, ramp, (value) => clamp(0.5 + value / most / 2, 0, 1)), 0, 0);
  paint();
  const lens = placed("lens", (100 * first) / vector.length, (100 * Math.min(count, vector.length)) / vector.length);
  return html("span.overview", { "aria-hidden": "true" }, canvas, lens);
}

// A signed number as a bar from the middle. value: of the solid part; whole: of the pale one.
export function signedBar(value, most, whole = value) {
  const bar = (name, number) => {
    const part = 50 * clamp(Math.abs(number) / most, 0, 1);
    return placed(`${name} ${number < 0 ? "minus" : "plus"}`, number < 0 ? 50 - part : 50, part);
  };
  return html("span.signed-bar", { "aria-hidden": "true" }, bar("whole", whole), bar("solid", value));
}

// A share as a bar.
export function shareBar(share) {
  return html("span.share-bar", { "aria-hidden": "true" }, placed("", 0, 100 * clamp(share, 0, 1)));
}

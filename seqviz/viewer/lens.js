// The lens of the computation's panel: which numbers of long vectors are shown one by one, and rows of
// them.

import { html } from "./dom.js";
import { Ramp } from "./ramp.js";
import { lensCells, overview } from "./strip.js";
import { clamp } from "./text.js";

const MOST_CELLS = 8; // under the lens
const OF_NUMBERS = 13; // size of letters in cells
const LETTER = 0.0354; // width of a digit, of 1/16 of the letters' size
const AROUND_DIGITS = 4; // letters of a number that are no digits of it: its sign, its point, "e−5"
const GAP = 0.3; // around a number in its cell
const BETWEEN = 0.125; // two cells
const NARROW = 40; // below that many letters' sizes, a row takes two lines

// The colour of a signed value, from 0 to 1: least, 0 in the middle, most.
function whichWay(part) {
  const size = 2 * Math.abs(part - 0.5);
  const side = part < 0.5 ? "minus" : "plus";
  return size <= 0.5 ? `color-mix(in oklab, var(--${side}-1) ${200 * size}%, var(--zero))`
    : `color-mix(in oklab, var(--${side}-2) ${200 * size - 100}%, var(--${side}-1))`;
}

// The ramp of signed values for canvases; change(): called when the theme has changed.
export function signedRamp(change) {
  return new Ramp(change, whichWay);
}

export class Lens {
  // Letters' sizes that there are.
  get rems() {
    return this.stage.state.width / (16 * this.stage.unit());
  }

  get isNarrow() {
    return this.rems < NARROW;
  }

  // Which cells of a vector are shown one by one. digits: of their numbers; beside: letters' sizes
  // that everything else needs; more: those of another cell beside each.
  lensFor(width, digits, beside, more = 0) {
    const { rems } = this;
    const letter = (LETTER * this.stage.letters(OF_NUMBERS)) / this.stage.unit();
    const cell = letter * (digits + AROUND_DIGITS) + GAP;
    const count = clamp(Math.floor((rems - (this.isNarrow ? 1 : beside)) / (cell + (this.isNarrow ? 0 : more) + BETWEEN)), 2, Math.min(MOST_CELLS, width));
    this.body.style.setProperty("--cell", `${cell}rem`);
    this.body.style.setProperty("--count", count);
    this.body.classList.toggle("in-part", count < width);
    return { first: clamp(this.stage.state.lens, 0, width - count), count, width, isWhole: count === width, room: count * (cell + BETWEEN) };
  }

  lensSlider({ first, count, width, isWhole }) {
    if (isWhole) return null;
    const { stage } = this;
    const told = stage.say("numbers.lens", { from: first + 1, to: first + count, width });
    const slider = html("input", { type: "range", min: 0, max: width - count, step: 1, "aria-label": stage.say("numbers.lens.name"), "aria-valuetext": told,
      input: () => { stage.set({ lens: Number(slider.value) }); this.body.querySelector(".lens-slider input")?.focus(); } });
    slider.value = first;
    return html("label.lens-slider", html("span", told), slider);
  }

  heads({ first, count }) {
    return html("div.line.dims", { "aria-hidden": "true" }, html("span.name"), html("span.overview"), html("span.cells",
      ...Array.from({ length: count }, (_, place) => html("span", { "data-dim": first + place }, String(first + place + 1)))));
  }

  // A row of the score: what it is, the vector in small and under the lens, and what comes of it.
  row(attributes, name, vector, lens, most, write, result) {
    return html("div", { ...attributes, class: `line ${attributes.class}` }, html("span.name", ...name),
      lens.isWhole || vector.length <= lens.count ? html("span.overview") : overview(vector, lens, most, this.ramp.read()),
      lensCells(vector, lens, most, write), html("span.result", ...result));
  }
}

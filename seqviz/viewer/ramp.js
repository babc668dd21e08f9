// The ramp of "how much" for canvases, in the colours that the page has now.

import { html } from "./dom.js";

export const SHADES = 64;

let brush;

function rgb(rgba) {
  return `rgb(${rgba.slice(0, 3)})`;
}

// A colour of CSS as every program reads it.
export function plainColour(color) {
  return rgb(channels([color])[0]);
}

// Colours of CSS, each as red, green, blue from 0 to 255; read at once, for every reading takes a while.
function channels(colors) {
  const width = colors.length;
  brush ??= html("canvas", { width: SHADES + 1, height: 1 }).getContext("2d", { willReadFrequently: true });
  brush.clearRect(0, 0, width, 1);
  colors.forEach((color, place) => {
    brush.fillStyle = color;
    brush.fillRect(place, 0, 1, 1);
  });
  const { data } = brush.getImageData(0, 0, width, 1);
  return colors.map((_, place) => data.slice(4 * place, 4 * place + 4));
}

// Black or white, whichever is read better on a colour.
function inkOn(rgba) {
  const [r, g, b] = [...rgba].map((level) => {
    const part = level / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b > 0.179 ? "#000" : "#fff";
}

// The colour of a part of the whole, from 0 to 1.
export function howMuch(part) {
  return part <= 0.5 ? `color-mix(in oklab, var(--ramp-1) ${200 * part}%, var(--ramp-0))`
    : `color-mix(in oklab, var(--ramp-2) ${200 * part - 100}%, var(--ramp-1))`;
}

export class Ramp {
  // change(): called when the theme has changed, to paint again; mix(part): the colour of a part.
  constructor(change, mix = howMuch) {
    this.mix = mix;
    this.probe = html("b");
    // A colour that moves tells of a new theme, wherever that was chosen.
    this.node = html("span.ramp-probe", { transitionend: () => {
      this.scheme = null;
      change();
    } }, this.probe);
  }

  // One colour for every shade, and black or white to write on it. All are set before one is asked for:
  // whoever asks has the whole page styled anew.
  read(scheme = "") {
    if (this.scheme === scheme) return this;
    this.scheme = scheme;
    this.probe.style.colorScheme = scheme;
    const spots = Array.from({ length: SHADES + 1 }, () => html("b"));
    spots.forEach(({ style }, shade) => style.color = this.mix(shade / SHADES));
    this.probe.replaceChildren(...spots);
    const levels = channels(spots.map((spot) => getComputedStyle(spot).color));
    this.shades = levels.map(rgb);
    this.inks = levels.map(inkOn);
    this.pixels = Uint32Array.from(levels, ([r, g, b]) => 255 << 24 | b << 16 | g << 8 | r);
    return this;
  }
}

// A matrix as a picture of one pixel a cell.
export function pixelsOf(values, width, { pixels }, portion) {
  const picture = new ImageData(width, values.length);
  const cells = new Uint32Array(picture.data.buffer);
  values.forEach((row, t) => {
    for (let s = 0; s < row.length; s += 1) {
      cells[t * width + s] = pixels[Math.round(portion(row[s]) * SHADES)];
    }
  });
  return picture;
}

// The one ramp for "how much", as squares of a picture.

import { svg } from "./dom.js";

const SHADES = 24;

// One path for every shade: few nodes, and a change of the theme redraws nothing.
export function shades(values, most, place) {
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
export function tone(portion) {
  return portion > 0.595 ? "strong" : portion > 0.5 ? "middle" : "";
}

export function square(x, y, width, height) {
  return `M${x.toFixed(1)} ${y.toFixed(1)}h${width.toFixed(1)}v${height.toFixed(1)}h${(-width).toFixed(1)}z`;
}

export function highest(values) {
  return values.reduce((most, row) => row.reduce((one, value) => Math.max(one, value), most), 0);
}

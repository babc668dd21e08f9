// How large the cells of a matrix are in the room that there is, and where its names stand.

import { clamp, textWidth } from "./text.js";

const NAME = 13.5; // size of letters
export const LONGEST = 124; // widest name
const SLANT = Math.PI / 4;
const LOWEST = 1.15; // a row where the screen lacks room, in letters
const MANY = 40; // rows or columns whose cells may be so small that not every name shows

// rows, columns: names; stage: for its letters; room: width in pixels, as all that is returned.
export function planned({ rows, columns }, stage, room) {
  const u = stage.unit();
  const letters = stage.font(stage.letters(NAME), 600);
  const wide = (names) => Math.min(LONGEST * u, Math.max(...names.map((name) => textWidth(name, letters))));
  const left = Math.ceil(wide(rows) + 18 * u);
  const widest = wide(columns);
  const fit = (free) => clamp((free - left - 8 * u) / columns.length, (columns.length > MANY ? 7 : 12) * u, 100 * u);
  const isSlanted = widest > fit(room) - 8 * u;
  const over = isSlanted ? widest * Math.sin(SLANT) : 0;
  const cell = fit(room - over);
  const usual = clamp(cell * 0.5, (rows.length > MANY ? 9 : 24) * u, 34 * u);
  const low = Math.max(usual - stage.state.squeeze / rows.length, LOWEST * stage.letters(NAME));
  const high = Math.min(usual, low);
  return { u, left, cell, high, over, isSlanted, top: Math.ceil(isSlanted ? over + 18 * u : 30 * u) };
}

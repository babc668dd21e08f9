// Where the nodes of the search stand: a column a step, above those that lived, below the cut ones.

import { clamp, textWidth } from "./text.js";

export const FATES = ["absent", "kept", "finished", "pruned"];
export const PRUNED = 3;
const MOST_HIGH = 9; // rows that have room for a number under the word
const CLOSEST = 4; // rows, where the screen lacks room
const TELEPHONE = 560; // a telephone
const MOST_SHARE = 0.95; // of the words that fit without being cut off

// What is drawn of every step: living nodes (the best path's first, unless the tree grows), cut ones,
// how many are not drawn.
export function columnsOf({ tree, isBest }, cuts, grows) {
  const columns = Array.from({ length: tree.last + 1 }, () => ({ living: [], cut: [], hidden: 0 }));
  tree.step.forEach((step, node) => {
    if (step < 0) return;
    const column = columns[step];
    if (tree.fate[node] !== PRUNED) {
      if (isBest[node] && !grows) column.living.unshift(node);
      else column.living.push(node);
    } else if (cuts === "all" || (cuts === "next" && !column.cut.length)) column.cut.push(node);
    else column.hidden += 1;
  });
  return columns;
}

// By rank: the first row is the best path's, and stays empty where that has ended.
export function rankRows({ isBest }, columns, grows) {
  const rows = new Map();
  for (const { living } of columns) {
    const first = grows || (living.length && isBest[living[0]]) ? 0 : 1;
    living.forEach((node, place) => rows.set(node, first + place));
  }
  return rows;
}

// Without crossings: every node, cut or not, where it was placed.
export function branchRows({ tree }, cuts) {
  const rows = new Map();
  tree[`branches ${cuts}`].forEach((row, node) => {
    if (!Number.isNaN(row)) rows.set(node, row);
  });
  return rows;
}

// Widths in pixels of u, a unit; room: of the frame.
function widths(record, columns, { stage, room, u }) {
  const size = stage.letters(15);
  const fonts = [stage.font(size), stage.font(size, 650)];
  const living = columns.flatMap((column) => column.living);
  const wide = living.map((node) => textWidth(record.name(node), fonts[record.isBest[node]]));
  const best = Math.max(0, ...living.map((node, place) => (record.isBest[node] ? wide[place] : 0)));
  const most = wide.sort((a, b) => a - b)[Math.floor((wide.length - 1) * MOST_SHARE)] ?? 0;
  const gutter = 24 * u;
  const least = clamp(Math.max(best, most) + 14 * u, 60 * u, 90 * u) + gutter;
  const root = 60 * u;
  const free = Math.max(room - root, least);
  const isWhole = columns.length * least <= free;
  const peep = room < TELEPHONE * u ? 0.3 : 0; // of the next one, where a finger scrolls
  const many = isWhole ? columns.length : Math.max(1, Math.floor(free / least - peep)); // in view
  const column = isWhole ? Math.min(free / many, 150 * u) : free / (many + peep);
  return { size, fonts, gutter, root, many, column, wide: column - gutter, width: Math.max(room, root + columns.length * column) };
}

// Everything about size, in pixels. rows: of nodes; hasZones: the cut ones stand below the others.
export function planOf(record, columns, rows, { hasZones, ...space }) {
  const { u } = space;
  const count = 1 + Math.max(0, ...rows.values());
  const isHigh = hasZones && count <= MOST_HIGH;
  const high = (isHigh ? 44 : 28) * u;
  const between = isHigh ? 12 * u : 6 * u;
  const pitch = high + Math.max(CLOSEST * u, between - space.stage.state.squeeze / count);
  const [chip, gap, top] = [24 * u, 4 * u, 40 * u];
  const under = columns.map(({ living }) => top + (1 + Math.max(0, ...living.map((node) => rows.get(node)))) * pitch + 6 * u);
  const ends = columns.map(({ cut, hidden }, step) => under[step] + (cut.length + (hidden ? 1 : 0)) * (chip + gap));
  return { ...widths(record, columns, space), u, small: space.stage.letters(13), isHigh, high, pitch, chip, gap, top, under,
    height: (hasZones ? Math.max(...ends) : top + count * pitch) + 6 * u };
}

// Rows for the nodes of a tree without crossings. As seqviz.analysis.layout, after Reingold & Tilford
// 1981: subtrees are pushed together until they are one row apart on the steps that both reach.

// parents: row of every node's parent, −1 without one, parents first; trunk: nodes of the path that is
// to be one straight line. Returns rows, at least 0.
export function tidyRows(parents, trunk) {
  const subtrees = parents.map(() => null);
  const offsets = parents.map(() => 0); // to the parent
  const children = parents.map(() => []);
  const join = (family) => {
    const [whole, places] = joinedSubtrees(family.map((row) => subtrees[row]), family.map((row) => trunk[row]));
    family.forEach((row, place) => {
      subtrees[row] = null;
      offsets[row] = places[place];
    });
    return whole;
  };
  for (let row = parents.length - 1; row >= 0; row -= 1) {
    subtrees[row] = join(children[row].reverse());
    if (parents[row] >= 0) children[parents[row]].push(row);
  }
  join([...parents.keys()].filter((row) => parents[row] < 0));
  const rows = [];
  parents.forEach((above, row) => rows.push(offsets[row] + (above >= 0 ? rows[above] : 0)));
  const top = rows.reduce((least, row) => Math.min(least, row), Infinity);
  return rows.map((row) => row - top);
}

// The outline of a subtree: its top and its bottom on every step, deepest first, and shifts of both.
// The step after a leaf stays free.
function joinedSubtrees(family, trunk) {
  if (!family.length) return [{ top: [0, 0], bottom: [0, 0], topShift: 0, bottomShift: 0 }, []];
  const [order, straight] = orderOf(family.map(({ top }) => top.length), trunk);
  let whole = family[order[0]];
  const offsets = family.map(() => 0);
  for (const child of order.slice(1)) {
    const distance = distanceOf(whole, family[child]);
    shiftSubtree(family[child], distance);
    offsets[child] = distance;
    whole = stackedSubtrees(whole, family[child]);
  }
  const origin = offsets[straight];
  shiftSubtree(whole, -origin);
  whole.top.push(-whole.topShift);
  whole.bottom.push(-whole.bottomShift);
  return [whole, offsets.map((offset) => offset - origin)];
}

function shiftSubtree(subtree, distance) {
  subtree.topShift += distance;
  subtree.bottomShift += distance;
}

// Siblings from top to bottom, and which of them runs straight on; shorter ones stay close to it.
function orderOf(steps, trunk) {
  const straight = trunk.includes(true) ? trunk.indexOf(true) : steps.indexOf(Math.max(...steps));
  const others = [...steps.keys()].filter((child) => child !== straight).sort((a, b) => steps[a] - steps[b] || a - b);
  const [near, far] = [0, 1].map((odd) => others.filter((_, place) => place % 2 === odd));
  return [[...far.reverse(), straight, ...near], straight];
}

function distanceOf(upper, lower) {
  const shared = Math.min(upper.bottom.length, lower.top.length);
  const [bottoms, tops] = [upper.bottom.slice(-shared), lower.top.slice(-shared)];
  const gap = bottoms.reduce((most, bottom, place) => Math.max(most, bottom - tops[place]), -Infinity);
  return gap + upper.bottomShift - lower.topShift + 1;
}

function stackedSubtrees(upper, lower) {
  const shared = Math.min(upper.top.length, lower.top.length);
  const [kept, side, other] = upper.top.length >= lower.top.length ? [upper, "bottom", lower] : [lower, "top", upper];
  const shift = other[`${side}Shift`] - kept[`${side}Shift`];
  const edge = other[side].slice(-shared).map((row) => row + shift);
  kept[side].splice(-shared, shared, ...edge);
  return kept;
}

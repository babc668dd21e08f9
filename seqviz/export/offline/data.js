// What was recorded, and what is looked at now. Who draws something watches the parts it needs.

const data = JSON.parse(document.getElementById("data").textContent);
const LEVELS = 255;

const state = {
  language: data.language,
  theme: "auto",
  kind: Object.keys(data.attention.kinds)[0] ?? null,
  layer: 0,
  head: -1, // the mean of all
  hypothesis: 0,
  step: 0,
  place: 0, // in the source, for the encoder
  node: 0,
  cuts: "next" in data.tree.y.rank ? "next" : "none",
  layout: Math.max(...data.tree.y.tree.none) < 12 ? "tree" : "rank",
};

const watchers = [];

function watch(keys, draw) {
  watchers.push({ keys, draw });
  draw();
}

function set(changes) {
  const changed = Object.keys(changes).filter((key) => state[key] !== changes[key]);
  Object.assign(state, changes);
  for (const { keys, draw } of [...watchers]) {
    if (keys.some((key) => changed.includes(key))) draw();
  }
}

const rowPlaces = new Map(data.attention.rows.map((row, place) => [row, place]));

// All weights of one kind: rows of (layers, heads, width) bytes.
class Weights {
  constructor(kind) {
    const { layers, heads, data: packed, layer } = data.attention.kinds[kind];
    const width = data.source.tokens.length;
    const steps = data.attention.rows.map((row) => Math.floor(row / data.slots));
    this.widths = kind === "decoder" ? steps.map((step) => step + 1) : null;
    this.starts = this.widths?.reduce((all, size) => [...all, all.at(-1) + size], [0]);
    this.bytes = Uint8Array.from(atob(packed), (letter) => letter.charCodeAt(0));
    Object.assign(this, { kind, layers, heads, layer, width });
  }

  // One row of one head, or of the mean of all.
  row(place, layer, head) {
    const width = this.widths ? this.widths[place] : this.width;
    const before = this.widths ? this.starts[place] : place * this.width;
    const found = new Float32Array(width);
    const heads = head < 0 ? [...Array(this.heads).keys()] : [head];
    for (const one of heads) {
      const start = before * this.layers * this.heads + (layer * this.heads + one) * width;
      for (let s = 0; s < width; s += 1) found[s] += this.bytes[start + s];
    }
    return found.map((level) => level / LEVELS / heads.length);
  }
}

const weights = Object.fromEntries(
  Object.keys(data.attention.kinds).map((kind) => [kind, new Weights(kind)]));
if (state.kind) state.layer = weights[state.kind].layer;

function hypothesis() {
  return data.hypotheses[state.hypothesis];
}

// The rows that a hypothesis reads; undefined for one that the page has no room for.
function rowsOf({ slots }) {
  return slots.map((slot, step) => rowPlaces.get(step * data.slots + slot));
}

function hasRows(one) {
  return rowsOf(one).every((place) => place !== undefined);
}

// The matrix of a head, with the names of its rows and columns.
function matrix(kind, layer, head) {
  const source = data.source.tokens.map(label);
  const target = hypothesis().tokens.map(token);
  const isEncoder = kind === "encoder";
  const places = isEncoder ? [...source.keys()] : rowsOf(hypothesis());
  return {
    rows: isEncoder ? source : target,
    columns: kind === "decoder" ? [label(data.start), ...target.slice(0, -1)] : source,
    values: places.map((place) => weights[kind].row(place, layer, head)),
  };
}

function highest(values) {
  return values.reduce((most, row) => row.reduce((one, value) => Math.max(one, value), most), 0);
}

// The row of the matrix that is looked at.
function current() {
  const isEncoder = state.kind === "encoder";
  const last = (isEncoder ? data.source.tokens : hypothesis().tokens).length - 1;
  return clamp(isEncoder ? state.place : state.step, 0, last);
}

function moveTo(row) {
  const last = (state.kind === "encoder" ? data.source.tokens : hypothesis().tokens).length - 1;
  const here = clamp(row, 0, last);
  set(state.kind === "encoder" ? { place: here } : { step: here, node: nodeOf(here) });
}

// The node of a step of the hypothesis; the one of now where it is not drawn.
function nodeOf(step) {
  return nodeAt.get(`${step} ${hypothesis().candidates[step]}`) ?? state.node;
}

function choose(rank) {
  const last = data.hypotheses[rank].tokens.length - 1;
  set({ hypothesis: rank });
  moveTo(Math.min(state.step, last));
}

// The nodes of the tree by where they are, and those of every hypothesis.
const nodeAt = new Map(data.tree.step.map(
  (step, node) => [`${step} ${data.tree.candidate[node]}`, node]));

function nodesOf({ candidates }) {
  return candidates.map((candidate, step) => nodeAt.get(`${step} ${candidate}`))
    .filter((node) => node !== undefined);
}

function ancestors(node) {
  const path = [];
  for (let here = node; here >= 0; here = data.tree.parent[here]) path.unshift(here);
  return path;
}
state.node = nodeOf(0);

// Attention of a trace file, as levels, for as many hypotheses as there is room. As
// seqviz.viewer.attention. A row is what one live prefix saw at one step.

import { rowOf } from "./tracechecks.js";

const FULL = 65535; // a weight is kept as a whole number of these parts
const NO_ATTENTION = "none";

// paths: slots of hypotheses, best first. Returns what the payload says of attention, unpacked.
export function attentionOf(trace, paths, { room, best }) {
  const rows = chosenRows(trace, paths, room);
  const averaged = sizeOf(trace, rowKeys(trace, paths[0])) > best;
  const missing = {};
  const kinds = {};
  const levels = {};
  for (const kind of ["cross", "encoder", "decoder"]) {
    const why = missingAttention(trace, kind);
    if (why) missing[kind] = why;
    else {
      const { layers, heads, rows: found } = weightRows(trace, kind, rows);
      const kept = averaged ? found.map((row) => meanOfHeads(row, layers, heads)) : found;
      kinds[kind] = { layers, heads: averaged ? 1 : heads, layer: defaultLayer(trace, kind) };
      levels[kind] = Uint16Array.from(kept.flatMap((row) => Array.from(row, (weight) => Math.round(Math.min(1, Math.max(0, weight)) * FULL))));
    }
  }
  return { rows, averaged, missing, kinds, ...levels, ...rawScores(trace, rows) };
}

const rowKeys = ({ search }, path) => path.map((slot, step) => step * search.slots + slot);

function chosenRows(trace, paths, room) {
  let chosen = new Set();
  for (const path of paths) {
    const more = new Set([...chosen, ...rowKeys(trace, path)]);
    if (chosen.size && sizeOf(trace, [...more]) > room) break;
    chosen = more;
  }
  return [...chosen];
}

// Weights of these rows and of the encoder's, all heads apart.
function sizeOf({ search, source, model, encoder_self_attention: encoder }, keys) {
  const lengths = keys.map((key) => Math.floor(key / search.slots) + 1);
  const width = search.cross_attention ? keys.length * source.ids.length : 0;
  const own = search.self_attention ? lengths.reduce((sum, length) => sum + length, 0) : 0;
  return (width + own) * model.layers * model.heads + (encoder?.data.length ?? 0);
}

// Why there is nothing to show, as a code; null: there is.
function missingAttention({ model, search, encoder_self_attention: encoder }, kind) {
  if (kind === "cross" && model.attention === NO_ATTENTION) return "no_attention";
  if (kind !== "cross" && model.kind === "rnn") return "no_self_attention";
  const found = { cross: search.cross_attention, encoder, decoder: search.self_attention }[kind];
  return found ? null : "not_recorded";
}

function rawScores({ model, search }, rows) {
  if (model.attention === NO_ATTENTION || model.kind !== "rnn" || !search.raw_scores) return null;
  return { raw: Float32Array.from(rows.flatMap((row) => [...rowOf(search, model, { name: "raw_scores", ...placeOf(search, row) })])) };
}

const placeOf = ({ slots }, row) => ({ step: Math.floor(row / slots), slot: row % slots });

// Every row as (layers, heads, width), one after the other.
function weightRows({ model, search, encoder_self_attention: encoder }, kind, rows) {
  const { layers, heads } = model;
  const name = { cross: "cross_attention", decoder: "self_attention" }[kind];
  if (name) return { layers, heads, rows: rows.map((row) => rowOf(search, model, { name, ...placeOf(search, row) })) };
  const [above, beside, size] = encoder.shape;
  const matrices = Array.from({ length: above * beside }, (_, place) => place * size * size);
  const of = (token) => matrices.flatMap((start) => [...encoder.data.subarray(start + token * size, start + (token + 1) * size)]);
  return { layers: above, heads: beside, rows: Array.from({ length: size }, (_, token) => of(token)) };
}

// (layers, heads, width) → (layers, width).
export function meanOfHeads(row, layers, heads) {
  const width = row.length / layers / heads;
  return Float32Array.from({ length: layers * width }, (_, at) => {
    const [layer, place] = [Math.floor(at / width), at % width];
    let sum = 0;
    for (let head = 0; head < heads; head += 1) sum += row[(layer * heads + head) * width + place];
    return sum / heads;
  });
}

// The layer to show when nobody chose: of cross-attention the one that was measured to align best, else
// the one whose mean covers the source most evenly; of the others the last.
export function defaultLayer({ model, search, encoder_self_attention: encoder, best }, kind = "cross") {
  if (kind !== "cross") return (kind === "encoder" ? encoder.shape[0] : model.layers) - 1;
  if (model.alignment !== null) return model.alignment.layer;
  const means = best.map((slot, step) => meanOfHeads(rowOf(search, model, { name: "cross_attention", step, slot }), model.layers, model.heads));
  const width = means[0].length / model.layers;
  const uneven = Array.from({ length: model.layers }, (_, layer) => {
    let sum = 0;
    for (let place = layer * width; place < (layer + 1) * width; place += 1) {
      sum += Math.log1p((1 - means.reduce((total, mean) => total + mean[place], 0)) ** 2);
    }
    return sum;
  });
  return uneven.indexOf(Math.min(...uneven));
}

// A trace file as the record that the viewer shows, made by the browser. As seqviz.viewer.pack.

import { markedWords } from "./differences.js";
import { Record } from "./record.js";
import { attentionOf, defaultLayer, meanOfHeads } from "./traceattention.js";
import { rowOf } from "./tracechecks.js";
import { factsOf } from "./tracefacts.js";
import { displayPiece, wordsOf } from "./tracepieces.js";
import { treeOf } from "./tracetree.js";

const LEAST_LOG = -1e4; // stands for the logarithm of 0

// trace: what tracefile.js read.
export function packedTrace(trace, reader) {
  const { source, model, hypotheses, vocabulary, search } = trace;
  const shown = hypotheses.texts.slice(0, reader.shown.hypotheses);
  const paths = shown.map((_, rank) => pathOf(search, hypotheses.steps.data[rank], hypotheses.candidates.data[rank]));
  trace.best = paths[0].slots;
  const data = {
    source: { text: source.text, language: model.source_language, tokens: source.pieces.map(displayPiece), words: wordsOf(source.pieces) },
    translation: { text: hypotheses.texts[0], language: model.target_language },
    labels: Object.fromEntries([...vocabulary].map(([token, piece]) => [token, displayPiece(piece)])),
    start: displayPiece("<s>"),
    slots: search.slots,
    beam: trace.options.beam_size,
    facts: factsOf(trace, reader),
    hypotheses: paths.map((path, rank) => hypothesisOf(trace, rank, path)),
    hypothesisCount: hypotheses.texts.length,
    attention: attentionOf(trace, paths.map(({ slots }) => slots), reader.shown),
    next: nextOf(trace, reader.shown),
    tree: treeOf(trace, paths[0].candidates, reader.shown),
    forced: trace.forced,
    compare: null,
  };
  return new Record(data);
}

// From a candidate back to the start: the slot and the candidate of every step.
function pathOf({ candidates: C, slots: K, candidate_parents: { data: parents }, owners }, last, candidate) {
  const path = { slots: [], candidates: [] };
  for (let [step, at] = [last, candidate]; step >= 0; step -= 1) {
    const slot = parents[step * C + at];
    path.slots.unshift(slot);
    path.candidates.unshift(at);
    at = step ? owners[(step - 1) * K + slot] : at;
  }
  return path;
}

function hypothesisOf({ search, hypotheses, vocabulary }, rank, { slots, candidates }) {
  const places = candidates.map((candidate, step) => step * search.candidates + candidate);
  const tokens = places.map((place) => search.candidate_tokens.data[place]);
  const number = (name) => jsonNumber(hypotheses[name].data[rank]);
  return {
    text: hypotheses.texts[rank],
    marks: markedWords(hypotheses.texts[0], hypotheses.texts[rank]),
    tokens,
    words: wordsOf(tokens.map((token) => vocabulary.get(token))),
    slots,
    candidates,
    logProbs: places.map((place) => jsonNumber(search.candidate_log_probs.data[place])),
    finished: Boolean(hypotheses.finished.data[rank]),
    length: hypotheses.lengths.data[rank],
    sum: number("log_probs"),
    normaliser: number("normalisers"),
    coverage: number("coverage_terms"),
    score: number("scores"),
  };
}

const jsonNumber = (value) => (Number.isNaN(value) || value === Infinity ? null : Math.max(value, LEAST_LOG));

// What every live prefix expected next, and where it looked.
function nextOf(trace, { tokens: listed, places: most }) {
  const { search, source, model } = trace;
  const rows = [...search.entropies.data.keys()].filter((row) => Number.isFinite(search.entropies.data[row]));
  const found = rows.map((row) => expectedAt(trace, row));
  const padded = (values, missing) => Array.from({ length: listed }, (_, place) => values[place] ?? missing);
  const columns = {
    row: Int32Array.from(rows),
    token: Int32Array.from(found.flatMap(({ tokens }) => padded(tokens, -1))),
    prob: Float32Array.from(found.flatMap(({ probs }) => padded(probs, NaN))),
    entropy: Float32Array.from(rows, (row) => search.entropies.data[row]),
    mass: Float32Array.from(found, ({ mass }) => mass),
    drawable: Uint8Array.from(found.flatMap(({ drawable }) => padded(drawable.map(Number), 0))),
    given: Uint8Array.from(found, ({ isGiven }) => Number(isGiven)),
    restricted: Uint8Array.from(found, ({ isRestricted }) => Number(isRestricted)),
  };
  const places = Math.min(most, source.ids.length);
  if (search.cross_attention) {
    const layer = defaultLayer(trace);
    const seen = rows.map((row) => lookedAt(search, model, { row, layer }));
    columns.place = Int32Array.from(seen.flatMap((weights) => order(weights).slice(0, places)));
    columns.weight = Float32Array.from(seen.flatMap((weights) => order(weights).slice(0, places).map((place) => weights[place])));
  }
  return { tokens: listed, places, ...columns };
}

function lookedAt(search, model, { row, layer }) {
  const mean = meanOfHeads(rowOf(search, model, { name: "cross_attention", step: Math.floor(row / search.slots), slot: row % search.slots }), model.layers, model.heads);
  const width = mean.length / model.layers;
  return [...mean.slice(layer * width, (layer + 1) * width)];
}

// Places from the largest number to the smallest; what is no number comes last.
function order(values) {
  const high = (place) => (Number.isNaN(values[place]) ? -Infinity : values[place]);
  return [...values.keys()].sort((a, b) => high(b) - high(a) || a - b);
}

function expectedAt({ search, options, model, forced }, row) {
  const size = search.next_tokens.shape[2];
  const step = Math.floor(row / search.slots);
  const all = [...search.next_tokens.data.subarray(row * size, (row + 1) * size)];
  const tokens = all.filter((token) => token >= 0);
  const logs = search.next_log_probs.data.subarray(row * size, row * size + tokens.length);
  const count = search.kept_counts?.data[row] ?? -1;
  const isEarly = step + 1 < options.min_length;
  const refused = [...options.banned, ...(isEarly ? [model.eos] : [])];
  const isGiven = step < options.prefix.length;
  let allowed = 0;
  const isDrawable = (token) => {
    if (count < 0) return true;
    if (isGiven) return token === options.prefix[step];
    const isAllowed = !refused.includes(token);
    allowed += isAllowed;
    return isAllowed && allowed <= count;
  };
  return { tokens, probs: Array.from(logs, Math.exp), drawable: tokens.map(isDrawable), mass: count < 0 ? NaN : search.kept_mass.data[row],
    isGiven: isGiven && !forced, isRestricted: refused.length > 0 && !forced };
}

// Does a trace agree with itself? As seqviz.trace.check: whatever of it is used as a place or shown as
// a number is looked at here first.

import { Refused } from "./refused.js";
import { isNotice } from "./tracenotices.js";

export const FATE_CODES = { absent: 0, kept: 1, finished: 2, pruned: 3 };

const SLACK = 1e-3; // of a rounded probability, or its logarithm
const HOLDS = { // whether a number is such, given whether the target was given
  rank: (found) => found >= 1,
  count: (found) => found >= -1,
  "log-probability": (found, forced) => (forced ? found >= -Infinity : Number.isFinite(found)) && found <= SLACK,
  probability: (found) => !(found < 0 || found > 1 + SLACK),
  weight: (found) => found >= -SLACK && found <= 1 + SLACK,
  "raw score": (found) => found < Infinity,
  number: Number.isFinite,
  score: (found, forced) => (forced ? !Number.isNaN(found) : Number.isFinite(found)),
  divisor: (found) => Number.isFinite(found) && found > 0,
};

function agree(isRight, what) {
  if (!isRight) throw new Refused("unfit", { what });
}

const isPlace = (value, size) => value >= 0 && value < size;

export function checkTrace(trace, reader) {
  checkShapes(trace, reader.columns);
  checkExtent(trace, reader.limits);
  checkSearch(trace.search);
  checkHypotheses(trace);
  checkNumbers(trace, reader.columns);
  checkEdits(trace);
  checkVocabulary(trace);
  agree(reader.stops.includes(trace.stopped_by), "stopped_by");
  agree(trace.notices.every((code) => isNotice(code, reader.notices)), "notices");
}

// All columns of one trace have the sizes that they share.
function checkShapes({ search, hypotheses, encoder_self_attention: encoder, source, model }, columns) {
  const [T, C] = search.candidate_tokens.shape;
  const sizes = { T, C, K: search.entropies.shape[1], S: source.ids.length, L: model.layers, H: model.heads, M: hypotheses.texts.length };
  const fits = (record, declared) => {
    for (const [name, array] of Object.entries(record).filter(([one, found]) => found && declared[one])) {
      [...declared[name].shape].forEach((letter, axis) => letter !== "P" && agree((sizes[letter] ??= array.shape[axis]) === array.shape[axis], name));
    }
  };
  Object.assign(search, { steps: T, candidates: C, slots: sizes.K });
  fits(search, columns.search);
  fits(hypotheses, columns.hypotheses);
  // The encoder may have other heads than the decoder.
  agree(!encoder || encoder.shape.slice(2).every((size) => size === sizes.S), "encoder_self_attention");
  const packed = sizes.K * sizes.L * sizes.H * T * (T + 1) / 2;
  agree(!search.self_attention || search.self_attention.data.length === packed, "self_attention");
}

function checkExtent({ search, model, source, hypotheses }, limits) {
  const sizes = [
    ["source.text", 0, source.characters, limits.characters], ["source.ids", 1, source.ids.length, limits.tokens],
    ["search", 1, search.steps, limits.tokens], ["entropies", 1, search.slots, limits.slots],
    ["candidate_tokens", 0, search.candidates, limits.candidates], ["model.layers", 1, model.layers, limits.heads],
    ["model.heads", 1, model.heads, limits.heads], ["model.heads", 1, model.layers * model.heads, limits.heads],
    ["model.parameters", 0, model.parameters, limits.parameters],
    ["hypotheses", 1, hypotheses.texts.length, search.slots * (search.steps + 1)],
  ];
  for (const [what, least, found, most] of sizes) agree(found >= least && found <= most, what);
}

function checkSearch(search) {
  const { steps, candidates: C, slots } = search;
  const [fates, parents, next] = [search.candidate_fates.data, search.candidate_parents.data, search.candidate_slots.data];
  search.live = [[0]]; // slots that hold a prefix, by step
  search.owners = new Int32Array(steps * slots); // the candidate that took each slot
  for (let step = 0; step < steps; step += 1) {
    const alive = new Set(search.live[step]);
    const taken = [];
    for (let place = step * C; place < (step + 1) * C; place += 1) {
      agree(isPlace(fates[place], 4), "candidate_fates");
      if (fates[place] !== FATE_CODES.absent) agree(alive.has(parents[place]), "candidate_parents");
      if (fates[place] !== FATE_CODES.kept) continue;
      agree(isPlace(next[place], slots) && !taken.includes(next[place]), "candidate_slots");
      taken.push(next[place]);
      search.owners[step * slots + next[place]] = place - step * C;
    }
    search.live.push(taken);
  }
  search.live.pop();
}

function checkHypotheses({ search, hypotheses }) {
  const { steps, candidates, lengths, texts } = hypotheses;
  texts.forEach((_, rank) => {
    const [step, candidate] = [steps.data[rank], candidates.data[rank]];
    agree(isPlace(step, search.steps), "steps");
    agree(isPlace(candidate, search.candidates), "candidates");
    agree(search.candidate_fates.data[step * search.candidates + candidate] !== FATE_CODES.absent, "candidates");
    agree(lengths.data[rank] === step + 1, "lengths");
  });
}

// Unused places may hold anything.
function checkNumbers({ search, hypotheses, encoder_self_attention: encoder, model, forced }, columns) {
  const fates = search.candidate_fates.data;
  const isUsed = { TC: (place) => fates[place] !== FATE_CODES.absent, TKN: (place) => search.next_tokens.data[place] !== -1 };
  const check = (name, { shape, holds }, array, isThere) => {
    const isRight = HOLDS[holds];
    if (!isRight || !array) return;
    for (let place = 0; place < array.data.length; place += 1) {
      if (!isThere || isThere(place)) agree(isRight(array.data[place], forced), name);
    }
  };
  for (const [name, column] of Object.entries(columns.search)) {
    const { shape } = column;
    const array = search[name];
    if (!array || !HOLDS[column.holds]) continue;
    if (isUsed[shape]) check(name, column, array, isUsed[shape]);
    else search.live.forEach((slots, step) => slots.forEach((slot) => check(name, column, { data: rowOf(search, model, { name, step, slot }) })));
  }
  for (const [name, column] of Object.entries(columns.hypotheses)) check(name, column, hypotheses[name]);
  check("encoder_self_attention", columns.trace.encoder_self_attention, encoder);
  agree(!search.kept_counts === !search.kept_mass, "kept_counts");
}

// What a column holds of one slot at one step.
export function rowOf(search, { layers, heads }, { name, step, slot }) {
  const { shape, data } = search[name];
  if (shape.length === 1) { // packed: step after step
    const unit = layers * heads * (step + 1);
    const start = search.slots * layers * heads * step * (step + 1) / 2 + slot * unit;
    return data.subarray(start, start + unit);
  }
  const size = shape.slice(2).reduce((product, axis) => product * axis, 1);
  const start = (step * search.slots + slot) * size;
  return data.subarray(start, start + size);
}

function checkEdits({ options, model, source }) {
  for (const { heads, sources, weights } of options.interventions) {
    agree(heads.every(([layer, head]) => layer < model.layers && head < model.heads), "interventions");
    agree(sources.every((place) => place < source.ids.length), "interventions");
    agree(!weights.length || weights.length === source.ids.length, "interventions");
  }
}

function checkVocabulary({ search, options, vocabulary }) {
  const fates = search.candidate_fates.data;
  const isKnown = (token) => vocabulary.has(token);
  agree(search.candidate_tokens.data.every((token, place) => fates[place] === FATE_CODES.absent || isKnown(token)), "vocabulary");
  agree(search.next_tokens.data.every((token) => token === -1 || isKnown(token)), "vocabulary");
  agree([...options.prefix, ...options.banned].every(isKnown), "vocabulary");
}

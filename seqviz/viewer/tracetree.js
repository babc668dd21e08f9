// The search tree of a trace file, in the columns that the viewer draws. As seqviz.viewer.tree and
// seqviz.analysis.beam.

import { FATE_CODES } from "./tracechecks.js";
import { tidyRows } from "./treerows.js";

const CUT_CHOICES = ["all", "next", "none"];
const NOTHING = -1;

export function treeOf(trace, best, { nodes: most }) {
  const { search } = trace;
  const counts = countsOf(search);
  const [choices, last] = affordable(counts, most);
  const nodes = nodesOf(search, choices[0], last);
  const margins = nodes.map((place) => marginAt(search, counts, place));
  const reasons = nodes.map((place, row) => (place < 0 ? "" : reasonAt(trace, counts[stepOf(search, place)], { place, margin: margins[row] })));
  const keys = [...new Set(reasons)].sort();
  const of = (array, root) => nodes.map((place) => (place < 0 ? root : array ? array.data[place] : NOTHING));
  const step = nodes.map((place) => (place < 0 ? NOTHING : stepOf(search, place)));
  const cumulative = of(search.candidate_cumulative, 0);
  const parents = of(search.candidate_parents, NOTHING);
  const next = of(search.candidate_slots, NOTHING);
  const rowAt = (slot, at) => (slot >= 0 && at < search.steps ? at * search.slots + slot : NOTHING);
  const columns = {
    step: Int32Array.from(step),
    candidate: Int32Array.from(nodes, (place) => (place < 0 ? NOTHING : place % search.candidates)),
    fate: Uint8Array.from(of(search.candidate_fates, FATE_CODES.kept)),
    parent: Int32Array.from(parentsOf(search, nodes)),
    token: Int32Array.from(of(search.candidate_tokens, NOTHING)),
    row: Int32Array.from(step, (at, row) => rowAt(parents[row], at)),
    next: Int32Array.from(step, (at, row) => rowAt(next[row], at + 1)),
    logProb: Float32Array.from(of(search.candidate_log_probs, 0)),
    cumulative: Float32Array.from(cumulative),
    score: Float32Array.from(step, (at, row) => cumulative[row] / normaliserOf(trace.options, Math.max(at + 1, 1))),
    margin: Float32Array.from(margins),
    reason: Uint8Array.from(reasons, (key) => keys.indexOf(key)),
    tokenRank: Int32Array.from(of(search.candidate_ranks, NOTHING)),
    drawable: Int32Array.from(nodes, (place, row) => (place >= 0 && search.kept_counts
      ? search.kept_counts.data[step[row] * search.slots + parents[row]] : NOTHING)),
  };
  for (const choice of choices) columns[`branches ${choice}`] = branches(search, nodes, { choice, last, best });
  return { ...columns, reasons: keys, cuts: choices, finished: counts.map(({ finished }) => finished), last, sampled: trace.options.sampling !== null };
}

const stepOf = (search, place) => Math.floor(place / search.candidates);

// Of every step: how many were kept, finished and cut, the sum of the last that was kept, the first cut.
function countsOf({ steps, candidates, candidate_fates: { data: fates }, candidate_cumulative: { data: sums } }) {
  return Array.from({ length: steps }, (_, step) => {
    const found = { kept: 0, finished: 0, pruned: 0, last: Infinity, firstCut: NOTHING };
    for (let place = step * candidates; place < (step + 1) * candidates; place += 1) {
      if (fates[place] === FATE_CODES.kept) {
        found.kept += 1;
        found.last = Math.min(found.last, sums[place]);
      } else if (fates[place] === FATE_CODES.finished) found.finished += 1;
      else if (fates[place] === FATE_CODES.pruned) {
        if (!found.pruned) found.firstCut = place;
        found.pruned += 1;
      }
    }
    return { ...found, last: found.kept ? found.last : NaN };
  });
}

// Which choices of cut candidates, and which last step, stay within so many nodes.
function affordable(counts, most) {
  const lives = counts.map(({ kept, finished }) => kept + finished);
  const sizes = {
    all: counts.map(({ pruned }, step) => lives[step] + pruned),
    next: counts.map(({ pruned }, step) => lives[step] + (pruned > 0)),
    none: lives,
  };
  const total = (choice) => sizes[choice].reduce((sum, size) => sum + size, 0);
  const fitting = CUT_CHOICES.findIndex((choice) => total(choice) <= most);
  if (fitting >= 0) return [CUT_CHOICES.slice(fitting), counts.length - 1];
  let [sum, last] = [0, 0];
  while (last < lives.length && sum + lives[last] <= most) sum += lives[last++];
  return [["none"], Math.max(0, last - 1)];
}

// Places of the drawn nodes among all candidates; −1 is the root.
function nodesOf(search, choice, last) {
  const fates = search.candidate_fates.data;
  const nodes = [NOTHING];
  for (let step = 0; step <= last; step += 1) {
    let cut = 0;
    for (let place = step * search.candidates; place < (step + 1) * search.candidates; place += 1) {
      const isCut = fates[place] === FATE_CODES.pruned;
      if (isCut) cut += 1;
      if (isCut ? choice === "all" || (choice === "next" && cut === 1) : fates[place] !== FATE_CODES.absent) nodes.push(place);
    }
  }
  return nodes;
}

function parentsOf(search, nodes) {
  const rows = new Map(nodes.map((place, row) => [place, row]));
  return nodes.map((place) => {
    const step = stepOf(search, place);
    if (place < 0) return NOTHING;
    if (!step) return 0;
    const slot = search.candidate_parents.data[place];
    return rows.get((step - 1) * search.candidates + search.owners[(step - 1) * search.slots + slot]);
  });
}

// Rows of all nodes where only some are drawn; NaN: not drawn.
function branches(search, nodes, { choice, last, best }) {
  const drawn = nodesOf(search, choice, last);
  const isBest = new Set(best.map((candidate, step) => step * search.candidates + candidate));
  const rows = tidyRows(parentsOf(search, drawn), drawn.map((place) => place < 0 || isBest.has(place)));
  const at = new Map(drawn.map((place, row) => [place, rows[row]]));
  return Float32Array.from(nodes, (place) => at.get(place) ?? NaN);
}

function marginAt(search, counts, place) {
  return place < 0 ? NaN : search.candidate_cumulative.data[place] - counts[stepOf(search, place)].last;
}

// Why a candidate lived or fell: the key of a sentence.
function reasonAt({ search, options, forced, model }, { finished }, { place, margin }) {
  const fate = search.candidate_fates.data[place];
  const [step, rank] = [stepOf(search, place), place % search.candidates];
  if (fate !== FATE_CODES.pruned) {
    if (step < options.prefix.length && !forced) return "reason.given";
    if (options.sampling !== null && !forced) return `reason.drawn${isRanked(search, place, step) ? "" : "_unranked"}`;
    if (fate === FATE_CODES.finished) return `reason.finished${rank === 0 ? "_first" : ""}`;
    return `reason.kept${margin === 0 ? "_last" : ""}`;
  }
  if (forced) return "reason.pruned_forced";
  if (search.candidate_tokens.data[place] === model.eos) return `reason.pruned_late_eos${margin > 0 ? "_ahead" : ""}`;
  return `reason.pruned_rank${Number.isNaN(margin) ? "_alone" : finished ? "_finished" : ""}`;
}

function isRanked({ candidate_ranks: ranks, kept_counts: counts, candidate_parents: parents, slots }, place, step) {
  return Boolean(ranks?.data[place] && counts?.data[step * slots + parents.data[place]]);
}

// What a sum of log-probabilities is divided by.
function normaliserOf({ length_normalisation: kind, alpha }, length) {
  return kind === "average" ? length ** alpha : kind === "gnmt" ? ((length + 5) / 6) ** alpha : 1;
}

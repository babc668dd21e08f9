// What was recorded of one decoding, as parts ask for it. Holds nothing that changes.

import { unpackedColumns } from "./columns.js";
import { fortunes } from "./fortunes.js";
import { label } from "./text.js";
import { Weights, mergedScores, mergedWeights } from "./weights.js";

export class Record {
  // payload: what seqviz.viewer.pack made. Unpacks, therefore a promise.
  static async open(payload) {
    const [attention, tree, next] = await Promise.all([payload.attention, payload.tree, payload.next].map(
      async ({ columns, ...rest }) => ({ ...rest, ...await unpackedColumns(columns) })));
    return new Record({ ...payload, attention, tree, next });
  }

  constructor(data) {
    this.data = data;
    this.kinds = Object.keys(data.attention.kinds);
    this.weights = Object.fromEntries(this.kinds.map((kind) => [kind, new Weights(data, kind)]));
    this.raw = data.attention.raw; // scores before the softmax, where they were recorded
    this.known = new Map();
    this.tree = data.tree;
    this.hypotheses = data.hypotheses;
    this.source = data.source.tokens.map(label);
    this.places = new Map(data.attention.rows.map((row, place) => [row, place]));
    this.nodeAt = new Map(Array.from(data.tree.step,
      (step, node) => [`${step} ${data.tree.candidate[node]}`, node]));
    this.prefixAt = new Map(Array.from(data.next.row, (row, place) => [row, place]));
    this.paths = data.hypotheses.map(({ candidates }) => candidates
      .map((candidate, step) => this.nodeAt.get(`${step} ${candidate}`))
      .filter((node) => node !== undefined));
    Object.assign(this, fortunes(data.tree, this.paths[0]));
  }

  // Whether some word is more than one token, so that tokens show something else than words.
  get hasPieces() {
    return [this.data.source, ...this.hypotheses].some(({ tokens, words }) => words.starts.length < tokens.length);
  }

  // Why the attention is not there, as a code.
  get missing() {
    const { missing } = this.data.attention;
    return missing.cross ?? Object.values(missing)[0] ?? "not_recorded";
  }

  // What was found out after the record was packed, such as the comparison with greedy decoding.
  add({ compare }) {
    this.data.compare = compare;
  }

  token(id) {
    return label(id < 0 ? this.data.start : this.data.labels[id] ?? "");
  }

  // Label of a node of the tree.
  name(node) {
    return this.token(this.tree.token[node]);
  }

  // Labels of the tokens of a hypothesis.
  target(rank) {
    return this.hypotheses[rank].tokens.map((id) => this.token(id));
  }

  // Step · K + slot of the row that a hypothesis reads at a step.
  rowKey(rank, step) {
    return step * this.data.slots + (this.hypotheses[rank].slots[step] ?? 0);
  }

  // Whether the payload had room for the attention of a hypothesis.
  hasRows(rank) {
    return this.hypotheses[rank].slots.every((_, step) => this.places.has(this.rowKey(rank, step)));
  }

  // The tokens of a side, or its words: their labels, and the token at which each starts.
  units(side, rank, words) {
    const key = `${side} ${side === "source" ? "" : rank} ${words}`;
    if (!this.known.has(key)) this.known.set(key, this.counted(side, rank, words));
    return this.known.get(key);
  }

  counted(side, rank, words) {
    const one = side === "source" ? this.data.source : this.hypotheses[rank];
    if (words) return { labels: one.words.labels.map((word) => (word === "▁" ? label(word) : word)), starts: one.words.starts };
    const labels = side === "source" ? this.source : this.target(rank);
    return { labels, starts: [...labels.keys()] };
  }

  // The matrix of a head (−1: the mean of all), with the names of its rows and columns, and the token
  // at which each of them starts. raw: scores before the softmax, from "least" to "most".
  matrix(state, { kind, layer, head, hypothesis, words, raw } = state) {
    const rows = this.units(kind === "encoder" ? "source" : "target", hypothesis, words);
    const columns = kind === "decoder" ? this.fed(rows, this.hypotheses[hypothesis].tokens.length)
      : this.units("source", hypothesis, words);
    const places = kind === "encoder" ? [...this.source.keys()]
      : this.hypotheses[hypothesis].tokens.map((_, step) => this.places.get(this.rowKey(hypothesis, step)));
    const found = { rows: rows.labels, columns: columns.labels, rowStarts: rows.starts, columnStarts: columns.starts };
    if (raw && this.raw && kind === "cross") return { ...found, ...this.scores(places, words && found) };
    const weights = places.map((place) => this.weights[kind].row(place, layer, head));
    const values = this.why?.rows(state, weights) ?? weights;
    return { ...found, values: words ? mergedWeights(values, rows.starts, columns.starts) : values };
  }

  scores(places, words) {
    const width = this.source.length;
    const rows = places.map((place) => this.raw.slice(place * width, (place + 1) * width));
    const values = words ? mergedScores(rows, words.rowStarts, words.columnStarts) : rows;
    const all = values.flatMap((row) => [...row]);
    return { values, least: Math.min(...all), most: Math.max(...all) };
  }

  // What the decoder is fed: the same one place later, after the start.
  fed({ labels, starts }, length) {
    const later = [0, ...starts.map((start) => start + 1).filter((start) => start < length)];
    return { labels: [label(this.data.start), ...labels].slice(0, later.length), starts: later };
  }

  // What a prefix, in a row (step · K + slot), expected next: tokens with their probabilities, which
  // of them sampling could draw and their mass (NaN: no sampling), entropy; null: not recorded.
  next(row) {
    const { next } = this.data;
    const place = this.prefixAt.get(row);
    if (place === undefined) return null;
    const [from, to] = [place * next.tokens, (place + 1) * next.tokens];
    const tokens = Array.from(next.token.slice(from, to)).filter((token) => token >= 0);
    return { tokens, probs: next.prob.slice(from, to), drawable: next.drawable.slice(from, to), mass: next.mass[place],
      entropy: next.entropy[place], isGiven: next.given[place] > 0, isRestricted: next.restricted[place] > 0 };
  }

  // Where a prefix looked most, the mean of the heads of a layer: {name, value}; null: nowhere.
  looked(row) {
    const { next } = this.data;
    const place = this.prefixAt.get(row);
    if (place === undefined || !next.place) return null;
    return Array.from({ length: next.places }, (_, rank) => place * next.places + rank)
      .map((at) => ({ name: this.source[next.place[at]], value: next.weight[at] }));
  }

  // The node of a step of a hypothesis; undefined where it is not drawn.
  nodeOf(rank, step) {
    return this.nodeAt.get(`${step} ${this.hypotheses[rank].candidates[step]}`);
  }

  // Text of the last prefix that a step kept.
  survivor(step) {
    this.survivors ??= new Map(Array.from(this.tree.step, (at, node) => [at, node]).filter(([, node]) => this.tree.fate[node] === 1));
    return this.survivors.has(step) ? this.prefix(this.survivors.get(step)) : "";
  }

  ancestors(node) {
    const path = [];
    for (let here = node; here >= 0; here = this.tree.parent[here]) path.unshift(here);
    return path;
  }

  // The text up to a node: bytes are read as UTF-8, tags and ends leave nothing.
  prefix(node) {
    const pieces = this.ancestors(node).filter((one) => this.tree.step[one] >= 0)
      .map((one) => this.data.labels[this.tree.token[one]] ?? "");
    let text = "";
    let bytes = [];
    for (const piece of [...pieces, ""]) {
      const byte = /^⟨([0-9A-F]{2})⟩$/.exec(piece);
      if (byte) {
        bytes.push(parseInt(byte[1], 16));
        continue;
      }
      text += new TextDecoder().decode(Uint8Array.from(bytes));
      bytes = [];
      text += piece === "⟨unk⟩" ? " ⁇ " : /^⟨.*⟩$/.test(piece) ? "" : piece.replaceAll("▁", " ");
    }
    return text.trim() || "∅";
  }
}

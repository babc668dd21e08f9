// What was found out about one hypothesis, as it was packed: of its tokens, and of its words.

import { unpackedColumns } from "./columns.js";
import { toldMark } from "./flags.js";
import { filled, fixed } from "./text.js";

export const STRONG = 0.5; // from which strength on a mark is one of the strongest

// A number of nats, or one that there is none of.
export function nats(value) {
  return value === Infinity ? "∞" : fixed(value, 2);
}

export class Found {
  // packed: what seqviz.viewer.evidence made; a promise.
  static async open({ columns, ...packed }, words) {
    return new Found({ ...packed, ...await unpackedColumns(columns) }, words);
  }

  constructor(data, words) {
    Object.assign(this, data, { words, layers: data.texts });
  }

  say(key, facts = {}) {
    return filled(this.words[key], facts);
  }

  // A row of a grid (T, S).
  row(name, step) {
    const width = this[name].length / this.withSource.length;
    return this[name].subarray(step * width, (step + 1) * width);
  }

  // The largest value of a grid in size.
  largest(name) {
    return this[name].reduce((most, value) => Math.max(most, Math.abs(value)), 1e-9);
  }

  // In place of the weights of a head: norms, or the row of the step that is fed; null: the weights.
  rows({ kind, hypothesis, layer, head, by }, weights) {
    if (!by || kind !== "cross" || hypothesis !== this.rank) return null;
    const rows = by.includes("norms") ? this.normRows(layer, head, weights) : weights;
    return by.includes("fed") ? [...rows.slice(1), new Float32Array(rows[0].length)] : rows;
  }

  normRows(layer, head, like) {
    const [steps, width] = [like.length, like[0].length];
    const heads = this.normHeads.length / this.normLayers.length;
    const [all, place] = head < 0 ? [this.normLayers, layer] : [this.normHeads, layer * heads + head];
    return like.map((_, step) => all.slice((place * steps + step) * width, (place * steps + step + 1) * width));
  }

  // What the matrix is called; null: as ever.
  title({ state: { kind, hypothesis, by, head, layer } }, title) {
    if (!by || kind !== "cross" || hypothesis !== this.rank) return null;
    const isAll = head < 0 && this.normHeads?.length > this.normLayers?.length;
    const measured = !by.includes("norms") ? title : isAll ? this.say("evidence.title.together", { layer: layer + 1 })
      : this.say("evidence.title.norms", { title });
    return by.includes("fed") ? this.say("evidence.title.fed", { title: measured }) : measured;
  }

  // What is known of a word of the translation: its tokens are a half-open range (words.word_trust).
  trust(from, to) {
    const sum = (values) => values.subarray(from, to).reduce((total, value) => total + value, 0);
    const [told, without] = [sum(this.withSource), sum(this.withoutSource)];
    return { told, without, gain: told - without, share: this.share ? sum(this.share) / (to - from) : null };
  }

  // The marks on a range of tokens of a side, "target" or "source"; show: "off", "strong", "all".
  marksOn(side, from, to, show = "all") {
    const least = { off: Infinity, strong: STRONG, all: 0 }[show];
    return this.marks.filter((one) => one.side === side && one.start < to && one.end > from && one.strength >= least);
  }

  // One mark in words.
  told(mark) {
    return toldMark((...asked) => this.say(...asked), mark);
  }

  // All that is known of a word, in words.
  toldOf(side, word, from, to, show) {
    const marks = this.marksOn(side, from, to, show).map((one) => this.told(one));
    if (side === "source") return marks.length ? this.say("evidence.about", { word, told: marks.join(this.say("evidence.mark_between")) }) : "";
    const { told, without, gain, share } = this.trust(from, to);
    const facts = { told: nats(told), without: nats(without), gain: nats(gain), share: fixed(share, 2) };
    return this.say("evidence.about", { word, told: [this.say(share === null ? "evidence.trust_alone" : "evidence.trust", facts), ...marks].join(this.say("evidence.mark_between")) });
  }
}

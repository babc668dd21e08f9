// Where a lesson stands, and what was bet: rules without a picture. A bet comes before its reveal, or
// is skipped; nothing else leads to it.

import { clamp } from "./text.js";

const BITS_AT_LEAST = -20; // as seqviz.lesson.bets

export class LessonEngine {
  // chapter: what seqviz.lesson.packed_chapter made; at: where it begins; before: the engine of the
  // chapter before, or of this one with another sentence, where what was done stays done.
  constructor(chapter, { at = "", before = null } = {}) {
    Object.assign(this, { chapter, steps: chapter.steps, isClass: before?.isClass ?? false });
    this.place = Math.max(0, this.steps.findIndex(({ id }) => id === at));
    this.learnt = new Map(); // by the step's trace: gradient steps and what they led to
    this.reset();
    if (before?.chapter.chapter === chapter.chapter) Object.assign(this, { done: before.done, learnt: before.learnt });
  }

  // Forget all bets.
  reset() {
    this.bets = new Map(); // by the step's id: {option}, {typed, bits}, {painted} or {counts}
    this.revealed = new Set();
    this.skipped = new Set();
    this.done = new Set();
  }

  get step() {
    return this.steps[this.place];
  }

  get bet() {
    return this.bets.get(this.step.id) ?? null;
  }

  get isRevealed() {
    return !this.step.bet || this.revealed.has(this.step.id);
  }

  get isDone() {
    return this.step.needs !== "action" || this.done.has(this.step.id) || this.skipped.has(this.step.id);
  }

  // How many hands every option has.
  get counts() {
    return this.bet?.counts ?? this.step.bet.options.map(() => 0);
  }

  // Whether something was bet.
  get isPlaced() {
    const { bet } = this;
    if (!bet) return false;
    return bet.counts ? bet.counts.some((count) => count > 0) : true;
  }

  // One step on, or the reveal; what is missing otherwise: "bet", "action" or "end".
  forward() {
    if (!this.isRevealed) return this.reveal() ? "" : "bet";
    if (!this.isDone) return "action";
    return this.go(this.place + 1) ? "" : "end";
  }

  back() {
    return this.go(this.place - 1);
  }

  // Run something as if one had gone on already, where one can.
  ahead(run) {
    const { place, revealed } = this;
    if (this.isRevealed) this.place += 1;
    else this.revealed = new Set(revealed).add(this.step.id);
    if (this.step) run();
    Object.assign(this, { place, revealed });
  }

  go(place) {
    const before = this.place;
    this.place = clamp(place, 0, this.steps.length - 1);
    return this.place !== before;
  }

  put(bet) {
    if (!this.step.bet || this.isRevealed) return false;
    this.bets.set(this.step.id, bet);
    return true;
  }

  choose(option) {
    const { options } = this.step.bet ?? {};
    return Boolean(options?.[option]) && this.put(this.isClass ? { option, counts: this.counts } : { option });
  }

  // A word that was typed; prob: what the model gave it, if that is known, else what is left for it.
  type(text, prob) {
    const { options } = this.step.bet;
    const option = options.findIndex(({ label }) => label.toLowerCase() === text.toLowerCase());
    if (option >= 0) return this.choose(option);
    return this.put({ typed: text, bits: Math.max(BITS_AT_LEAST, Math.log2(prob)) + Math.log2(options.length), prob });
  }

  // Hands for an option, more or fewer.
  count(option, by) {
    const counts = this.counts.map((count, place) => (place === option ? Math.max(0, count + by) : count));
    return this.put({ option, counts });
  }

  // A row that was painted: strokes by source word.
  paint(strokes) {
    const sum = strokes.reduce((all, one) => all + one, 0);
    if (!sum) this.bets.delete(this.step.id);
    else this.put({ painted: strokes.map((one) => one / sum) });
  }

  reveal() {
    if (!this.isPlaced) return false;
    this.revealed.add(this.step.id);
    return true;
  }

  // Without a bet; what was bet so far is forgotten.
  skip() {
    if (this.isRevealed && this.isDone) return false;
    if (!this.isRevealed) {
      this.bets.delete(this.step.id);
      this.revealed.add(this.step.id);
    }
    this.skipped.add(this.step.id);
    return true;
  }

  // The learner did what the step asked for.
  did(action) {
    if (this.step.needs !== "action" || this.step.action !== action || this.isDone) return false;
    this.done.add(this.step.id);
    return true;
  }

  // Of a step: bits above chance, a class's are the mean of its hands; of a painted row its distance.
  result(step = this.step) {
    const bet = this.bets.get(step.id);
    if (!step.bet || !bet || !this.revealed.has(step.id)) return null;
    const { options, weights } = step.bet;
    if (bet.painted) return { distance: 0.5 * bet.painted.reduce((sum, share, place) => sum + Math.abs(share - weights[place]), 0) };
    if (bet.typed !== undefined) return { bits: bet.bits };
    if (!bet.counts) return { bits: options[bet.option].bits };
    const hands = bet.counts.reduce((sum, count) => sum + count, 0);
    return { bits: bet.counts.reduce((sum, count, place) => sum + count * options[place].bits, 0) / hands };
  }

  // What was bet and revealed, by step.
  get told() {
    return Object.fromEntries([...this.bets].filter(([id]) => this.revealed.has(id)));
  }

  // Over all steps: sum of bits and of how many bets, mean distance and of how many rows.
  get score() {
    const results = this.steps.map((step) => this.result(step)).filter(Boolean);
    const bits = results.flatMap((one) => one.bits ?? []);
    const distances = results.flatMap((one) => one.distance ?? []);
    const sum = (values) => values.reduce((all, value) => all + value, 0);
    return { bits: sum(bits), bets: bits.length, distance: distances.length ? sum(distances) / distances.length : null, rows: distances.length };
  }
}

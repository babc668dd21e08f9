// Where a lesson stands, and what may be bet there: rules without a picture. A bet comes before its
// reveal, or is skipped; nothing else leads to it.

import { clamp } from "./text.js";

const BITS_AT_LEAST = -20; // as seqviz.lesson.bets

export class LessonEngine {
  // chapter: what seqviz.lesson.packed_chapter made; at: where it begins; book: of the lesson, a LessonBook.
  constructor(chapter, { at = "", book }) {
    Object.assign(this, { chapter, book, steps: chapter.steps });
    this.place = Math.max(0, this.steps.findIndex(({ id }) => id === at));
  }

  get step() {
    return this.steps[this.place];
  }

  // A bet's; a question of the chapter goes by its name, whatever its place.
  get key() {
    const { id, asks = id, trace } = this.step;
    return JSON.stringify([this.chapter.chapter, asks, trace]);
  }

  // What was done or skipped stays so with another sentence.
  get deed() {
    return `${this.chapter.chapter} ${this.step.id}`;
  }

  get bet() {
    return this.book.bets.get(this.key) ?? null;
  }

  get isRevealed() {
    return !this.step.bet || this.book.revealed.has(this.key);
  }

  get isDone() {
    const { book: { done, skipped }, deed } = this;
    return this.step.needs !== "action" || done.has(deed) || skipped.has(deed);
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
    const { book: { revealed }, isRevealed, key, place } = this;
    if (isRevealed) this.place += 1;
    else revealed.add(key);
    if (this.step) run();
    if (!isRevealed) revealed.delete(key);
    this.place = place;
  }

  go(place) {
    const before = this.place;
    this.place = clamp(place, 0, this.steps.length - 1);
    return this.place !== before;
  }

  put(bet) {
    if (!this.step.bet || this.isRevealed) return false;
    this.book.bets.set(this.key, bet);
    return true;
  }

  choose(option) {
    const { options } = this.step.bet ?? {};
    return Boolean(options?.[option]) && this.put(this.book.isClass ? { option, counts: this.counts } : { option });
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
    if (!sum) this.book.bets.delete(this.key);
    else this.put({ painted: strokes.map((one) => one / sum) });
  }

  reveal() {
    if (!this.isPlaced) return false;
    const { book, key } = this;
    book.revealed.add(key);
    book.results.set(key, this.worth());
    book.isNews = true;
    return true;
  }

  // Without a bet; what was bet so far is forgotten.
  skip() {
    if (this.isRevealed && this.isDone) return false;
    if (!this.isRevealed) {
      this.book.bets.delete(this.key);
      this.book.revealed.add(this.key);
    }
    this.book.skipped.add(this.deed);
    return true;
  }

  // The learner did what the step asked for.
  did(action) {
    if (this.step.needs !== "action" || this.step.action !== action || this.isDone) return false;
    this.book.done.add(this.deed);
    return true;
  }

  // Bits above chance, a class's are the mean of its hands; of a painted row its distance.
  worth() {
    const { bet, step: { bet: { options, weights } } } = this;
    if (bet.painted) return { distance: 0.5 * bet.painted.reduce((sum, share, place) => sum + Math.abs(share - weights[place]), 0) };
    if (bet.typed !== undefined) return { bits: bet.bits };
    if (!bet.counts) return { bits: options[bet.option].bits };
    const hands = bet.counts.reduce((sum, count) => sum + count, 0);
    return { bits: bet.counts.reduce((sum, count, place) => sum + count * options[place].bits, 0) / hands };
  }

  // Of what was bet here; null: nothing, or it is not revealed.
  get result() {
    return this.book.results.get(this.key) ?? null;
  }
}

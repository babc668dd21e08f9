// What was bet and done in a lesson, kept while its chapters, sentences and languages change: a bet
// belongs to a step and the decoding that it asks about.

export class LessonBook {
  constructor() {
    Object.assign(this, { isClass: false, forgot: 0, isNews: false }); // isNews: nobody was told yet
    this.learnt = new Map(); // by a step's trace: gradient steps and what they led to
    this.reset();
  }

  reset() {
    this.bets = new Map(); // {option}, {typed, bits}, {painted} or {counts}
    this.revealed = new Set();
    this.results = new Map(); // what a bet was worth, once it is revealed
    this.skipped = new Set();
    this.done = new Set();
  }

  // All bets; when, in milliseconds, for whoever keeps them, too.
  forget() {
    this.reset();
    Object.assign(this, { forgot: Date.now(), isNews: true });
  }

  // What was bet and revealed: chapter, step, trace, bet.
  get told() {
    return [...this.bets].filter(([key]) => this.revealed.has(key)).map(([key, bet]) => [...JSON.parse(key), bet]);
  }

  // Over all chapters: sum of bits and of how many bets, mean distance and of how many rows.
  get score() {
    const results = [...this.results.values()];
    const bits = results.flatMap((one) => one.bits ?? []);
    const distances = results.flatMap((one) => one.distance ?? []);
    const sum = (values) => values.reduce((all, value) => all + value, 0);
    return { bits: sum(bits), bets: bits.length, distance: distances.length ? sum(distances) / distances.length : null, rows: distances.length };
  }
}

// One selection, shared by everything that is shown of a record. Who draws something watches the
// parts of it that it needs, and is called in the very call that changes them: one frame for all.

import { toldSelection, usualSelection } from "./selection.js";
import { highest } from "./shades.js";
import { clamp, filled, unitAt } from "./text.js";

const PLAY_MS = 1000;
const REST_MS = 300;
// What says which matrix is shown.
export const SHOWN = ["kind", "layer", "head", "hypothesis", "words", "raw"];
// What says which row of it is looked at, too.
export const LOOKED = ["step", "source", ...SHOWN];
// What a link holds of the selection.
const TOLD = ["view", "kind", "layer", "head", "hypothesis", "step", "node", "words", "raw", "cuts",
  "layout", "window"];

export class Stage {
  // words: templates by key; send(name, value): tells the embedder; acts: what it can do;
  // state: what is selected at first.
  constructor({ record, words, root = document, send = null, acts = [], state = {} }) {
    Object.assign(this, { record, words, root, tell: send, acts: new Set(acts) });
    this.watchers = [];
    const kind = state.kind in record.weights ? state.kind : record.kinds[0] ?? null;
    this.state = {
      view: "attention",
      head: -1, // the mean of all
      hypothesis: 0,
      step: 0,
      source: null, // a place in the source that is kept
      lit: null, // what is pointed at: {row, column} of the matrix, either may be null
      node: record.nodeOf(0, 0) ?? 0,
      words: true, // whole words instead of pieces
      raw: false,
      playing: false,
      speed: 1,
      ...usualSelection(record, kind), // layer, cuts and layout of the tree
      grow: false, // whether the tree ends at the step
      window: 0, // the first step of the tree that is shown
      width: 0, // of what all stand in, in pixels
      ...state,
      kind,
    };
  }

  // A sentence of the language; {names} in it are replaced by facts.
  say(key, facts = {}) {
    return filled(this.words[key], facts);
  }

  watch(keys, draw) {
    this.watchers.push({ keys, draw });
    draw();
  }

  forget(watchers) {
    this.watchers = this.watchers.filter((one) => !watchers.includes(one));
  }

  set(changes, { isTold = true } = {}) {
    const changed = Object.keys(changes).filter((key) => this.state[key] !== changes[key]);
    if (!changed.length) return;
    Object.assign(this.state, changes);
    if (changed.some((key) => SHOWN.includes(key))) this.drawn = null;
    for (const { keys, draw } of [...this.watchers]) {
      if (keys.some((key) => changed.includes(key))) draw();
    }
    if (isTold && this.tell && changed.some((key) => TOLD.includes(key))) this.rest();
  }

  // Tell the selection once the visitor rests; while it plays, only in the end.
  rest() {
    clearTimeout(this.resting);
    this.resting = setTimeout(() => (this.state.playing ? this.rest() : this.send("select", toldSelection(this))), REST_MS);
  }

  send(name, value) {
    this.tell?.(name, value);
  }

  can(name) {
    return this.acts.has(name);
  }

  // The matrix that is chosen, and "most", the weight of the strongest colour: up to the next tenth,
  // so that a mean over heads is not pale. Null where there is none.
  get matrix() {
    if (!this.state.kind) return null;
    if (!this.drawn) {
      this.drawn = this.record.matrix(this.state);
      this.drawn.most ??= Math.max(0.3, Math.ceil(highest(this.drawn.values) * 10 - 0.01) / 10);
    }
    return this.drawn;
  }

  get isEncoder() {
    return this.state.kind === "encoder";
  }

  // The rows of the matrix, their labels and the token at which each starts: tokens or words of the
  // translation, or of the source for the encoder. There, too, where there is no matrix.
  get units() {
    const { hypothesis, words } = this.state;
    return this.record.units(this.isEncoder ? "source" : "target", hypothesis, words);
  }

  get rows() {
    return this.units.labels;
  }

  get last() {
    return this.rows.length - 1;
  }

  // The row of the matrix that is looked at.
  get here() {
    const token = this.isEncoder ? this.state.source ?? 0 : this.state.step;
    return unitAt(this.units.starts, token);
  }

  // Look at another row, or choose it in another way than by playing.
  moveTo(row) {
    const token = this.units.starts[clamp(row, 0, this.last)];
    if (this.isEncoder) this.set({ source: token });
    else this.goToStep(token);
  }

  goToStep(step) {
    this.set({ step, node: this.record.nodeOf(this.state.hypothesis, step) ?? this.state.node });
  }

  choose(rank) {
    this.set({ hypothesis: rank });
    this.goToStep(Math.min(this.state.step, this.record.hypotheses[rank].tokens.length - 1));
  }

  // A node of the tree, and the hypothesis and the step that it belongs to.
  select(node) {
    const { record } = this;
    const has = (rank) => record.paths[rank].includes(node);
    let { hypothesis } = this.state;
    if (!has(hypothesis)) {
      const other = record.paths.findIndex((_, rank) => has(rank) && (record.hasRows(rank) || !this.state.kind));
      hypothesis = other >= 0 ? other : hypothesis;
    }
    const step = clamp(record.tree.step[node], 0, record.hypotheses[hypothesis].tokens.length - 1);
    this.set({ hypothesis, node, step });
  }

  play(isOn) {
    clearInterval(this.clock);
    this.clock = isOn ? setInterval(() => this.tick(), PLAY_MS / this.state.speed) : undefined;
    this.set({ playing: isOn });
    if (isOn && this.here === this.last) this.moveTo(0);
  }

  tick() {
    if (this.here < this.last) this.moveTo(this.here + 1);
    if (this.here >= this.last) this.play(false);
  }

  // Arrows step, space plays, Escape lets go, wherever nothing else wants the key.
  press(event) {
    const move = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    const isTaken = event.target.closest?.("input, select, textarea, [role=application], .scroll, summary");
    if (isTaken || event.altKey || event.ctrlKey || event.metaKey) return;
    if (move) {
      this.play(false);
      this.moveTo(this.here + move);
    } else if (event.key === " " && !event.target.closest?.("button, a, [role=button]")) {
      this.play(!this.state.playing);
    } else if (event.key === "Escape") {
      this.set({ lit: null, source: null });
    } else return;
    event.preventDefault();
    event.stopPropagation();
  }

  // Pixels of 1/16 of the letters' size; a projector's are larger.
  unit() {
    return parseFloat(getComputedStyle(document.documentElement).fontSize) / 16;
  }

  // A font of that many pixels, as in CSS.
  font(pixels, weight = "") {
    this.family ??= getComputedStyle(this.root.host ?? this.root.documentElement).fontFamily;
    return `${weight} ${pixels}px ${this.family}`.trim();
  }

  stop() {
    clearInterval(this.clock);
    clearTimeout(this.resting);
    this.watchers = [];
  }
}

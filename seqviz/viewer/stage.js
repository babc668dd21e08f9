// One selection, shared by everything that is shown of a record. Who draws something watches the
// parts of it that it needs, and is called in the very call that changes them: one frame for all.

import { usualSelection } from "./selection.js";
import { highest } from "./shades.js";
import { clamp, unitAt } from "./text.js";
import { Walk } from "./walk.js";

// What says which matrix is shown.
export const SHOWN = ["kind", "layer", "head", "hypothesis", "words", "raw", "by"];
// What says which row of it is looked at, too.
export const LOOKED = ["step", "source", ...SHOWN];

// While the tree grows, a step has beats: its candidates, their ranks, the cut, the survivors.
const LAST_BEAT = 3;

export class Stage extends Walk {
  // record: what is shown; state: what is selected at first.
  constructor({ record, state = {}, ...embedder }) {
    super(embedder);
    this.record = record;
    const kind = state.kind in record.weights ? state.kind : record.kinds[0] ?? null;
    Object.assign(this.state, {
      view: "attention",
      head: -1, // the mean of all
      hypothesis: 0,
      source: null, // a place in the source that is kept
      lit: null, // what is pointed at: {row, column} of the matrix, either may be null
      node: record.nodeOf(0, 0) ?? 0,
      words: true, // whole words instead of pieces
      raw: false,
      ...usualSelection(record, kind), // layer, cuts and layout of the tree
      grow: false, // whether the tree ends at the step, and tells nothing of later ones
      beat: LAST_BEAT, // how far that step has come
      window: 0, // the first step of the tree that is shown
      ...state,
      kind,
    });
  }

  get looked() {
    return LOOKED;
  }

  // Nothing, unless somebody wants to hear of it.
  get kept() {
    return [];
  }

  standing() {
    const key = this.isEncoder ? "place_of" : this.state.words ? "word_of" : "step_of";
    return this.say(`viewer.${key}`, { step: this.here + 1, steps: this.last + 1 });
  }

  changing(keys) {
    if (keys.some((key) => SHOWN.includes(key))) this.drawn = null;
  }

  // The matrix that is chosen, and "most", the weight of the strongest colour: up to the next tenth,
  // so that a mean over heads is not pale. Null where there is none.
  get matrix() {
    if (!this.state.kind) return null;
    if (!this.drawn) {
      this.drawn = this.record.matrix(this.state);
      this.drawn.most ??= this.most ?? Math.max(0.3, Math.ceil(highest(this.drawn.values) * 10 - 0.01) / 10);
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

  goToStep(step, beat = LAST_BEAT) {
    const { grow, hypothesis, node } = this.state;
    this.set({ step, beat, node: (grow ? null : this.record.nodeOf(hypothesis, step)) ?? node });
  }

  // Whether something grows before somebody's eyes.
  get grows() {
    return this.state.grow && this.watchers.some(({ keys }) => keys.includes("beat"));
  }

  get pace() {
    return this.grows ? super.pace / 2 : super.pace;
  }

  // A beat, where something grows.
  onward(by) {
    const { beat, step, hypothesis } = this.state;
    if (!this.grows) return super.onward(by);
    if (by > 0 && beat < LAST_BEAT) return this.set({ beat: beat + 1 });
    const to = clamp(step + by, 0, this.record.hypotheses[hypothesis].tokens.length - 1);
    if (to !== step) this.goToStep(to, by > 0 ? 0 : LAST_BEAT);
    else if (by > 0) this.play(false);
  }

  tick() {
    if (this.grows) this.onward(1);
    else super.tick();
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
}

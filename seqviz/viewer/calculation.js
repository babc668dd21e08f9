// One step of the computation in numbers, as its panel asks for them: every number that is printed
// can be computed again from the printed ones, to three digits.

import { unpackedColumns } from "./columns.js";
import { fixed, label } from "./text.js";

const PHASES = ["score", "softmax", "sum", "heads", "predict"];
const LARGEST = 30; // exponents up to here are written as they are

// Which of the packed steps is looked at.
export function calculationKey(stage) {
  const { kind, layer, head, hypothesis, step, source } = stage.state;
  return `${kind ?? "none"} ${kind ? layer : 0} ${Math.max(head, 0)} ${hypothesis} ${stage.isEncoder ? source ?? 0 : step}`;
}

const USUAL_DIGITS = 6; // digits, where nobody counted how many are needed
const SMALLEST = 1e-3; // numbers below it, and above a million, are written with a power of ten
const LARGE = 1e6;
// What is made of which factors: those are printed with a digit more, for what comes of them is summed.
const MADE_OF = { products: ["query", "keys", "energies"], contributions: ["weights", "values"] };

// A number in so many significant digits.
export function significant(value, digits) {
  const size = Math.abs(value);
  if (size === 0 || !Number.isFinite(value)) return fixed(value, 0);
  if (size < SMALLEST || size >= LARGE) return value.toExponential(digits - 1).replace("e+", "e").replaceAll("-", "−");
  return fixed(value, Math.max(0, digits - 1 - Math.floor(Math.log10(size))));
}

function total(values) {
  return values.reduce((sum, value) => sum + value, 0);
}

export class Calculation {
  // packed: what seqviz.viewer.computation made; a promise.
  static async open({ numbers, ...packed }) {
    return new Calculation(packed, await unpackedColumns(numbers));
  }

  constructor(packed, numbers) {
    Object.assign(this, packed, numbers, { row: label(packed.row), columns: packed.columns?.map(label), top: packed.top?.map(label) });
    this.values ??= this.keys;
    this.source ??= this.values;
    this.precise = new Map(Object.entries(MADE_OF).flatMap(([made, factors]) => factors.map((name) => [name, Math.max(this.printed(name), this.printed(made) + 1)])));
    this.attends = Boolean(numbers.keys);
    this.predicts = Boolean(numbers.logits);
    const has = { heads: Boolean(numbers.mixed), predict: this.predicts };
    this.phases = PHASES.filter((phase) => has[phase] ?? this.attends);
  }

  get isTransformer() {
    return ["cross", "encoder", "decoder"].includes(this.kind);
  }

  key(token) {
    return this.keys.subarray(token * this.d, (token + 1) * this.d);
  }

  value(token) {
    return this.values.subarray(token * this.dv, (token + 1) * this.dv);
  }

  // tanh(query + key), for the additive score.
  bent(token) {
    return Float64Array.from(this.key(token), (value, dim) => Math.tanh(this.query[dim] + value));
  }

  // The summands of a score.
  products(token) {
    if (this.energies) return this.bent(token).map((value, dim) => value * this.energies[dim]);
    return Float64Array.from(this.key(token), (value, dim) => value * this.query[dim]);
  }

  // Sum of the summands from one dimension up to another, without it.
  part(token, from, to) {
    return total(this.products(token).subarray(from, to));
  }

  // Row of the output layer of a word.
  rowOf(word) {
    return this.rows.subarray(word * this.D, (word + 1) * this.D);
  }

  // One of the parts of the sum under the tanh, or the vector that it comes from.
  of(name, part) {
    return this[name].subarray(part * this.D, (part + 1) * this.D);
  }

  contribution(token) {
    return Float64Array.from(this.value(token), (value) => value * this.weights[token]);
  }

  // The softmax at a temperature: scores over it, less "shift" where they are large, their
  // exponentials, the sum of those, and what each is of it. What was muted stays so.
  softmax(temperature) {
    const scaled = Float64Array.from(this.scores, (score) => score / temperature);
    const read = scaled.filter((_, token) => !this.isMuted(token));
    const highest = Math.max(...read);
    const shift = Math.max(highest, -Math.min(...read)) > LARGEST ? highest : 0;
    const exps = scaled.map((score, token) => (this.isMuted(token) ? 0 : Math.exp(score - shift)));
    const sum = total(exps);
    return { scaled, shift, exps, sum, weights: exps.map((exp) => exp / (sum || 1)) };
  }

  isMuted(token) {
    return Boolean(this.muted?.includes(token));
  }

  // Whether somebody changed the weights.
  get isEdited() {
    return Boolean(this.edits?.length);
  }

  // The share of all tokens that are not listed; null: all are.
  get rest() {
    if (this.vocabulary <= this.top.length) return null;
    return Math.max(0, 1 - total(this.logProbs.map(Math.exp)));
  }

  // How many digits of a quantity are needed, and are printed.
  printed(name) {
    return this.digits?.[name] ?? USUAL_DIGITS;
  }

  digitsOf(name) {
    return this.precise.get(name) ?? this.printed(name);
  }

  // A number as it is printed. name: of the quantity.
  written(name, value, more = 0) {
    return significant(value, this.digitsOf(name) + more);
  }
}

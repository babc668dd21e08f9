// One step of the computation in numbers, as its panel asks for them: every number that is printed
// can be computed again from the printed ones, to three digits.

import { unpackedColumns } from "./columns.js";
import { fixed } from "./text.js";

const PHASES = ["score", "softmax", "sum", "predict"];
const LARGEST = 30; // exponents up to here are written as they are

// Which of the packed steps is looked at.
export function calculationKey(stage) {
  const { kind, layer, head, hypothesis, step, source } = stage.state;
  return `${kind ?? "none"} ${kind ? layer : 0} ${Math.max(head, 0)} ${hypothesis} ${stage.isEncoder ? source ?? 0 : step}`;
}

// Decimals of summands, so that the rounding of that many of them is not seen in the sum's third one.
export function decimals(count) {
  return count <= 10 ? 4 : 3 + Math.ceil(Math.log10(count));
}

// A positive number of any size in five digits.
export function digits(value) {
  if (value === 0) return "0";
  const power = Math.floor(Math.log10(value));
  if (power >= -2 && power < 6) return value.toFixed(Math.max(0, 4 - power));
  return value.toExponential(4).replace("e+", "e").replace("-", "−");
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
    Object.assign(this, packed, numbers);
    this.values ??= this.keys;
    this.attends = Boolean(numbers.keys);
    this.predicts = Boolean(numbers.logits);
    this.phases = PHASES.filter((phase) => (phase === "predict" ? this.predicts : this.attends));
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
    const highest = Math.max(...scaled);
    const shift = Math.max(highest, -Math.min(...scaled)) > LARGEST ? highest : 0;
    const exps = scaled.map((score, token) => (this.isMuted(token) ? 0 : Math.exp(score - shift)));
    const sum = total(exps);
    return { scaled, shift, exps, sum, weights: exps.map((exp) => exp / sum) };
  }

  isMuted(token) {
    return this.weights[token] === 0;
  }

  // Whether the weights are no softmax of the scores: somebody changed them.
  get isEdited() {
    return this.softmax(this.temperature).weights.some((weight, token) => Math.abs(weight - this.weights[token]) > 1e-3);
  }

  // The share of all tokens that are not listed; null: all are.
  get rest() {
    if (this.vocabulary <= this.top.length) return null;
    return Math.max(0, 1 - total(this.logProbs.map(Math.exp)));
  }

  // A number of a vector of the score, of the weighted sum, or any other, as it is printed.
  written(value, count = this.d) {
    return fixed(value, decimals(count));
  }
}

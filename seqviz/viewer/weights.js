// Attention weights as they were packed, and how those of tokens become those of words.

const LEVELS = 65535;

// All weights of one kind: rows of (layers, heads, width) levels.
export class Weights {
  constructor(data, kind) {
    const { layers, heads, layer } = data.attention.kinds[kind];
    const width = data.source.tokens.length;
    const steps = data.attention.rows.map((row) => Math.floor(row / data.slots));
    this.widths = kind === "decoder" ? steps.map((step) => step + 1) : null;
    this.starts = this.widths?.reduce((all, size) => [...all, all.at(-1) + size], [0]);
    Object.assign(this, { levels: data.attention[kind], layers, heads, layer, width });
  }

  // One row of one head, or of the mean of all.
  row(place, layer, head) {
    const width = this.widths ? this.widths[place] : this.width;
    const before = this.widths ? this.starts[place] : place * this.width;
    const first = before * this.layers * this.heads + (layer * this.heads + Math.max(0, head)) * width;
    const heads = head < 0 ? this.heads : 1;
    return new Float32Array(width).map((_, s) => {
      let sum = 0;
      for (let one = 0; one < heads; one += 1) sum += this.levels[first + one * width + s];
      return sum / LEVELS / heads;
    });
  }
}

// From tokens to words: the sum over the tokens of a column, the mean over those of a row (formulas d9).
export function mergedWeights(values, rowStarts, columnStarts) {
  return rowStarts.map((from, row) => {
    const to = rowStarts[row + 1] ?? values.length;
    const sums = new Float32Array(columnStarts.length);
    for (const tokens of values.slice(from, to)) {
      columnStarts.forEach((start, column) => {
        const end = Math.min(columnStarts[column + 1] ?? tokens.length, tokens.length);
        for (let place = start; place < end; place += 1) sums[column] += tokens[place];
      });
    }
    return sums.map((sum) => sum / (to - from));
  });
}

// Scores before the softmax: the logarithm of the sum of their exponentials over the tokens of a
// column, so that their softmax is the merged weights; the mean over those of a row.
export function mergedScores(values, rowStarts, columnStarts) {
  const tops = values.map((row) => Math.max(...row));
  const shares = values.map((row, t) => row.map((score) => Math.exp(score - tops[t])));
  const each = [...values.keys()];
  const columns = mergedWeights(shares, each, columnStarts).map((row, t) => row.map((sum) => Math.log(sum) + tops[t]));
  return mergedWeights(columns, rowStarts, [...columnStarts.keys()]);
}

// A row of the matrix painted by hand: each touch of a cell makes it heavier, the row still sums to 1.

import { Acts } from "./acts.js";
import { html } from "./dom.js";
import { columnKept } from "./looked.js";

export class Painting {
  // map: the heatmap whose row is painted.
  constructor(map) {
    Object.assign(this, { map, stage: map.stage, strokes: null });
    this.acts = new Acts(map.stage.say("viewer.acts"));
    this.hint = html("p.caption", { hidden: "", "aria-live": "polite" }, map.stage.say("viewer.paint.hint"));
    this.node = html("div", this.hint, this.acts.node);
  }

  get isOn() {
    return this.strokes !== null;
  }

  // Offered for the row of the step where a cell of it is kept; another row or matrix ends it.
  offer() {
    const { stage, map } = this;
    if (this.isOn && (stage.here !== this.row || map.found !== this.found)) this.end();
    if (this.isOn) return;
    const isOffered = stage.can("paint") && !stage.state.raw && columnKept(stage) !== null;
    this.acts.show(isOffered ? [[stage.say("viewer.paint", { token: stage.rows[stage.here] }), () => this.begin()]] : []);
  }

  begin() {
    const { stage, map, map: { found } } = this;
    stage.play(false);
    Object.assign(this, { found, row: stage.here, strokes: new Float32Array(found.columns.length) });
    this.acts.show([
      [stage.say("viewer.paint.done"), () => this.done()],
      [stage.say("viewer.paint.clear"), () => this.clear()],
      [stage.say("viewer.paint.cancel"), () => this.end()],
    ]);
    this.look();
    map.field.node.focus();
  }

  // A cell of the row is touched, by pointer or key.
  touch(column) {
    this.strokes[column] += 1;
    this.draw();
  }

  clear() {
    this.strokes.fill(0);
    this.draw();
  }

  erase(column) {
    this.strokes[column] = 0;
    this.draw();
  }

  get weights() {
    const sum = this.strokes.reduce((all, stroke) => all + stroke, 0);
    return sum ? this.strokes.map((stroke) => stroke / sum) : this.found.values[this.row];
  }

  draw() {
    const { map: { grid }, found, row, weights } = this;
    grid.found = { ...found, values: found.values.map((values, t) => (t === row ? weights : values)) };
    grid.paint();
  }

  // The weight of a word is shared by its tokens.
  done() {
    const { stage, found: { columnStarts, rowStarts }, row, weights } = this;
    const [source, target] = [stage.record.source, stage.record.hypotheses[stage.state.hypothesis].tokens];
    const shares = columnStarts.flatMap((start, column) => {
      const count = (columnStarts[column + 1] ?? source.length) - start;
      return Array(count).fill(weights[column] / count);
    });
    stage.send("paint", { step: rowStarts[row], end: rowStarts[row + 1] ?? target.length, weights: shares });
    this.end();
  }

  // Its buttons go; who had the focus there goes on from the matrix.
  end() {
    const isHere = this.node.contains(this.stage.root.activeElement);
    this.strokes = null;
    this.map.grid.found = this.map.found;
    this.map.grid.paint();
    this.look();
    this.offer();
    if (isHere) this.map.field.node.focus();
  }

  look() {
    this.hint.hidden = !this.isOn;
    this.map.node.classList.toggle("painting", this.isOn);
  }
}

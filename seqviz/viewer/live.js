// A training as it goes on: its curves, or where the model looks. Streamlit calls for each of them
// again and again with new data; they are brought up to date in place, so that nothing flickers.

import { html } from "./dom.js";
import { Heatmap } from "./heatmap.js";
import { Progress } from "./progress.js";
import { clamp } from "./text.js";
import { Walk } from "./walk.js";

// One matrix after the other, without a record behind them. A cell that is kept stays kept.
class Looking extends Walk {
  constructor(embedder) {
    super({ ...embedder, state: { kind: "cross", layer: 0, head: -1, hypothesis: 0, raw: false, source: null, lit: null } });
    this.record = { weights: { cross: { layers: 1, heads: 1 } } };
  }

  get kept() {
    return [];
  }

  get here() {
    return clamp(this.state.step, 0, this.last);
  }

  get last() {
    return this.matrix.rows.length - 1;
  }

  moveTo(step) {
    this.set({ step });
  }

  show({ rows, columns, values }) {
    const { lit, source, hypothesis } = this.state;
    const isThere = lit && (lit.row ?? 0) < rows.length && (lit.column ?? 0) < columns.length;
    this.matrix = { rows, columns, values, columnStarts: [...columns.keys()], most: 1 };
    this.set({ hypothesis: hypothesis + 1, lit: isThere ? lit : null, source: source < columns.length ? source : null });
  }
}

class Live {
  constructor(parent, { words, curves }) {
    const stage = new Looking({ words, root: parent });
    const part = curves ? new Progress(stage) : new Heatmap(stage);
    Object.assign(this, { stage, part, parent, words: JSON.stringify(words), high: 0 });
    this.root = html("div.root.live", { keydown: (event) => curves || stage.press(event) }, part.node);
    parent.append(this.root);
    new ResizeObserver(() => this.wide !== this.root.clientWidth && this.rest(0)).observe(this.root);
  }

  // Answers differ in length: what stands below does not move each time.
  rest(high) {
    Object.assign(this, { high, wide: this.root.clientWidth });
    if (this.part.frame) this.part.frame.style.minHeight = `${high}px`;
  }

  receive({ curves, matrix }) {
    const { stage, part, root } = this;
    if (curves) return part.draw(curves);
    const isFirst = !stage.matrix;
    stage.show(matrix);
    if (isFirst) part.start();
    if (isFirst) stage.watch(["source"], () => root.classList.toggle("keeps", stage.state.source !== null));
    const { lit } = stage.state;
    if (lit && lit.column !== null) part.field.tip.textContent = part.told(lit);
    else part.field.tip.hidden = true;
    this.rest(Math.max(this.high, part.grid.node.offsetHeight));
  }

  leave() {
    this.stage.stop();
    this.root.remove();
    this.parent.seqvizLive = null;
  }
}

export default function live() {
  const page = (globalThis.seqviz ??= { waiting: [] });
  page.live = ({ data, parentElement }) => {
    if (parentElement.seqvizLive?.words !== JSON.stringify(data.words)) parentElement.seqvizLive?.leave();
    const shown = (parentElement.seqvizLive ??= new Live(parentElement, data));
    shown.receive(data);
    return () => shown.leave();
  };
  for (const start of page.waiting.splice(0)) start();
}

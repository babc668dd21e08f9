// One step of the computation below the viewer that it belongs to: Python gives the numbers of what is
// selected there, and ahead of it those of all steps of a path, so that the panel moves with the viewer.
// This program travels once, and only to a page that asks for it.

import { Calculation } from "./calculation.js";
import { Computation } from "./computation.js";
import { html } from "./dom.js";
import { LOOKED } from "./stage.js";
import { Walk } from "./walk.js";

let ahead = { trace: null, steps: new Map() }; // of the trace that is shown, by their codes

// Of what a viewer's stage has selected, as Python makes it, too.
function codeOf({ record, isEncoder, state: { view, kind, layer, head, hypothesis, step, source, node } }) {
  const isPath = isEncoder || view !== "tree" || node === record.nodeOf(hypothesis, step);
  const row = isEncoder ? source ?? 0 : isPath ? step : record.tree.step[node];
  return `${isPath ? "" : `node ${record.tree.candidate[node]} `}${kind ?? "cross"} ${kind ? layer : 0} ${Math.max(head, 0)} ${isPath ? hypothesis : 0} ${row}`;
}

// What the panel stands on: the numbers of one step, and no record behind them.
class Numbers extends Walk {
  constructor(embedder) {
    super({ ...embedder, acts: ["explain"], state: { kind: null, hypothesis: 0, ...embedder.state } });
    this.record = { calculations: { get: () => this.calculation } };
  }

  get kept() {
    return [];
  }

  take(calculation) {
    this.calculation = calculation;
    this.set({ more: (this.state.more ?? 0) + 1 });
  }
}

class PageNumbers {
  constructor(shadow) {
    this.shadow = shadow;
    this.root = html("div.root.viewer");
    this.sizes = new ResizeObserver(() => this.stage?.set({ width: this.root.clientWidth }));
    this.sizes.observe(this.root);
    shadow.append(this.root);
  }

  // data: packed: as seqviz.viewer.computation made it, with its code; viewer: the key of the one that
  // shows the trace of that name; words, language.
  async receive(data) {
    const isSame = data.language === this.data?.language;
    this.data = data;
    if (!isSame) this.begin(data.words);
    const calculation = await Calculation.open(data.packed);
    if (data !== this.data) return; // another one came meanwhile
    this.watch();
    if (!this.follow()) this.show(data.code, calculation);
  }

  // The stage of the viewer that shows the same; it has another one for another trace or language.
  watch() {
    const stage = globalThis.seqviz.viewers?.get(this.data.viewer)?.stage;
    if (stage === this.watched) return;
    this.watched?.forget([this.watcher]);
    this.watched = stage;
    stage?.watch([...LOOKED, "node", "view"], () => this.follow());
    this.watcher = stage?.watchers.at(-1);
  }

  // What is selected there, where it is known already; whether it is.
  follow() {
    const { watched } = this;
    const isSame = watched && [watched.trace, ahead.trace].every((trace) => trace === this.data.trace);
    const code = isSame && codeOf(watched);
    const found = isSame && ahead.steps.get(code);
    if (found) this.show(code, found);
    return Boolean(found);
  }

  show(code, calculation) {
    const shown = `${this.data.trace} ${code}`;
    if (shown === this.shown) return;
    this.shown = shown;
    this.stage.take(calculation);
  }

  // In another language: what was chosen stays so.
  begin(words) {
    const { state, calculation } = this.stage ?? {};
    this.stage?.stop();
    this.stage = new Numbers({ words, root: this.shadow, state: { ...state, width: this.root.clientWidth } });
    this.stage.calculation = calculation;
    const panel = new Computation(this.stage);
    this.root.replaceChildren(panel.node);
    panel.start();
  }

  leave() {
    this.watched?.forget([this.watcher]);
    this.sizes.disconnect();
    this.stage?.stop();
    this.root.remove();
  }
}

async function keepAhead({ trace, steps }) {
  const opened = await Promise.all(Object.entries(steps).map(async ([code, packed]) => [code, await Calculation.open(packed)]));
  ahead = { trace, steps: new Map(opened) };
}

export default function numbers() {
  const page = (globalThis.seqviz ??= { waiting: [] });
  page.numbers = ({ data, parentElement }) => {
    if (data.steps) keepAhead(data);
    if (!data.packed) return () => {};
    const shown = (parentElement.seqvizNumbers ??= new PageNumbers(parentElement));
    shown.receive(data);
    return () => {
      shown.leave();
      parentElement.seqvizNumbers = null;
    };
  };
  for (const start of page.waiting.splice(0)) start();
}

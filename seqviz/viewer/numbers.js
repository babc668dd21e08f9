// One step of the computation below the screen that it belongs to: Python gives the numbers of what is
// selected there. This program travels once, and only to a page that asks for it.

import { Calculation } from "./calculation.js";
import { Computation } from "./computation.js";
import { html } from "./dom.js";
import { Walk } from "./walk.js";

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

  // data: packed: as seqviz.viewer.computation made it; words, language.
  async receive(data) {
    const isSame = data.language === this.data?.language;
    this.data = data;
    if (!isSame) this.begin(data.words);
    const calculation = await Calculation.open(data.packed);
    if (data === this.data) this.stage.take(calculation); // else another one came meanwhile
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
    this.sizes.disconnect();
    this.stage?.stop();
    this.root.remove();
  }
}

export default function numbers() {
  const page = (globalThis.seqviz ??= { waiting: [] });
  page.numbers = ({ data, parentElement }) => {
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

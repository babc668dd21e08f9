// Which matrix is shown: kind of attention, layer, head, hypothesis; words or tokens; raw scores.

import { choices, html, menu, toggle } from "./dom.js";
import { isolate } from "./text.js";

export class Choose {
  constructor(stage) {
    this.stage = stage;
    this.node = html("div.controls");
  }

  start() {
    const { stage } = this;
    stage.watch(["kind"], () => this.draw());
    stage.watch(["kind", "layer", "head", "hypothesis", "words", "raw"], () => this.show());
  }

  draw() {
    const { stage, stage: { record, state } } = this;
    const { layers, heads } = record.weights[state.kind] ?? { layers: 0, heads: 0 };
    const name = (key) => stage.say(`viewer.${key}`);
    const kinds = record.kinds.map((kind) => [kind, stage.say(`figure.kind.${kind}`)]);
    const numbers = (count) => Array.from({ length: count }, (_, place) => [place, String(place + 1)]);
    const texts = record.hypotheses.map(({ text }, rank) => [rank, `${rank + 1} · ${isolate([...text].slice(0, 60).join(""))}`])
      .filter(([rank]) => record.hasRows(rank));
    const isFocused = this.node.contains(stage.root.activeElement);
    this.shown = Object.entries({
      layer: layers > 1 && menu(name("layer"), numbers(layers), state.layer, (layer) => stage.set({ layer })),
      head: heads > 1 && menu(name("head"), [[-1, name("mean")], ...numbers(heads)], state.head, (head) => stage.set({ head })),
      hypothesis: texts.length > 1 && menu(name("hypothesis"), texts, state.hypothesis, (rank) => stage.choose(rank)),
      words: record.hasPieces && toggle(name("words"), state.words, (words) => stage.set({ words })),
      raw: record.raw && state.kind === "cross" && toggle(name("raw"), state.raw, (raw) => stage.set({ raw })),
    }).filter(([, node]) => node);
    this.node.replaceChildren(...(kinds.length > 1 ? [choices("kind", name("kind"), kinds, state.kind,
      (kind) => stage.set({ kind, layer: record.weights[kind].layer, head: -1, raw: false }))] : []), ...this.shown.map(([, node]) => node));
    if (isFocused) this.node.querySelector("input:checked").focus();
  }

  // What was chosen elsewhere.
  show() {
    for (const [name, { lastChild, firstChild }] of this.shown) {
      const { [name]: value } = this.stage.state;
      if (firstChild.type === "checkbox") firstChild.checked = value;
      else lastChild.value = value;
    }
  }
}

// Which matrix is shown: kind of attention, layer, head, hypothesis.

import { choices, html, menu } from "./dom.js";
import { isolate } from "./text.js";

export class Choose {
  constructor(stage) {
    this.stage = stage;
    this.node = html("div", { class: "controls" });
  }

  start() {
    this.stage.watch(["kind", "layer", "head", "hypothesis"], () => this.draw());
  }

  draw() {
    const { stage, stage: { record, state } } = this;
    const found = record.weights[state.kind];
    const name = (key) => stage.say(`viewer.${key}`);
    const kinds = record.kinds.map((kind) => [kind, stage.say(`figure.kind.${kind}`)]);
    const layers = Array.from({ length: found.layers }, (_, layer) => [layer, String(layer + 1)]);
    const heads = [[-1, name("mean")],
      ...Array.from({ length: found.heads }, (_, head) => [head, String(head + 1)])];
    const texts = record.hypotheses.map(({ text }, rank) => [rank, `${rank + 1} · ${isolate([...text].slice(0, 60).join(""))}`])
      .filter(([rank]) => record.hasRows(rank));
    const focused = this.focused();
    this.node.replaceChildren(...[
      kinds.length > 1 ? choices("kind", name("kind"), kinds, state.kind,
        (kind) => stage.set({ kind, layer: record.weights[kind].layer, head: -1 })) : null,
      found.layers > 1 ? menu(name("layer"), layers, state.layer, (layer) => stage.set({ layer })) : null,
      found.heads > 1 ? menu(name("head"), heads, state.head, (head) => stage.set({ head })) : null,
      texts.length > 1 ? menu(name("hypothesis"), texts, state.hypothesis, (rank) => stage.choose(rank)) : null,
    ].filter(Boolean));
    this.inputs().find((one) => focused !== null && this.nameOf(one) === focused)?.focus();
  }

  inputs() {
    return [...this.node.querySelectorAll("select, input")];
  }

  nameOf(input) {
    return input.getAttribute("aria-label") ?? input.value;
  }

  focused() {
    const one = this.inputs().find((input) => input === this.stage.root.activeElement);
    return one ? this.nameOf(one) : null;
  }
}

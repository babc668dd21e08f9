// Which matrix is shown: kind of attention, layer, head, hypothesis; words or tokens; raw scores.

import { choices, html, menu, toggle } from "./dom.js";
import { isolate } from "./text.js";

export class Choose {
  constructor(stage) {
    this.stage = stage;
    this.node = html("div.controls");
  }

  start() {
    this.stage.watch(["kind", "layer", "head", "hypothesis", "words", "raw"], () => this.draw());
  }

  draw() {
    const { stage, stage: { record, state } } = this;
    const { layers, heads } = record.weights[state.kind] ?? { layers: 0, heads: 0 };
    const name = (key) => stage.say(`viewer.${key}`);
    const kinds = record.kinds.map((kind) => [kind, stage.say(`figure.kind.${kind}`)]);
    const numbers = (count) => Array.from({ length: count }, (_, place) => [place, String(place + 1)]);
    const texts = record.hypotheses.map(({ text }, rank) => [rank, `${rank + 1} · ${isolate([...text].slice(0, 60).join(""))}`])
      .filter(([rank]) => record.hasRows(rank));
    const focused = this.focused();
    this.node.replaceChildren(...[
      kinds.length > 1 ? choices("kind", name("kind"), kinds, state.kind,
        (kind) => stage.set({ kind, layer: record.weights[kind].layer, head: -1, raw: false })) : null,
      layers > 1 ? menu(name("layer"), numbers(layers), state.layer, (layer) => stage.set({ layer })) : null,
      heads > 1 ? menu(name("head"), [[-1, name("mean")], ...numbers(heads)], state.head, (head) => stage.set({ head })) : null,
      texts.length > 1 ? menu(name("hypothesis"), texts, state.hypothesis, (rank) => stage.choose(rank)) : null,
      record.hasPieces ? toggle(name("words"), state.words, (words) => stage.set({ words })) : null,
      record.hasRaw && state.kind === "cross" ? toggle(name("raw"), state.raw, (raw) => stage.set({ raw })) : null,
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

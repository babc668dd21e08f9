// The sentence and its translation as chips, shaded by the row of the matrix that is looked at.

import { html } from "./dom.js";
import { LOOKED } from "./stage.js";
import { direction, share } from "./text.js";
import { tone } from "./shades.js";

export class Sentence {
  constructor(stage) {
    this.stage = stage;
    this.node = html("div", { class: "strips" });
  }

  start() {
    this.stage.watch(LOOKED, () => this.draw());
  }

  draw() {
    const { stage, stage: { here, isEncoder, record, root, state: { kind, hypothesis } } } = this;
    const shade = stage.matrix.values[here];
    const go = (place) => stage.moveTo(place);
    const target = this.strip("output", record.target(hypothesis),
      { here: isEncoder ? null : here, shade: kind === "decoder" ? shade.slice(1) : null, onClick: go });
    const source = this.strip("source", record.source, { here: isEncoder ? here : null,
      shade: kind === "decoder" ? null : shade, onClick: isEncoder ? go : null });
    const isFocused = this.node.contains(root.activeElement);
    this.node.replaceChildren(source, ...(isEncoder ? [] : [target]));
    if (isFocused) this.node.querySelector("[aria-current]")?.focus();
  }

  strip(side, names, { here, shade, onClick }) {
    const chips = names.map((name, place) => {
      const chip = html(onClick ? "button" : "span", { class: "chip", click: onClick && (() => onClick(place)),
        type: onClick ? "button" : null, "aria-current": place === here ? "step" : null }, html("bdi", {}, name));
      const value = shade?.[place] ?? 0;
      const portion = Math.min(1, value / this.stage.matrix.most);
      chip.style.setProperty("--share", portion);
      if (portion > 0.5) chip.classList.add("dark", tone(portion));
      if (value >= 0.1) chip.append(html("small", {}, share(value)));
      return chip;
    });
    return html("div", { class: "strip" }, html("span", { class: "side" }, this.stage.say(`viewer.${side}`)),
      html("div", { class: "chips", dir: direction(names) }, ...chips));
  }
}

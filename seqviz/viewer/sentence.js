// The sentence and its translation in large words, shaded by the row that is looked at. A click on a
// word of the translation goes there; one on a word of the source stays at it.

import { html, isBrowsers, take } from "./dom.js";
import { columnKept, goTo, IDLE, point, portion } from "./looked.js";
import { howMuch, SHADES } from "./ramp.js";
import { LOOKED } from "./stage.js";
import { direction, share, unitAt } from "./text.js";
import { tone } from "./shades.js";

const LONG = 40; // words in smaller type
const LONGER = 90;
const LEAST_SAID = 0.1;

export class Sentence {
  constructor(stage) {
    this.stage = stage;
    this.source = this.strip("source", (place) => this.keep(place));
    this.target = this.strip("output", (place) => this.go(place));
    this.muting = stage.deeds?.mute(stage) ?? IDLE;
    this.node = html("div.sentence-part", { keydown: (event) => this.press(event) },
      this.source.node, this.muting.node, this.target.node);
  }

  strip(side, act) {
    const row = html(`div.words.${side}`, { role: "group", "aria-label": this.stage.say(`viewer.${side}`) });
    const placeOf = ({ target }) => {
      const chip = target.closest?.(".chip");
      return chip ? Number(chip.dataset.place) : null;
    };
    const light = (event) => this.light(side, placeOf(event));
    row.addEventListener("click", (event) => placeOf(event) !== null && act(placeOf(event)));
    row.addEventListener("pointerover", (event) => event.pointerType !== "touch" && light(event));
    row.addEventListener("pointerleave", () => point(this.stage));
    row.addEventListener("focusin", (event) => event.target.matches(":focus-visible") && light(event));
    row.addEventListener("focusout", () => point(this.stage));
    return { side, row, node: html("div.strip",
      html("span.side", { "aria-hidden": "true" }, this.stage.say(`viewer.${side}`)), row) };
  }

  start() {
    const { stage } = this;
    stage.watch(["hypothesis", "words"], () => this.lay());
    stage.watch([...LOOKED, "lit", "playing"], () => this.draw());
  }

  lay() {
    const { record, state: { hypothesis, words } } = this.stage;
    this.fill(this.source, record.units("source", hypothesis, words));
    this.fill(this.target, record.units("target", hypothesis, words));
  }

  fill(strip, { labels, starts }) {
    strip.starts = starts;
    strip.labels = labels;
    strip.chips = labels.map((text, place) => html("button", { "data-place": place, tabindex: -1,
      class: /^⟨.*⟩$/.test(text) ? "chip special" : "chip" }, html("bdi", text), html("small")));
    strip.row.dir = direction(labels);
    strip.row.classList.toggle("long", labels.length > LONG);
    strip.row.classList.toggle("longer", labels.length > LONGER);
    strip.row.replaceChildren(...strip.chips);
    strip.shades = [];
  }

  // Shares by place for both sides: the row that is pointed at, or else the step's, shades the side
  // that was looked at; the column of a source word shades the translation.
  shares() {
    const { matrix, here, isEncoder, state: { lit, kind } } = this.stage;
    if (!matrix) return {};
    const row = matrix.values[lit?.row ?? here];
    if (isEncoder) return { source: row };
    if (kind === "decoder") return { target: row.slice(1) };
    const column = lit?.row == null ? lit?.column ?? columnKept(this.stage) : null;
    return { source: row, target: column === null ? null : matrix.values.map((values) => values[column]) };
  }

  draw() {
    const { stage, source, target } = this;
    const { isEncoder, state: { step, lit, playing, source: kept } } = stage;
    const at = (strip, token) => (token === null ? -1 : unitAt(strip.starts, token));
    const shares = this.shares();
    const now = at(target, step);
    this.mark(source, shares.source, { lit: isEncoder ? lit?.row : lit?.column });
    this.mark(target, shares.target, { lit: isEncoder ? null : lit?.row });
    this.only(target, "now", now, "aria-current", "step");
    this.only(source, "kept", at(source, kept), "aria-pressed", "true");
    target.chips.forEach((chip, place) => chip.classList.toggle("coming", playing && place > now));
    this.muting.offer(source, at(source, kept));
  }

  // Shades, and numbers where they are large.
  mark(strip, shares, { lit }) {
    strip.chips.forEach((chip, place) => {
      const value = shares?.[place] ?? 0;
      const part = shares ? Math.round(portion(this.stage.matrix, value) * SHADES) / SHADES : 0;
      if (strip.shades[place] !== part) {
        strip.shades[place] = part;
        chip.style.background = part ? howMuch(part) : "";
        for (const name of ["middle", "strong"]) chip.classList.toggle(name, tone(part) === name);
      }
      const said = value >= LEAST_SAID && !this.stage.state.raw ? share(value) : "";
      if (chip.lastChild.textContent !== said) chip.lastChild.textContent = said;
    });
    if (strip.lit !== undefined) strip.chips[strip.lit]?.classList.remove("lit");
    strip.lit = lit ?? undefined;
    strip.chips[strip.lit]?.classList.add("lit");
  }

  // One chip of a strip carries a mark; it alone is reached by Tab.
  only(strip, name, place, attribute, value) {
    const chip = strip.chips[place];
    if (strip[name] !== chip) strip[name]?.removeAttribute(attribute);
    strip[name] = chip;
    chip?.setAttribute(attribute, value);
    const entry = chip ?? strip.chips[0];
    if (strip.entry !== entry) strip.entry?.setAttribute("tabindex", -1);
    strip.entry = entry;
    entry.tabIndex = 0;
  }

  light(side, place) {
    const { isEncoder, state: { kind } } = this.stage;
    if (place === null) return point(this.stage);
    if (side === "output") return isEncoder ? null : point(this.stage, place);
    if (kind === "cross") point(this.stage, null, place);
    else if (isEncoder) point(this.stage, place);
  }

  keep(place) {
    const token = this.source.starts[place];
    const isKept = this.stage.state.source === token;
    this.stage.set({ source: isKept && !this.stage.isEncoder ? null : token });
  }

  go(place) {
    if (!this.stage.isEncoder) return goTo(this.stage, place);
    this.stage.set({ step: this.target.starts[place] });
  }

  // Up and down go from one sentence to the other; left and right are the player's, but in the source
  // they walk from word to word.
  press(event) {
    const chip = event.target.closest?.(".chip");
    if (!chip || isBrowsers(event)) return;
    const isSource = this.source.row.contains(chip);
    const place = Number(chip.dataset.place);
    const onward = this.source.row.dir === "rtl" ? -1 : 1;
    const next = event.key === "ArrowDown" && isSource ? this.target.entry
      : event.key === "ArrowUp" && !isSource ? this.source.entry
        : isSource && event.key === "ArrowRight" ? this.source.chips[place + onward]
          : isSource && event.key === "ArrowLeft" ? this.source.chips[place - onward] : null;
    if (!next) return;
    take(event);
    next.focus();
  }
}

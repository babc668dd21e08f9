// Marks and a strip of trust on the words of a viewer.

import { choices, html } from "./dom.js";
import { flagged, flagKeys } from "./flags.js";
import { clamp, unitAt } from "./text.js";

const SIDES = { source: "source", output: "target" };
const SHOWS = ["off", "strong", "all"];

export class InPlace {
  // root: of the viewer; style: of what is put there; show: which marks, "off", "strong" or "all".
  constructor({ stage, found, root, style, show = "strong" }) {
    Object.assign(this, { stage, found, root, show });
    this.sheet = new CSSStyleSheet();
    this.sheet.replaceSync(style);
    stage.root.adoptedStyleSheets.push(this.sheet);
    this.status = html("p.status", { "aria-live": "polite" });
    this.legend = html("div.legend");
    this.node = html("div.why", { role: "group", "aria-label": found.say("evidence.marks") }, this.head(), this.legend, this.status);
    this.measures = html("div.measures");
    this.look = {};
  }

  head() {
    const { found } = this;
    const named = SHOWS.map((one) => [one, found.say(`evidence.show.${one}`)]);
    return html("div.controls", html("strong", found.say("evidence.marks")), choices("marks", found.say("evidence.marks"), named, this.show, (show) => {
      Object.assign(this, { show, look: {} });
      this.dress();
      this.tell();
    }));
  }

  start() {
    const { stage } = this;
    stage.watch(["step", "lit", "source", "hypothesis", "words", "kind"], () => this.tell());
    stage.watch(["kind", "raw", "by"], () => this.offer());
    this.dress();
  }

  // Whatever the viewer has drawn anew gets its marks again.
  dress() {
    const part = this.root.querySelector(".sentence-part");
    const isOurs = this.stage.state.hypothesis === this.found.rank;
    if (part && this.node.parentNode !== part) part.append(this.node);
    this.node.hidden = !isOurs;
    const chosen = this.root.querySelector("[data-part=choose]");
    if (chosen && this.measures.parentNode !== chosen.parentNode) chosen.after(this.measures);
    for (const [name, side] of Object.entries(SIDES)) this.side(name, side, isOurs);
  }

  side(name, side, isOurs) {
    const row = this.root.querySelector(`.words.${name}`);
    const first = row?.firstChild;
    const look = isOurs ? this.look : null;
    if (!first || (first.look ?? null) === look) return;
    const { found, show } = this;
    const units = this.units(side);
    if (side === "target") this.explain();
    [...row.children].forEach((chip, place) => {
      this.undress(chip);
      chip.look = look;
      if (!isOurs) return;
      const [from, to] = units.range(place);
      const marks = found.marksOn(side, from, to, show);
      const text = chip.firstChild.textContent;
      chip.firstChild.replaceChildren(flagged(text, marks));
      if (side === "target" && show !== "off") chip.append(this.tracks(found.trust(from, to), chip.lastChild));
      const told = found.toldOf(side, text, from, to, show);
      if (told) chip.title = told;
    });
    row.classList.toggle("trusted", isOurs && side === "target" && show !== "off");
  }

  // Two bars: how much of the word comes from the sentence, and what it gains by the sentence. The
  // number of the viewer stays the last one.
  tracks({ share, gain }, last) {
    const track = (name, part) => {
      const bar = html("i");
      bar.style.width = `${100 * clamp(Math.abs(part), 0, 1)}%`;
      return html(`span.${name}`, bar);
    };
    const node = html("span.tracks", { "aria-hidden": "true" }, share === null ? null : track("share", share),
      track(gain < 0 ? "gain.less" : "gain", gain / this.most || 0));
    const both = document.createDocumentFragment();
    both.append(node, last);
    return both;
  }

  // The largest gain of a word in size, the length of a whole bar.
  get most() {
    const units = this.units("target");
    return Math.max(1, ...units.labels.map((_, place) => Math.abs(this.found.trust(...units.range(place)).gain)).filter(Number.isFinite));
  }

  units(side) {
    const { record, state: { hypothesis, words } } = this.stage;
    const { labels, starts } = record.units(side, hypothesis, words);
    const last = side === "source" ? record.source.length : record.hypotheses[hypothesis].tokens.length;
    return { labels, starts, range: (place) => [starts[place], starts[place + 1] ?? last] };
  }

  undress(chip) {
    if (!chip.look) return;
    chip.firstChild.textContent = chip.firstChild.textContent;
    chip.querySelector(".tracks")?.remove();
    chip.removeAttribute("title");
  }

  // What each shape and each bar means.
  explain() {
    const { found, show } = this;
    const keys = flagKeys((...asked) => found.say(...asked), found.marks.filter((one) => found.marksOn(one.side, one.start, one.end, show).includes(one)));
    const bar = (name) => html("span.key", html(`span.tracks`, html(`span.${name}`, html("i"))), found.say(`evidence.bar.${name}`));
    this.legend.replaceChildren(...(show === "off" ? [] : [
      ...keys, keys.length ? null : html("span", found.say(found.marks.length ? "evidence.no_strong_marks" : "evidence.no_marks")),
      found.share ? bar("share") : html("span", found.missing.share), bar("gain"),
    ].filter(Boolean)));
  }

  // The word that is pointed at, or else the step's; and the source word that is pointed at or kept.
  tell() {
    const { found, stage, stage: { isEncoder, state: { lit, step, source } } } = this;
    const [target, read] = [this.units("target"), this.units("source")];
    const row = isEncoder ? null : lit?.row;
    const column = stage.state.kind === "cross" ? lit?.column : isEncoder ? lit?.row : null;
    const place = row ?? unitAt(target.starts, step);
    const looked = column ?? (source === null ? null : unitAt(read.starts, source));
    const told = (side, units, at) => (at === null ? "" : found.toldOf(side, units.labels[at], ...units.range(at), this.show));
    const text = stage.state.hypothesis === found.rank ? [told("target", target, place), told("source", read, looked)].filter(Boolean).join(" ") : "";
    if (this.status.textContent !== text) this.status.textContent = text;
  }

  // Weights or norms, and whose row: only where the matrix is of the words read.
  offer() {
    const { found, stage, stage: { state: { kind, raw } } } = this;
    const by = stage.state.by ?? "";
    this.measures.hidden = kind !== "cross" || raw;
    if (this.measures.hidden || this.drawn === by) return;
    this.drawn = by;
    const change = (name, isOn) => stage.set({ by: ["norms", "fed"].filter((one) => (one === name ? isOn : by.includes(one))).join(" ") });
    const pair = (name, other) => choices(name, found.say(`evidence.choose.${name}`), [other, name].map((one) => [one, found.say(`evidence.by.${one}`)]),
      by.includes(name) ? name : other, (one) => change(name, one === name));
    const at = this.stage.root.activeElement?.closest(".measures") && this.stage.root.activeElement.name;
    this.measures.replaceChildren(found.normLayers ? pair("norms", "weights") : "", pair("fed", "step"));
    if (at) this.measures.querySelector(`input[name=${at}]:checked`)?.focus();
  }

  leave() {
    for (const chip of this.root.querySelectorAll(".words .chip")) {
      this.undress(chip);
      chip.look = null;
    }
    for (const row of this.root.querySelectorAll(".words.trusted")) row.classList.remove("trusted");
    this.node.remove();
    this.measures.remove();
    const { root } = this.stage;
    root.adoptedStyleSheets = root.adoptedStyleSheets.filter((one) => one !== this.sheet);
  }
}

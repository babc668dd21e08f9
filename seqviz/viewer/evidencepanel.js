// Below the viewer: all marks, the numbers of trust, what the layers say, and whether attention
// agrees with what moves a word's probability.

import { choices, html, table } from "./dom.js";
import { nats } from "./found.js";
import { signedRamp } from "./lens.js";
import { howMuch, pixelsOf, Ramp } from "./ramp.js";
import { tone } from "./shades.js";
import { clamp, fixed, share } from "./text.js";

const SIGNED = ["gradient", "occlusion"];

// A number on its shade.
function shaded(part, text, name = "td") {
  const cell = html(name, text);
  const at = clamp(part, 0, 1);
  cell.style.background = howMuch(at);
  cell.classList.add(tone(at) || "pale");
  return cell;
}

export class EvidencePanel {
  constructor(stage, found) {
    Object.assign(this, { stage, found, ranks: false });
    this.marks = html("ol.marks");
    this.trust = table(found.say("evidence.table"));
    this.lens = html("div.scroll", { tabindex: 0, role: "group", "aria-label": found.say("evidence.decoder") });
    this.ways = html("div.ways");
    this.status = html("p.status", { "aria-live": "polite" });
    this.step = html("div.scroll", { tabindex: 0, role: "group", "aria-label": found.say("evidence.ways") });
    const section = (key, ...rest) => html("section", html("h3", found.say(`evidence.${key}`)), html("p.caption", found.say(`evidence.${key}_about`)), ...rest);
    this.node = html("div.stack.evidence",
      section("all_marks", this.marks, ...(found.missing.left_out ? [html("p.notice", found.missing.left_out)] : []), this.trust),
      section("encoder", this.texts()),
      section("decoder", ...(found.ranks ? [this.lensChoice(), this.lens] : [html("p.notice", found.missing.decoder)])),
      section("ways", this.verdict(), this.ways, this.status, this.step, this.rho()));
  }

  start() {
    const { stage } = this;
    stage.watch(["hypothesis", "words"], () => this.draw());
    stage.watch(["step", "hypothesis"], () => this.walk());
  }

  get isOurs() {
    return this.stage.state.hypothesis === this.found.rank;
  }

  get target() {
    return this.stage.record.target(this.found.rank);
  }

  draw() {
    this.node.hidden = !this.isOurs;
    if (this.node.hidden) return;
    this.list();
    this.numbers();
    this.pictures();
    if (this.found.ranks) this.layers();
  }

  list() {
    const { found, stage, stage: { record } } = this;
    const { words } = stage.state;
    const named = ({ side, start, end }) => {
      const { labels, starts } = record.units(side, found.rank, true);
      const place = starts.indexOf(start);
      return words && place >= 0 ? labels[place] : (side === "source" ? record.source : this.target).slice(start, end).join(" ");
    };
    const item = (one) => html("li", html("button.plain", {
      click: () => (one.side === "source" ? stage.set({ source: one.start }) : stage.goToStep(one.start)) },
    html("bdi", html(`span.flag.${one.kind}`, named(one)))), html("span", found.told(one)));
    this.marks.replaceChildren(...found.marks.map(item));
    if (!found.marks.length) this.marks.replaceChildren(html("li", found.say("evidence.no_marks")));
  }

  numbers() {
    const { found, stage: { record, state: { words } } } = this;
    const { labels, starts } = record.units("target", found.rank, words);
    const heads = ["word", "told", "without", "gain", ...(found.share ? ["share"] : [])].map((key) => found.say(`evidence.column.${key}`));
    this.trust.renew(heads, () => labels.map((name, place) => {
      const { told, without, gain, share: part } = found.trust(starts[place], starts[place + 1] ?? this.target.length);
      return [name, nats(told), nats(without), nats(gain), ...(found.share ? [fixed(part, 2)] : [])];
    }));
  }

  // The translation after each layer of the encoder.
  texts() {
    const { found } = this;
    if (!found.layers) return html("p.notice", found.missing.encoder);
    const row = (text, layer) => html("tr", html("th", { scope: "row" }, layer), html("td", { dir: "auto" }, text || "∅"));
    return html("div.scroll", { tabindex: 0, role: "group", "aria-label": found.say("evidence.encoder") }, html("table.texts",
      html("thead", html("tr", ...["layer", "text"].map((key) => html("th", { scope: "col" }, found.say(`evidence.column.${key}`))))),
      html("tbody", ...found.layers.map(row))));
  }

  lensChoice() {
    const { found } = this;
    return choices("lens", found.say("evidence.decoder"), ["prob", "rank"].map((one) => [one, found.say(`evidence.column.${one}`)]), "prob", (one) => {
      this.ranks = one === "rank";
      this.layers();
    });
  }

  // Layer by token: the probability of the token that is written, or its rank.
  layers() {
    const { found, target } = this;
    const count = found.ranks.length / target.length;
    const cell = (layer, step) => {
      const at = step * count + layer;
      const rank = found.ranks[at];
      const isFirst = rank === 1 && !found.ranks.subarray(step * count, at).includes(1);
      const node = shaded(this.ranks ? 1 / rank : found.probs[at], this.ranks ? String(rank) : share(found.probs[at]));
      if (isFirst) {
        node.classList.add("first");
        node.append(html("span.unseen", ` ${found.say("evidence.first")}`));
      }
      return node;
    };
    this.lens.replaceChildren(html("table.lens",
      html("thead", html("tr", html("th", { scope: "col" }, found.say("evidence.column.layer")), ...target.map((name) => html("th", { scope: "col" }, html("bdi", name))))),
      html("tbody", ...Array.from({ length: count }, (_, layer) => html("tr", html("th", { scope: "row" }, layer + 1), ...target.map((_, step) => cell(layer, step)))))));
  }

  verdict() {
    const { found } = this;
    return found.verdict ? html("p.verdict", found.say(`agreement.${found.verdict}`, found.tests))
      : html("p.notice", found.say("evidence.no_attention"));
  }

  // Every way as a picture of its own, on the same grid.
  pictures() {
    const { found, target, stage: { record } } = this;
    this.bands = [];
    this.ways.replaceChildren(...found.ways.map((way) => {
      const isSigned = SIGNED.includes(way);
      const rows = target.map((_, step) => found.row(way, step));
      const most = found.largest(way);
      const canvas = html("canvas", { width: record.source.length, height: target.length });
      const paint = () => canvas.getContext("2d").putImageData(pixelsOf(rows, record.source.length, ramp.read(this.stage.scheme),
        (value) => clamp(isSigned ? 0.5 + value / most / 2 : value / most, 0, 1)), 0, 0);
      const ramp = isSigned ? signedRamp(paint) : new Ramp(paint);
      const band = html("i.band");
      band.style.height = `${100 / target.length}%`;
      this.bands.push(band);
      const picture = html("div.picture", { role: "img", "aria-label": found.say("evidence.picture", { way: found.say(`evidence.way.${way}`), rows: target.length, columns: record.source.length }),
        pointermove: (event) => this.point(event), pointerleave: () => this.tell(), click: (event) => this.stage.goToStep(this.under(event)[0]) }, ramp.node, canvas, band);
      picture.style.aspectRatio = `${record.source.length} / ${target.length}`;
      setTimeout(paint); // once it stands in the page, it has colours
      return html("figure", html("figcaption", found.say(`evidence.way.${way}`)), picture,
        html("small", isSigned ? found.say("evidence.signed_range", { most: fixed(most, 2) }) : found.say("evidence.range", { most: fixed(most, 2) })));
    }));
  }

  under({ currentTarget, clientX, clientY }) {
    const { left, top, width, height } = currentTarget.getBoundingClientRect();
    const part = (at, count) => clamp(Math.floor(at * count), 0, count - 1);
    return [part((clientY - top) / height, this.target.length), part((clientX - left) / width, this.stage.record.source.length)];
  }

  point(event) {
    this.tell(...this.under(event));
  }

  // The numbers of one cell, by every way.
  tell(step = null, place = 0) {
    const { found } = this;
    this.status.textContent = step === null ? found.say("evidence.point") : found.say("evidence.cell", { word: this.target[step], source: this.stage.record.source[place],
      numbers: found.ways.map((way) => `${found.say(`evidence.way.${way}`)} ${fixed(found.row(way, step)[place], 2)}`).join(" · ") });
  }

  // The step that is looked at: its row in every picture, and all its numbers.
  walk() {
    if (!this.isOurs) return;
    const { found, target, stage, stage: { record } } = this;
    const step = clamp(stage.state.step, 0, target.length - 1);
    for (const band of this.bands) band.style.top = `${(100 * step) / target.length}%`;
    this.tell();
    this.step.replaceChildren(html("table.lens", html("caption", found.say("evidence.step", { step: step + 1, word: target[step] })),
      html("thead", html("tr", html("th", { scope: "col" }, found.say("evidence.measure")), ...record.source.map((name) => html("th", { scope: "col" }, html("bdi", name))))),
      html("tbody", ...found.ways.map((way) => html("tr", html("th", { scope: "row" }, found.say(`evidence.way.${way}`)),
        ...Array.from(found.row(way, step), (value) => shaded(Math.abs(value) / found.largest(way), fixed(value, 2))))))));
  }

  // ρ of every two ways.
  rho() {
    const { found } = this;
    const node = table(found.say("evidence.rho"));
    node.renew([found.say("evidence.measure"), ...found.ways.map((way) => found.say(`evidence.way.${way}`))], () => found.ways.map((way, at) => [found.say(`evidence.way.${way}`),
      ...found.rho[at].map((value) => fixed(value, 2))]));
    return node;
  }
}

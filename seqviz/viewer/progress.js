// The loss and the exact match of a training as it goes on, over its updates: the loss to the left,
// logarithmic, the match to the right, in per cent. Pointing, a finger or the arrows read a point; what
// is read stays while more points come.

import { build, html, isBrowsers, svg, table, take, write } from "./dom.js";
import { snapshot } from "./snapshot.js";
import { saveButton } from "./svgfile.js";
import { clamp, fixed, ticks } from "./text.js";

const HEIGHT = 320;
const LEAST_LOSS = 1e-4; // the logarithm has no 0

export class Progress {
  constructor(stage) {
    this.stage = stage;
    this.names = ["loss", "score"].map((name) => stage.say(`figure.live.${name}`));
    this.tip = html("div.tip", { hidden: "", "aria-hidden": "true" });
    this.picture = svg("svg", { role: "slider", tabindex: 0, "aria-valuemin": 0, pointermove: (event) => this.point(event),
      pointerdown: (event) => this.point(event), pointerleave: (event) => event.pointerType !== "touch" && this.read(null),
      keydown: (event) => this.press(event), blur: () => this.read(null) });
    this.data = table(stage.say("viewer.table"));
    const legend = html("p.caption.legend", ...this.names.map((name, place) => html("span.entry",
      svg("svg", { width: 28, height: 10, class: `curve c${place}`, "aria-hidden": "true" }, svg("path", { d: "M0 5H28" })), name)));
    this.node = html("div.progress", this.picture, this.tip, html("div.heading", legend,
      saveButton(stage, "seqviz-training.svg", () => snapshot(this.node))), this.data);
    this.at = null; // the step that is read
    new ResizeObserver(() => this.steps && this.lay()).observe(this.node);
  }

  // data: step, the last one; losses, scores: [step, value] each; alt: the curves in a sentence.
  draw(data) {
    this.curves = [data.losses.map(([step, loss]) => [step, loss, Math.log10(Math.max(loss, LEAST_LOSS))]),
      data.scores.map(([step, score]) => [step, score, score])];
    this.steps = [...new Set(this.curves.flat().map(([step]) => step))].sort((a, b) => a - b);
    this.last = Math.max(1, data.step);
    build(this.picture, { "aria-label": data.alt, "aria-valuemax": this.last });
    this.data.renew([this.stage.say("figure.live.step"), ...this.names], () => this.steps.map((step) => [step, ...this.values(step)]));
    this.lay();
  }

  // The values at a step, as text; empty where there is none.
  values(step) {
    return this.curves.map((points, place) => {
      const [, value] = points.find(([at]) => at === step) ?? [];
      return value === undefined ? "" : fixed(value, place ? 1 : 4);
    });
  }

  lay() {
    const { stage, picture, curves: [losses, scores] } = this;
    const u = stage.unit();
    const [left, right, top, bottom] = [64 * u, 60 * u, 16 * u, 52 * u];
    const [width, height] = [Math.max(this.node.clientWidth || 600, 280 * u), HEIGHT * u];
    const [floor, end] = [height - bottom, width - right];
    const powers = losses.map(([, , power]) => power);
    const low = Math.floor(Math.min(0, ...powers));
    const high = Math.max(low + 1, Math.ceil(Math.max(...powers, -Infinity)));
    const x = (step) => left + (end - left) * (step / this.last);
    const ys = [(power) => floor - (floor - top) * ((power - low) / (high - low)), (score) => floor - (floor - top) * (score / 100)];
    Object.assign(this, { x, ys, top, floor });
    const text = (told, attributes) => write(told, { class: "tick", "font-size": stage.letters(13), ...attributes });
    const named = (told, at, place) => text(told, { x: at, y: (top + floor) / 2, class: `tick c${place}`, transform: `rotate(-90 ${at} ${(top + floor) / 2})` });
    const decades = Array.from({ length: high - low + 1 }, (_, n) => low + n);
    const line = (points, place) => svg(`g.curve.c${place}`,
      svg("path", { d: points.map(([step, , height_], n) => `${n ? "L" : "M"}${x(step).toFixed(1)} ${ys[place](height_).toFixed(1)}`).join("") }),
      ...(place || points.length === 1 ? points.map(([step, , height_]) => svg("circle", { cx: x(step), cy: ys[place](height_), r: 3.5 * u })) : []));
    this.mark = svg("g.reading");
    build(picture, { width, height, viewBox: `0 0 ${width} ${height}` }).replaceChildren(
      ...decades.flatMap((power) => [svg("line.grid", { x1: left, x2: end, y1: ys[0](power), y2: ys[0](power) }),
        text(String(10 ** power), { x: left - 8 * u, y: ys[0](power), "text-anchor": "end" })]),
      ...ticks(100).map((score) => text(String(score), { x: end + 8 * u, y: ys[1](score), "text-anchor": "start" })),
      ...ticks(this.last).filter(Number.isInteger).map((step) => text(step.toLocaleString("en"), { x: x(step), y: floor + 16 * u })),
      text(stage.say("figure.live.step"), { x: (left + end) / 2, y: floor + 38 * u }),
      named(this.names[0], 10 * u, 0), named(this.names[1], width - 10 * u, 1), line(losses, 0), line(scores, 1), this.mark);
    this.read(this.at);
  }

  // Bring out what was measured nearest to a step; null: nothing.
  read(step) {
    const found = step === null || !this.steps.length ? null
      : this.steps.reduce((best, one) => (Math.abs(one - step) < Math.abs(best - step) ? one : best));
    this.at = found;
    this.tip.hidden = found === null;
    const shown = found ?? this.steps.at(-1) ?? 0;
    const told = [`${this.stage.say("figure.live.step")} ${shown.toLocaleString("en")}`,
      ...this.values(shown).flatMap((value, place) => (value ? [`${this.names[place]} ${value}`] : []))];
    build(this.picture, { "aria-valuenow": shown, "aria-valuetext": told.join(", ") });
    if (found === null) return this.mark.replaceChildren();
    const x = this.x(found);
    this.mark.replaceChildren(svg("line", { x1: x, x2: x, y1: this.top, y2: this.floor }), ...this.curves.flatMap((points, place) => points
      .filter(([at]) => at === found).map(([, , height]) => svg(`circle.c${place}`, { cx: x, cy: this.ys[place](height), r: 5 * this.stage.unit() }))));
    this.tip.replaceChildren(...told.map((one) => html("div", one)));
    const { offsetWidth: wide } = this.tip;
    const beside = x + 12 + wide < this.node.clientWidth ? x + 12 : Math.max(0, x - 12 - wide);
    this.tip.style.transform = `translate(${beside}px, ${this.top}px)`;
  }

  point({ clientX }) {
    const box = this.picture.getBoundingClientRect();
    this.read(clamp((clientX - box.left - this.x(0)) / (this.x(1) - this.x(0)), 0, this.last));
  }

  press(event) {
    const place = this.at === null ? this.steps.length : this.steps.indexOf(this.at);
    const to = { ArrowLeft: place - 1, ArrowDown: place - 1, ArrowRight: place + 1, ArrowUp: place + 1, Home: 0, End: Infinity }[event.key];
    if (isBrowsers(event) || (to === undefined && event.key !== "Escape")) return;
    this.read(to === undefined ? null : this.steps[clamp(to, 0, this.steps.length - 1)] ?? null);
    take(event);
  }
}

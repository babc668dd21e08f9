// Running sums of log-probabilities: how greedy and beam, or the hypotheses, part and end.

import { html, svg, table, write } from "./dom.js";
import { clamp, fixed, isolate, ticks } from "./text.js";

export class Sums {
  // lines: name, sums, labels of each. parting: a step to mark, or null.
  constructor(stage, lines, parting) {
    Object.assign(this, { stage, lines, parting, steps: Math.max(...lines.map(({ sums }) => sums.length)) });
    this.room = html("div.chart-room", { click: (event) => this.goTo(event) });
    const legend = html("ul.legend.series-legend", ...lines.map(({ name }, place) => html(`li.s${place}`,
      html("i.dot"), html("bdi", name))));
    this.node = html("div.stack", html("div.heading", html("h3", stage.say("figure.compare.title")), legend), this.room, this.table());
  }

  start() {
    this.stage.watch(["width", "squeeze"], () => this.draw());
    this.stage.watch(["step"], () => this.walk());
  }

  draw() {
    const u = this.stage.unit();
    const size = this.stage.letters(13);
    const low = Math.min(0, ...this.lines.flatMap(({ sums }) => sums)) || -1;
    const [left, top, bottom, right] = [56 * u, 26 * u, 44 * u, 24 * u];
    const [width, height] = [Math.max(this.room.clientWidth || 700, 280 * u), Math.max(120 * u, 280 * u - this.stage.state.squeeze)];
    const across = (width - left - right) / Math.max(1, this.steps - 1);
    this.plan = { left: this.steps > 1 ? left : (width - right + left) / 2, across };
    const x = (step) => this.plan.left + across * step;
    const y = (sum) => top + (height - top - bottom) * (sum / low);
    const grid = ticks(low).map((tick) => svg("g.grid", svg("line", { x1: left, x2: width - right, y1: y(tick), y2: y(tick) }),
      write(fixed(tick, -low < 4 ? 1 : 0), { x: left - 14 * u, y: y(tick), "text-anchor": "end", "font-size": size })));
    const every = Math.ceil(this.steps / Math.max(1, Math.floor((width - left - right) / (28 * u))));
    this.axis = Array.from({ length: this.steps }, (_, step) => write(String(step + 1), { class: step % every ? "between" : null, x: x(step),
      y: height - bottom + 18 * u, "font-size": size }));
    const name = write(this.stage.say("figure.step"), { x: (left + width - right) / 2, y: height - 8 * u, "font-size": size });
    const isLate = this.parting > this.steps * 0.7;
    const mark = this.parting === null ? null : svg("g.parting",
      svg("line", { x1: x(this.parting), x2: x(this.parting), y1: top - 14 * u, y2: height - bottom }),
      write(this.stage.say("figure.compare.parting"), { y: top - 12 * u, "font-size": size, x: x(this.parting) + (isLate ? -6 : 6) * u, "text-anchor": isLate ? "end" : "start" }));
    const drawn = this.lines.map(({ sums, labels, name: title }, place) => svg(`g.series.s${place}`,
      svg("path", { d: sums.map((sum, step) => `${step ? "L" : "M"}${x(step)} ${y(sum)}`).join("") }),
      ...sums.map((sum, step) => svg("circle", { cx: x(step), cy: y(sum), r: (place ? 4 : 5) * u },
        svg("title", this.stage.say("figure.named", { name: `${isolate(title)} · ${step + 1}`, value: `${isolate(labels[step])} ${fixed(sum, 2)}` }))))));
    const alt = this.lines.map(({ name: title, sums }) => `${title} ${fixed(sums.at(-1), 2)}`).join("; ");
    this.band = svg("rect.now", { y: top - 4 * u, width: 20 * u, height: height - top - bottom + 34 * u, rx: 6 * u });
    this.room.replaceChildren(svg("svg.chart", { role: "img", width, height, viewBox: `0 0 ${width} ${height}`,
      "aria-label": `${this.stage.say("figure.compare.title")}. ${alt}` }, this.band, ...grid, ...this.axis, name, mark ?? "", ...drawn.reverse()));
    this.walk();
  }

  // The step that is looked at.
  walk() {
    const step = clamp(this.stage.state.step, 0, this.steps - 1);
    this.band.setAttribute("x", this.plan.left + this.plan.across * step - 10 * this.stage.unit());
    this.axis.forEach((label, at) => label.classList.toggle("on", at === step));
  }

  goTo({ clientX }) {
    const { record, state: { hypothesis } } = this.stage;
    const step = Math.round((clientX - this.room.getBoundingClientRect().left - this.plan.left) / this.plan.across);
    this.stage.play(false);
    this.stage.goToStep(clamp(step, 0, record.hypotheses[hypothesis].tokens.length - 1));
  }

  table() {
    const heads = this.lines.flatMap(({ name }) => [`${name} – ${this.stage.say("figure.token")}`, `${name} – Σ log p`]);
    const data = table(this.stage.say("viewer.table"));
    data.renew([this.stage.say("figure.step"), ...heads], () => Array.from({ length: this.steps }, (_, step) => [step + 1,
      ...this.lines.flatMap(({ labels, sums }) => (step < sums.length ? [labels[step], fixed(sums[step], 3)] : ["", ""]))]));
    return data;
  }
}

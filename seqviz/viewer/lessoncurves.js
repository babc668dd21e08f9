// Numbers that a lesson sets beside each other, as curves with their intervals: one of every series.

import { html, svg, table, write } from "./dom.js";
import { fixed, ticks } from "./text.js";

const PLOT = { width: 880, height: 300, left: 44, right: 16, top: 14, bottom: 48 };
const APART = 5; // between the marks of two series

export class LessonCurves {
  // name: under which the step has its numbers.
  constructor(stage, name) {
    Object.assign(this, stage.lesson.charts[name]);
    const { series, axis, rows } = this;
    const [first, last] = [rows[0], rows.at(-1)].map(({ at }) => at);
    const { width, height, left, right, top, bottom } = PLOT;
    this.x = (at, place) => left + 24 + (width - left - right - 48) * ((at - first) / (last - first || 1)) + APART * (place - (series.length - 1) / 2);
    this.y = (value) => top + (height - top - bottom) * (1 - value / (1.05 * this.most));
    const along = (place) => rows.map(({ label, values }) => [label, fixed(values[place], 1)].join(" ")).join(", ");
    const told = series.map((one, place) => `${one}: ${along(place)}`).join("; ");
    const data = table(stage.say("viewer.table"));
    data.renew([axis, ...series], () => rows.map(({ label, note, values, intervals }) => [`${label} ${note}`, ...values.map((value, place) => (
      `${fixed(value, 1)} (${intervals[place].map((end) => fixed(end, 1)).join("–")})`))]));
    this.node = html("div.lesson-curves", html("ul.legend", ...series.map((one, place) => html("li", svg("svg", { width: 40, height: 12, "aria-hidden": "true" }, this.line(place, [[2, 6], [38, 6]]), this.mark(place, 20, 6)), one))),
      svg("svg", { role: "img", viewBox: `0 0 ${width} ${height}`, "aria-label": told }, ...this.axes(), ...series.map((_, place) => this.curve(place))),
      html("p.caption", axis), data);
  }

  axes() {
    const { left, right, width, height, bottom } = PLOT;
    return [...ticks(this.most).flatMap((value) => [svg("line.grid", { x1: left, x2: width - right, y1: this.y(value), y2: this.y(value) }),
      write(String(value), { x: left - 8, y: this.y(value), class: "tick", "text-anchor": "end" })]),
    ...this.rows.flatMap(({ label, note, at }) => [label, note].map((text, line) => (
      write(text, { x: this.x(at, (this.series.length - 1) / 2), y: height - bottom + 18 + 18 * line, class: "tick" }))))];
  }

  line(place, points) {
    return svg(`polyline.s${place}`, { points: points.map((point) => point.map((one) => one.toFixed(1)).join()).join(" ") });
  }

  // A mark of its own for each series: not the colour alone tells them apart.
  mark(place, x, y) {
    return place ? svg(`circle.s${place}`, { cx: x, cy: y, r: 5 }) : svg("rect.s0", { x: x - 5, y: y - 5, width: 10, height: 10 });
  }

  curve(place) {
    const { x, y, rows } = this;
    return svg("g", this.line(place, rows.map(({ at, values }) => [x(at, place), y(values[place])])),
      ...rows.map(({ at, intervals }) => svg(`line.s${place}`, { x1: x(at, place), x2: x(at, place), y1: y(intervals[place][0]), y2: y(intervals[place][1]) })),
      ...rows.map(({ at, values }) => this.mark(place, x(at, place), y(values[place]))));
  }

  start() {}
}

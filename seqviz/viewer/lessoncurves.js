// Numbers that a lesson sets beside each other, as curves, with their intervals where there are any: one
// of every series.

import { html, svg, table, write } from "./dom.js";
import { fixed, ticks } from "./text.js";

const LETTERS = 15; // pixels
const MARGIN = 52, END = 16, ABOVE = 14, BELOW = 3 * LETTERS;
const APART = 5; // between the marks of two series
const MARKED = 40; // marks of a curve, at most

// width: in pixels; told: what the picture says in words.
export function curvesPicture({ series, rows, most, least = 0 }, { width, height = 300, told }) {
  const [first, last] = [rows[0], rows.at(-1)].map(({ at }) => at);
  const end = least + 1.05 * (most - least);
  const x = (at, place) => MARGIN + 20 + (width - MARGIN - END - 40) * ((at - first) / (last - first || 1)) + APART * (place - (series.length - 1) / 2);
  const y = (value) => ABOVE + (height - ABOVE - BELOW) * (1 - (value - least) / (end - least));
  const grid = ticks(end - least).map((above) => Number((Math.ceil(least) + above).toPrecision(6))).filter((value) => value <= end);
  return svg("svg", { role: "img", viewBox: `0 0 ${width} ${height}`, "aria-label": told },
    ...grid.flatMap((value) => [svg("line.grid", { x1: MARGIN, x2: width - END, y1: y(value), y2: y(value) }), write(String(value), { x: MARGIN - 8, y: y(value), class: "tick", "text-anchor": "end" })]),
    ...rows.flatMap(({ label, note, at }) => [label, note ?? ""].map((text, line) => write(text, { x: x(at, (series.length - 1) / 2), y: height - BELOW + (1 + 1.2 * line) * LETTERS, class: "tick" }))),
    ...series.map((_, place) => {
      const known = rows.filter(({ values }) => values[place] !== null);
      return svg("g", lineOf(place, known.map(({ at, values }) => [x(at, place), y(values[place])])),
        ...known.flatMap(({ at, intervals, values }) => [intervals?.[place] ? svg(`line.s${place}`, { x1: x(at, place), x2: x(at, place), y1: y(intervals[place][0]), y2: y(intervals[place][1]) }) : null,
          known.length > MARKED ? null : markOf(place, x(at, place), y(values[place]))]));
    }));
}

function lineOf(place, points) {
  return svg(`polyline.s${place}`, { points: points.map((point) => point.map((one) => one.toFixed(1)).join()).join(" ") });
}

// A mark of its own for each series: not the colour alone tells them apart.
function markOf(place, x, y) {
  return place ? svg(`circle.s${place}`, { cx: x, cy: y, r: 5 }) : svg("rect.s0", { x: x - 5, y: y - 5, width: 10, height: 10 });
}

export class LessonCurves {
  // name: under which the step has its numbers.
  constructor(stage, name) {
    const chart = stage.lesson.charts[name];
    const { series, axis, rows, unit } = chart;
    const told = (value) => fixed(value, unit === "nats" ? 2 : 1);
    const along = (place) => rows.filter(({ label }) => label).map(({ label, values }) => `${label} ${told(values[place])}`).join(", ");
    Object.assign(this, { stage, chart, told: series.map((one, place) => `${one} – ${along(place)}`).join("; "), picture: html("div") });
    const data = table(stage.say("viewer.table"));
    data.renew([axis, ...series], () => rows.map(({ label, note, at, values, intervals }) => [`${label || at} ${note}`,
      ...values.map((value, place) => [told(value), ...(intervals[place] ? [`(${intervals[place].map(told).join("–")})`] : [])].join(" "))]));
    this.node = html("div.lesson-curves", html("ul.legend", ...series.map((one, place) => html("li", svg("svg", { width: 40, height: 12, "aria-hidden": "true" }, lineOf(place, [[2, 6], [38, 6]]), markOf(place, 20, 6)), one))),
      this.picture, html("p.caption", axis), data);
  }

  // As wide as there is room: letters keep their size.
  start() {
    const { stage, chart, told, picture } = this;
    stage.watch(["width"], () => picture.replaceChildren(curvesPicture(chart, { width: Math.round(picture.clientWidth / stage.unit()), told })));
  }
}

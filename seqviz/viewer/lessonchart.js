// Numbers that a lesson sets beside each other: rows of bars, one of every series.

import { html } from "./dom.js";
import { shareBar, signedBar } from "./strip.js";
import { fixed, share } from "./text.js";

const WRITTEN = {
  share: (value) => share(value, 3),
  percent: (value) => `${fixed(value, 1)} %`,
  points: (value) => fixed(value, 1),
  count: (value) => value.toLocaleString("en"),
  nats: (value) => fixed(value, 2),
};
const MARKS = { best: "★", right: "✓", greedy: "→" };
const IN_A_COLUMN = 12; // bars that stand in one column
const NAMES_OF_SERIES = ["first", "second", "third"];

export class LessonChart {
  // name: under which the step has its numbers.
  constructor(stage, name) {
    const { charts, say } = stage.lesson;
    const { series, unit, most, rows } = charts[name];
    const bar = (value) => (unit === "nats" ? signedBar(value, most) : shareBar(value / most));
    const cell = (value, place) => html("div", { class: `bar-line s${place}`, "data-piece": NAMES_OF_SERIES[place] }, bar(value), html("span", { class: "number" }, WRITTEN[unit](value)));
    const body = rows.map(({ label, note, mark, values }) => html("tr", { class: mark || null, "data-piece": mark || null },
      html("th", { scope: "row" }, MARKS[mark] ? html("span", { class: "sign" }, `${MARKS[mark]} `, html("span", { class: "unseen" }, say(`lesson.mark.${mark}`))) : null,
        html("bdi", { dir: "auto" }, label), note ? html("small", {}, ` ${note}`) : null),
      html("td", {}, ...values.map(cell))));
    const legend = series.length > 1 ? html("ul", { class: "legend" }, ...series.map((one, place) => html("li", {}, html("i", { class: `s${place}` }), one))) : html("p", { class: "caption" }, series[0]);
    const isMany = name !== "learning" && rows.length * series.length > IN_A_COLUMN;
    this.node = html("div", { class: `lesson-chart ${isMany ? "many" : ""}` }, legend, html("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": series.join(", ") },
      html("table", {}, html("tbody", {}, ...body))));
    this.node.style.setProperty("--rows", Math.ceil(rows.length / 2));
  }

  start() {}
}

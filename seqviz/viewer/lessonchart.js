// Numbers that a lesson sets beside each other: rows of bars, one of every series.

import { html } from "./dom.js";
import { placed, shareBar, signedBar } from "./strip.js";
import { fixed, share } from "./text.js";

const WRITTEN = {
  share: (value) => share(value, 3),
  percent: (value) => `${fixed(value, 1)} %`,
  points: (value) => fixed(value, 1),
  count: (value) => value.toLocaleString("en"),
  nats: (value) => fixed(value, 2),
  terms: (value) => fixed(value, 2),
};
const MARKS = { best: "★", right: "✓", greedy: "→" };
const IN_A_COLUMN = 12; // bars that stand in one column
const NAMES_OF_SERIES = ["first", "second", "third"];

export class LessonChart {
  // name: under which the step has its numbers.
  constructor(stage, name) {
    const { charts, say } = stage.lesson;
    const { series, unit, most, rows } = charts[name];
    const isSum = unit === "terms";
    const number = (tag, value) => html(`${tag}.number`, WRITTEN[unit](value));
    const bar = (value) => (unit === "nats" ? signedBar(value, most) : shareBar(value / most));
    const cell = (value, place) => html("div", { class: `bar-line s${place}`, "data-piece": NAMES_OF_SERIES[place] }, bar(value), number("span", value));
    // A summand reaches from where the sum was to where it is.
    const term = ([value, sum]) => [html("td", html("span.share-bar", { "aria-hidden": "true" }, placed("", (100 * (value - sum)) / most, (-100 * value) / most))), number("td", value), number("td", sum)];
    this.rows = rows.map(({ label, note, mark, values }) => html("tr", { class: mark || null, "data-piece": mark || null },
      html("th", { scope: "row" }, MARKS[mark] ? html("span.sign", `${MARKS[mark]} `, html("span.unseen", say(`lesson.mark.${mark}`))) : null,
        html("bdi", { dir: "auto" }, label), note ? html("small", ` ${note}`) : null),
      ...(isSum ? term(values) : [html("td", ...values.map(cell))])));
    const legend = isSum ? null : series.length > 1 ? html("ul.legend", ...series.map((one, place) => html("li", html(`i.s${place}`), one))) : html("p.caption", series[0]);
    const isMany = name !== "learning" && !isSum && rows.length * series.length > IN_A_COLUMN;
    this.node = html(`div.lesson-chart${isMany ? ".many" : ""}`, legend, html("div.scroll", { tabindex: 0, role: "region", "aria-label": series.join(", ") },
      html("table", isSum ? html("thead", html("tr", html("td"), html("td"), ...series.map((one) => html("th", { scope: "col" }, one)))) : null, html("tbody", ...this.rows))));
    this.node.style.setProperty("--rows", Math.ceil(rows.length / 2));
    Object.assign(this, { stage, isSum });
  }

  start() {
    if (this.isSum) this.stage.unfold(() => this.rows);
  }
}

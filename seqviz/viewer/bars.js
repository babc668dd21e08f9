// Shares as bars with their numbers: one row of a matrix, one next-token distribution.

import { html } from "./dom.js";
import { fixed, share } from "./text.js";

const LISTED = 6;

// rows: name, value in [0, 1] and whether it is the chosen one.
export function bars(stage, caption, rows, digits) {
  const most = Math.max(...rows.map(({ value }) => value), 0.001);
  return html("table", { class: "bars" }, html("caption", {}, caption),
    html("tbody", {}, ...rows.map(({ name, value, isChosen }) => {
      const fill = html("span", { class: "fill" });
      fill.style.setProperty("--share", value / most);
      return html("tr", { class: isChosen ? "chosen" : null },
        html("th", { scope: "row" }, html("bdi", {}, name),
          isChosen ? html("span", { class: "unseen" }, ` ${stage.say("figure.next.chosen")}`) : null),
        html("td", { class: "track", "aria-hidden": "true" }, fill),
        html("td", { class: "value" }, share(value, digits)));
    })));
}

export function strongest(values, names) {
  return Array.from(values, (value, place) => ({ value, name: names[place] }))
    .sort((a, b) => b.value - a.value).slice(0, LISTED).filter(({ value }) => value >= 0.005);
}

// What was most probable after a prefix, and what was chosen of it; null where nothing is known.
export function nextTokens(stage, row, chosen, logProb) {
  const { record } = stage;
  const { tokens, probs, entropy } = record.next(row);
  if (!tokens.length) return null;
  const rows = tokens.map((id, place) => ({ name: record.token(id), value: probs[place], isChosen: id === chosen }));
  if (!tokens.includes(chosen)) rows.push({ name: record.token(chosen), value: Math.exp(logProb), isChosen: true });
  return html("div", {}, bars(stage, stage.say("viewer.next"), rows, 3), entropy === null ? null
    : html("p", { class: "caption" }, stage.say("viewer.entropy", { entropy: fixed(entropy, 2) })));
}

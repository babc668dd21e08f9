// Shares as bars with their numbers: one row of a matrix, one next-token distribution.

import { html } from "./dom.js";
import { fixed, share } from "./text.js";

const LISTED = 6;

// rows: name, value in [0, 1], whether it is the chosen one, and whether sampling cut it off.
export function bars(stage, caption, rows, digits) {
  const most = Math.max(...rows.map(({ value }) => value), 0.001);
  return html("table", { class: "bars" }, html("caption", {}, caption),
    html("tbody", {}, ...rows.map(({ name, value, isChosen, isCut }) => {
      const fill = html("span", { class: "fill" });
      fill.style.setProperty("--share", value / most);
      return html("tr", { class: isChosen ? "chosen" : isCut ? "cut" : null },
        html("th", { scope: "row" }, html("bdi", {}, name), isCut ? " ✂" : null,
          isChosen ? html("span", { class: "unseen" }, ` ${stage.say("figure.next.chosen")}`) : null),
        html("td", { class: "track", "aria-hidden": "true" }, fill),
        html("td", { class: "value" }, share(value, digits)));
    })));
}

export function strongest(values, names) {
  return Array.from(values, (value, place) => ({ value, name: names[place] }))
    .sort((a, b) => b.value - a.value).slice(0, LISTED).filter(({ value }) => value >= 0.005);
}

// What was most probable after a prefix (step · K + slot), and what was chosen of it, if anything;
// null where nothing is known.
export function nextTokens(stage, caption, row, chosen = null) {
  const { record } = stage;
  const found = record.next(row);
  if (!found?.tokens.length) return null;
  const { tokens, probs, drawable, mass, entropy, isGiven, isRestricted } = found;
  const isDrawn = !Number.isNaN(mass);
  const rows = tokens.map((id, place) => ({ name: record.token(id), value: probs[place], isChosen: id === chosen?.token,
    isCut: isDrawn && !drawable[place] }));
  const listed = rows.filter(({ isChosen, isCut }, place) => place < LISTED || isChosen || (isDrawn && !isCut));
  if (chosen && !tokens.includes(chosen.token)) {
    listed.push({ name: record.token(chosen.token), value: Math.exp(chosen.logProb), isChosen: true, isCut: isDrawn });
  }
  const notes = [stage.say("viewer.entropy", { entropy: fixed(entropy, 2) })];
  if (isDrawn) {
    const kept = listed.filter(({ isCut }) => !isCut).length;
    const told = share(mass, 3);
    const facts = { kept, cut: listed.length - kept, mass: isRestricted ? stage.say("figure.next.of_allowed", { mass: told }) : told };
    notes.push(stage.say(isGiven ? "figure.next.given" : facts.cut ? "figure.next.kept" : "figure.next.kept_all", facts));
  }
  return html("div", {}, bars(stage, caption, listed, 3), ...notes.map((note) => html("p", { class: "caption" }, note)));
}

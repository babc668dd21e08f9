// Shares as bars with their numbers: one row of a matrix, one next-token distribution.

import { html, svg, write } from "./dom.js";
import { plainColour } from "./ramp.js";
import { sheet } from "./svgfile.js";
import { fixed, shorten, share } from "./text.js";

const LISTED = 6;

// rows: name, value in [0, 1], whether it is the chosen one, and whether sampling cut it off.
export function bars(stage, caption, rows, digits) {
  const most = Math.max(...rows.map(({ value }) => value), 0.001);
  return html("table.bars", html("caption", caption),
    html("tbody", ...rows.map(({ name, value, isChosen, isCut }) => {
      const fill = html("span.fill");
      fill.style.setProperty("--share", value / most);
      return html("tr", { class: isChosen ? "chosen" : isCut ? "cut" : null },
        html("th", { scope: "row" }, html("bdi", name), isCut ? " ✂" : null,
          isChosen ? html("span.unseen", ` ${stage.say("figure.next.chosen")}`) : null),
        html("td.track", { "aria-hidden": "true" }, fill),
        html("td.value", share(value, digits)));
    })));
}

// Bars that stand in the page, as a file of their own.
export function barsFile(stage, title, table) {
  const u = stage.unit();
  const [size, pitch, left, long] = [14 * u, 24 * u, 150 * u, 240 * u];
  const [font, rows] = [stage.font(size), [...table.rows]];
  return sheet(title, { width: left + long + 66 * u, height: pitch * (rows.length + 1.5), room: 20 * u, size, font: stage.family },
    write(title, { x: 0, y: pitch / 2, "text-anchor": "start", "font-weight": 650 }), ...rows.flatMap((row, n) => {
      const [bar, name] = [row.querySelector(".fill"), row.querySelector("bdi").textContent];
      const [y, isCut, weight] = [pitch * (n + 2), row.className === "cut", row.className === "chosen" ? 650 : 400];
      const colour = plainColour(getComputedStyle(isCut ? row.lastChild : bar)[isCut ? "color" : "backgroundColor"]);
      return [write(`${shorten(name, left - 36 * u, font)}${isCut ? " ✂" : ""}`, { x: left - 10 * u, y, "text-anchor": "end", "font-weight": weight }),
        svg("rect", { x: left, y: y - 7 * u, width: Math.max(2, long * bar.style.getPropertyValue("--share")), height: 14 * u, rx: 4 * u,
          fill: isCut ? "none" : colour, stroke: colour, "stroke-dasharray": isCut ? "3 2" : "none" }),
        write(row.lastChild.textContent, { x: left + long + 10 * u, y, "text-anchor": "start", "font-weight": weight })];
    }));
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
  const notes = [stage.say("viewer.entropy", { entropy: fixed(entropy, 2), choices: fixed(Math.exp(entropy), 1) })];
  if (isDrawn) {
    const kept = listed.filter(({ isCut }) => !isCut).length;
    const told = share(mass, 3);
    const facts = { kept, cut: listed.length - kept, mass: isRestricted ? stage.say("figure.next.of_allowed", { mass: told }) : told };
    notes.push(stage.say(isGiven ? "figure.next.given" : facts.cut ? "figure.next.kept" : "figure.next.kept_all", facts));
  }
  return html("div", bars(stage, caption, listed, 3), ...notes.map((note) => html("p.caption", note)));
}

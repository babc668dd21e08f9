// Two systems, or one, on all sentences of a report: n-grams won and lost, and words in buckets.

import { html } from "./dom.js";
import { fixed, isolate, signed } from "./text.js";

// Folded away at first; none where there is nothing to say.
export function wordsTogether({ gains, buckets }, say) {
  const lists = Object.entries(gains).filter(([, grams]) => grams.some((list) => list.length));
  const kinds = [...new Set(buckets.map((one) => one.kind))];
  if (!lists.length && !kinds.length) return null;
  return html("details.together", html("summary", say("inspect.report.together")),
    ...lists.flatMap(([name, grams]) => [html("h2", say(`inspect.systems.${name}`)), ...grams.filter((list) => list.length).map(gramLine)]),
    ...kinds.flatMap((kind) => [html("h2", say(`inspect.buckets.${kind}`)), bucketTable(buckets.filter((one) => one.kind === kind), say)]),
    kinds.length ? html("p.caption", say("inspect.buckets.help")) : null);
}

function gramLine(list) {
  return html("p", ...list.flatMap(([words, count], place) => [place ? " · " : "", html("bdi", isolate(words)), ` ${signed(count, 0)}`]));
}

function bucketTable(buckets, say) {
  const two = buckets[0].baseline !== null;
  const heads = ["range", "words", "f1", ...(two ? ["baseline"] : [])];
  const rows = buckets.map((one) => html("tr", html("th", { scope: "row" }, one.range), html("td.number", String(one.words)),
    html("td.number", fixed(one.f1, 2)), two ? html("td.number", fixed(one.baseline, 2)) : null));
  return html("div.scroll", html("table", html("thead", html("tr", ...heads.map((name) => html("th", { scope: "col" }, say(`inspect.buckets.${name}`))))),
    html("tbody", ...rows)));
}

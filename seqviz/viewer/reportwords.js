// A sentence of the report, word by word: our marks, and the errors that people or its reader marked.

import { html } from "./dom.js";
import { flagged, flagKeys, toldMark } from "./flags.js";
import { fixed } from "./text.js";

// spans: of a text, {start, end, own, major, category, severity, rater}, half-open ranges of words.
class ReportSide {
  constructor(words, spans, { rules, say }) {
    Object.assign(this, { words, spans, rules, say });
    this.marks = words.map(([, , ...flags]) => flags.map(([rule, value, strength]) => ({ ...rules[rule], value, strength })));
  }

  told({ own, category, severity, rater }) {
    const { say } = this;
    if (!own) return say("inspect.people.said", { rater, category, severity });
    const what = say("inspect.own.what", { category: say(`inspect.own.category.${category}`), severity: say(`inspect.own.severity.${severity}`) });
    return say("inspect.report.by_hand", { what });
  }

  word([text, surprisal], place) {
    const { say } = this;
    const here = this.spans.filter(({ start, end }) => start <= place && place < end);
    const people = here.filter(({ own }) => !own);
    const told = [...here.map((one) => this.told(one)), ...this.marks[place].map((mark) => toldMark(say, mark))];
    const span = people.length ? (people.some(({ major }) => major) ? "major" : "minor") : null;
    return html("span.word", { title: told.join(say("evidence.mark_between")) || null, "data-span": span },
      html("bdi", flagged(text, this.marks[place])), surprisal === null ? null : html("small", fixed(surprisal, 1)));
  }

  // What its reader marked stands in a box of its own.
  get line() {
    const nodes = this.words.map((word, place) => this.word(word, place));
    const own = this.spans.filter((one) => one.own);
    const inner = (start, end) => nodes.slice(start, end);
    let at = 0;
    const parts = own.flatMap(({ start, end, severity }) => {
      const before = inner(at, start);
      at = end;
      return [...before, html("mark.own", { "data-severity": severity }, ...inner(start, end))];
    });
    return html("p.words", ...parts, ...inner(at));
  }

  get list() {
    return this.spans.map((one) => html("li", this.say("evidence.about", {
      word: this.words.slice(one.start, one.end).map(([text]) => text).join(" "), told: this.told(one) })));
  }
}

// What stands below a row that is open.
export function reportWords(row, { words_of: { [row]: words }, spans: { [row]: spans = {} }, rules }, say) {
  const names = { source: "source", target: "translation", baseline: "baseline" };
  const sides = Object.keys(names).filter((name) => words[name]).map((name) => [name, new ReportSide(words[name], spans[name] ?? [], { rules, say })]);
  const all = sides.flatMap(([, side]) => side.spans);
  const key = (isThere, node) => (isThere ? [html("span.key", node)] : []);
  const level = (code, isThere) => key(isThere, html("span.word", { "data-span": code }, say(`inspect.words.${code}`)));
  const list = sides.flatMap(([, side]) => side.list);
  return [...sides.flatMap(([name, side]) => [html("p.side", say(`inspect.report.${names[name]}`)), side.line]),
    html("div.legend", ...flagKeys(say, sides.flatMap(([, side]) => side.marks.flat())),
      ...level("minor", all.some(({ own, major }) => !own && !major)), ...level("major", all.some(({ own, major }) => !own && major)),
      ...key(all.some(({ own }) => own), html("span.own", say("inspect.report.own")))),
    ...(list.length ? [html("ul.spans", ...list)] : [])];
}

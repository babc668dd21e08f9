// The hypotheses, best first, with their scores taken apart; the one that is chosen is shown everywhere.

import { html } from "./dom.js";
import { marked } from "./marked.js";
import { Sums } from "./sums.js";
import { fixed } from "./text.js";

const MOST_LINES = 5;

export class Hypotheses {
  constructor(stage) {
    this.stage = stage;
    const { data, hypotheses } = stage.record;
    const hasCoverage = hypotheses.some(({ coverage }) => coverage);
    const [, [why]] = data.facts.run.find(([name]) => name === "stopped");
    this.body = html("tbody", { click: (event) => this.pick(event) }, ...hypotheses.map((one, rank) => this.row(one, rank, hasCoverage)));
    const heads = [stage.say("figure.rank"), stage.say("figure.text"), stage.say("figure.cumulative"), stage.say("viewer.hypotheses.normaliser"),
      ...(hasCoverage ? [`+ ${stage.say("figure.coverage")}`] : []), `= ${stage.say("figure.score")}`, stage.say("figure.length"), stage.say("figure.finished")];
    const left = data.hypothesisCount - hypotheses.length;
    const notes = [hasCoverage ? stage.say("viewer.hypotheses.formula.coverage") : stage.say("viewer.hypotheses.formula"),
      stage.say("viewer.hypotheses.ended", { why: stage.say(why) }), left > 0 ? stage.say("viewer.more_hypotheses", { count: left }) : null];
    this.sums = data.compare ? null : new Sums(stage, this.lines(), null);
    this.node = html("div.stack",
      html("div", html("h3", stage.say("viewer.hypotheses")), html("p.caption", stage.say("viewer.hypotheses.caption"))),
      html("div.scroll", { tabindex: 0, role: "region", "aria-label": stage.say("viewer.hypotheses") },
        html("table.hypotheses", html("thead", html("tr", ...heads.map((head) => html("th", { scope: "col" }, head)))), this.body)),
      html("p.caption", notes.filter(Boolean).join(" · ")), this.sums?.node ?? null);
  }

  start() {
    this.stage.watch(["hypothesis"], () => this.mark());
    this.sums?.start();
  }

  row(one, rank, hasCoverage) {
    const { record } = this.stage;
    const value = (text, name = "value") => html("td", { class: name }, text);
    const pick = html("button.pick", marked(one.marks, record.data.translation.language));
    pick.disabled = !this.canShow(rank);
    return html("tr", value(rank ? String(rank + 1) : "★ 1"), html("td.text", pick), value(fixed(one.sum, 3)),
      value(fixed(one.normaliser, 2)), hasCoverage ? value(fixed(one.coverage, 3)) : null, value(fixed(one.score, 3), "value score"),
      value(String(one.length)), html("td", one.finished ? "✓" : "–"));
  }

  lines() {
    const { record } = this.stage;
    return record.hypotheses.slice(0, MOST_LINES).map(({ logProbs }, rank) => {
      let sum = 0;
      return { name: this.stage.say("viewer.rank", { rank: rank + 1 }), labels: record.target(rank), sums: logProbs.map((logProb) => (sum += logProb)) };
    });
  }

  pick(event) {
    const rank = [...this.body.rows].indexOf(event.target.closest("tr"));
    if (this.canShow(rank)) this.stage.choose(rank);
  }

  // Whether there was room for its attention.
  canShow(rank) {
    return this.stage.record.hasRows(rank) || !this.stage.state.kind;
  }

  mark() {
    const { hypothesis } = this.stage.state;
    [...this.body.rows].forEach((row, rank) => {
      row.classList.toggle("on", rank === hypothesis);
      row.querySelector("button").setAttribute("aria-pressed", rank === hypothesis);
    });
  }
}

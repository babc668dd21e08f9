// Greedy against beam search, or any two searches of one sentence: where they part, and what it was worth.

import { html } from "./dom.js";
import { marked } from "./marked.js";
import { Sums } from "./sums.js";
import { fixed, isolate, label, share } from "./text.js";

export class Compare {
  constructor(stage) {
    const { compare, translation } = stage.record.data;
    this.stage = stage;
    if (!compare) {
      this.node = html("div", { hidden: "" });
      return;
    }
    const { lines, parting } = compare;
    const names = lines.map(({ beam }) => (beam === 1 ? stage.say("figure.compare.greedy") : stage.say("figure.compare.beam", { beam })));
    const texts = lines.map((line, place) => html(`div.told.s${place}`, html("span.side", names[place]),
      html("p", marked(line.marks, translation.language)),
      html("p.caption", stage.say("viewer.line_facts", { sum: fixed(line.sums.at(-1), 2), length: line.length, score: fixed(line.score, 3) }))));
    this.sums = new Sums(stage, lines.map(({ labels, sums }, place) => ({ labels: labels.map(label), sums, name: names[place] })), parting?.step ?? null);
    this.node = html("div.stack.compared", html("div.pair", ...texts),
      html("div.verdict", ...(parting ? this.parted(compare) : [stage.say("viewer.same")]).map((told) => html("p", told))), this.sums.node);
  }

  start() {
    this.sums?.start();
  }

  // Where they parted, what it was worth, and what became of the first one's translation in the second.
  parted({ lines, parting: { step, pieces, probs, margin, scoreMargin }, fate }) {
    const { stage } = this;
    const [first, second] = lines.map(({ beam }) => (beam === 1 ? stage.say("viewer.search.greedy") : stage.say("viewer.search.beam", { beam })));
    const [greedy, beam] = pieces.map((piece, place) => (piece === null ? stage.say("viewer.nothing")
      : stage.say("viewer.took", { token: isolate(label(piece)), prob: share(probs[place], 3) })));
    const apart = (values, digits) => fixed(Math.abs(values.reduce((one, other) => one.toFixed(digits) - other.toFixed(digits))), digits); // of what is printed
    const worth = { first, margin: apart(lines.map(({ sums }) => sums.at(-1)), 2), score_margin: apart(lines.map(({ score }) => score), 3) };
    const isLost = ["pruned", "unseen"].includes(fate.code);
    const won = margin < 0 ? stage.say("viewer.won_by_score", worth) : stage.say("viewer.won", worth);
    const lost = isLost ? stage.say("viewer.lost", worth) : stage.say("viewer.behind", worth);
    const end = { first, second, step: fate.step + 1, rank: fate.rank, place: fate.place === null ? "–" : fate.place + 1 };
    return [stage.say("viewer.parting", { step: step + 1, first, second, greedy, beam }) + (scoreMargin < 0 ? lost : won),
      stage.say(`viewer.fate.${fate.code}`, end)];
  }
}

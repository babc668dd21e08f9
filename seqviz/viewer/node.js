// Everything that is known about a node of the tree, and why it lived or fell.

import { bars, nextTokens } from "./bars.js";
import { html } from "./dom.js";
import { fixed, share, signed } from "./text.js";
import { FATES } from "./treeplan.js";

export function fact(name, value) {
  return [html("dt", name), html("dd", html("bdi", value))];
}

// Why a node lived or fell, in a sentence.
export function reasonOf(stage, node) {
  const { record, record: { tree, data } } = stage;
  const { [node]: step } = tree.step;
  return stage.say(tree.reasons[tree.reason[node]], {
    rank: tree.candidate[node] + 1,
    kept: data.beam,
    finished: tree.finished[step],
    margin: fixed(Math.abs(tree.margin[node]), 2),
    survivor: record.survivor(step),
    token_rank: tree.tokenRank[node],
    drawable: tree.drawable[node],
  });
}

export class NodeCard {
  constructor(stage) {
    this.stage = stage;
    this.node = html("aside.panel.node-card", { "aria-live": "polite", "aria-label": stage.say("viewer.node_panel") });
  }

  start() {
    this.stage.watch(["node"], () => this.draw());
  }

  draw() {
    const { stage, stage: { record: { tree }, state: { node } } } = this;
    const chosen = { token: tree.token[node], logProb: tree.logProb[node] };
    const parts = node ? [...this.told(node), FATES[tree.fate[node]] === "finished" ? null : stage.deeds?.go(stage, tree.step[node], tree.candidate[node]), nextTokens(stage, stage.say("viewer.came_from"), tree.row[node], chosen), this.looked(node)]
      : [html("h3", stage.say("figure.tree.start")), html("p.caption", stage.say("viewer.node_hint"))];
    this.node.replaceChildren(...[...parts, this.follows(node)].filter(Boolean));
  }

  told(node) {
    const { stage, stage: { record, record: { tree, isBest, isDead } } } = this;
    const fate = FATES[tree.fate[node]];
    return [html("p.caption", stage.say("viewer.node_place", { step: tree.step[node] + 1, rank: tree.candidate[node] + 1 })),
      html("h3.big", html("bdi", record.name(node)), html(`span.badge.is-${fate}`, stage.say(`fate.${fate}`)),
        isBest[node] ? html("span.badge.is-best", stage.say("figure.tree.legend.best")) : null),
      html(`p.reason.is-${fate}`, reasonOf(stage, node), isDead[node] ? ` ${stage.say("viewer.dead", { step: tree.step[node] + 2 })}` : null),
      html("p.prefix", html("span.side", stage.say("figure.prefix")), html("bdi", { dir: "auto" }, record.prefix(node))),
      html("dl.facts",
        ...fact(stage.say("figure.prob"), share(Math.exp(tree.logProb[node]), 3)),
        ...fact(stage.say("figure.log_prob"), fixed(tree.logProb[node], 3)),
        ...fact(stage.say("figure.cumulative"), fixed(tree.cumulative[node], 3)),
        ...fact(stage.say("figure.score"), fixed(tree.score[node], 3)),
        ...fact(stage.say("figure.margin"), signed(tree.margin[node], 2)))];
  }

  // Where the model looked to produce it: the mean of the heads.
  looked(node) {
    const { stage } = this;
    const places = stage.record.looked(stage.record.tree.row[node]);
    return places && bars(stage, stage.say("viewer.looked"), places.filter(({ value }) => value >= 0.005), 2);
  }

  // What may come after it, where it was asked; drawn when opened.
  follows(node) {
    const { stage, stage: { record } } = this;
    const row = record.tree.next[node];
    if (!record.next(row)?.tokens.length) return null;
    const title = stage.say("viewer.follows");
    const details = html("details.follows", { toggle: () => details.children[1] ?? details.append(nextTokens(stage, title, row)) },
      html("summary", title));
    return details;
  }
}

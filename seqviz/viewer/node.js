// Everything that is known about a node of the tree, and why it lived or fell.

import { bars, nextTokens, strongest } from "./bars.js";
import { html } from "./dom.js";
import { fixed, share, signed } from "./text.js";
import { FATES } from "./tree.js";

export function fact(name, value) {
  return [html("dt", {}, name), html("dd", {}, html("bdi", {}, value))];
}

// Why a node lived or fell, in a sentence.
export function reasonOf(stage, node) {
  const { tree, data } = stage.record;
  return stage.say(tree.reason[node], {
    rank: tree.candidate[node] + 1,
    kept: data.beam,
    finished: tree.finished[tree.step[node]],
    margin: tree.margin[node] === null ? "" : Math.abs(tree.margin[node]).toFixed(2),
    survivor: tree.survivors[tree.step[node]],
    token_rank: tree.tokenRank[node],
    drawable: tree.drawable[node],
  });
}

export class NodeCard {
  constructor(stage) {
    this.stage = stage;
    this.node = html("aside", { class: "panel node-card", "aria-live": "polite", "aria-label": stage.say("viewer.node_panel") });
  }

  start() {
    this.stage.watch(["node"], () => this.draw());
  }

  draw() {
    const { stage, stage: { record, record: { tree } } } = this;
    const here = stage.state.node;
    if (tree.step[here] < 0) {
      this.node.replaceChildren(html("h3", {}, stage.say("figure.tree.start")),
        html("p", { class: "caption" }, stage.say("viewer.node_hint")));
      return;
    }
    const name = FATES[tree.fate[here]];
    this.node.replaceChildren(
      html("p", { class: "caption" }, stage.say("viewer.node_place", { step: tree.step[here] + 1, rank: tree.candidate[here] + 1 })),
      html("h3", { class: "big" }, html("bdi", {}, record.token(tree.token[here])),
        html("span", { class: `badge ${name}` }, stage.say(`fate.${name}`))),
      html("p", { class: `reason ${name}` }, reasonOf(stage, here)),
      html("p", { class: "prefix" }, html("span", { class: "side" }, stage.say("figure.prefix")),
        html("bdi", { dir: "auto" }, record.prefix(here))),
      html("dl", { class: "facts" },
        ...fact(stage.say("figure.prob"), share(Math.exp(tree.logProb[here]), 3)),
        ...fact(stage.say("figure.log_prob"), fixed(tree.logProb[here], 3)),
        ...fact(stage.say("figure.cumulative"), fixed(tree.cumulative[here], 3)),
        ...fact(stage.say("figure.score"), fixed(tree.score[here], 3)),
        ...fact(stage.say("figure.margin"), signed(tree.margin[here], 2))),
      ...[nextTokens(stage, tree.row[here], tree.token[here], tree.logProb[here]), this.looked(here)].filter(Boolean));
  }

  // Where the model looked to produce it: the mean of the heads.
  looked(here) {
    const { stage, stage: { record } } = this;
    const row = record.crossRow(record.tree.row[here]);
    return row && bars(stage, stage.say("viewer.looked"), strongest(row, record.source), 2);
  }
}

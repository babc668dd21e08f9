// The tree with its legend, the choice of what is drawn, the card of a node, and the table.

import { choices, html, table } from "./dom.js";
import { reasonOf } from "./node.js";
import { fixed, share, signed } from "./text.js";
import { FATES, Tree } from "./tree.js";

export class Search {
  constructor(stage) {
    this.stage = stage;
    const { record: { tree }, state } = stage;
    const say = (key, facts) => stage.say(key, facts);
    this.tree = new Tree(stage);
    this.table = html("div");
    const cuts = ["none", "next", "all"].filter((cut) => cut in tree.y.rank)
      .map((cut) => [cut, say(`viewer.cuts.${cut}`)]);
    const hasCuts = cuts.length > 1 && !tree.sampled;
    const marks = ["best", "kept", "finished", ...(tree.sampled ? [] : ["pruned"])];
    const legend = html("ul", { class: "legend", "aria-label": say("viewer.legend") }, ...marks.map((mark) => html("li", {},
      html("i", { class: mark }), say(`figure.tree.legend.${mark}`).replace(/^[★✓✂] /, ""))));
    const isCutOff = tree.last + 1 < tree.finished.length;
    this.node = html("div", { class: "stack" },
      html("div", { class: "controls" }, hasCuts ? choices("cuts", say("viewer.cuts"), cuts, state.cuts, (cut) => stage.set({ cuts: cut })) : null,
        choices("layout", say("viewer.layout"), ["rank", "tree"].map((layout) => [layout, say(`viewer.layout.${layout}`)]), state.layout, (layout) => stage.set({ layout })),
        legend),
      isCutOff ? html("p", { class: "notice" }, say("viewer.tree_cut_off", { last: tree.last + 1, steps: tree.finished.length })) : null,
      this.tree.node, this.table);
  }

  start() {
    this.stage.watch(["cuts", "layout", "window"], () => this.draw());
    this.stage.watch(["node", "hypothesis", "step"], () => this.tree.mark());
  }

  draw() {
    this.tree.draw();
    const { stage, stage: { record, record: { tree } } } = this;
    const best = new Set(record.paths[0]);
    const heads = ["step", "rank", "token", "prob", "cumulative", "score", "margin", "fate", "best_path"];
    this.table.replaceChildren(table(stage.say("viewer.table"), [...heads.map((head) => stage.say(`figure.${head}`)), stage.say("viewer.reason")],
      () => this.tree.shown.filter((node) => tree.step[node] >= 0).map((node) => [tree.step[node] + 1, tree.candidate[node] + 1,
        record.token(tree.token[node]), share(Math.exp(tree.logProb[node]), 4), fixed(tree.cumulative[node], 3), fixed(tree.score[node], 3),
        signed(tree.margin[node], 3), stage.say(`fate.${FATES[tree.fate[node]]}`), best.has(node) ? "★" : "", reasonOf(stage, node)])));
  }
}

// The tree with its legend, the choice of what is drawn, the card of a node, and the table.

class Search {
  constructor() {
    this.tree = new Tree();
    this.card = new NodeCard();
    this.table = html("div");
    const cuts = ["none", "next", "all"].filter((cut) => cut in data.tree.y.rank)
      .map((cut) => [cut, say(`offline.cuts.${cut}`)]);
    const hasCuts = cuts.length > 1 && !data.tree.sampled;
    const marks = ["best", "kept", "finished", ...(data.tree.sampled ? [] : ["pruned"])];
    const legend = html("ul", { class: "legend", "aria-label": say("offline.legend") }, ...marks.map((mark) => html("li", {},
      html("i", { class: mark }), say(`figure.tree.legend.${mark}`).replace(/^[★✓✂] /, ""))));
    const isCutOff = data.tree.last + 1 < data.tree.finished.length;
    this.node = html("div", { class: "stack" },
      html("div", { class: "controls" }, hasCuts ? choices("cuts", cuts, state.cuts, (cut) => set({ cuts: cut })) : null,
        choices("layout", ["rank", "tree"].map((layout) => [layout, say(`offline.layout.${layout}`)]), state.layout, (layout) => set({ layout })),
        legend),
      isCutOff ? html("p", { class: "notice" }, say("offline.tree_cut_off", { last: data.tree.last + 1, steps: data.tree.finished.length })) : null,
      html("div", { class: "split" }, this.tree.node, this.card.node), this.table);
  }

  start() {
    watch(["cuts", "layout"], () => this.draw());
    watch(["node", "hypothesis", "step"], () => this.tree.mark());
    watch(["node"], () => this.card.draw());
  }

  draw() {
    this.tree.draw();
    const { step, candidate, logProb, cumulative, score, margin, fate } = data.tree;
    const best = new Set(nodesOf(data.hypotheses[0]));
    const heads = ["step", "rank", "token", "prob", "cumulative", "score", "margin", "fate", "best_path"];
    this.table.replaceChildren(table(say("offline.table"), [...heads.map((head) => say(`figure.${head}`)), say("offline.reason")],
      () => this.tree.shown.filter((node) => step[node] >= 0).map((node) => [step[node] + 1, candidate[node] + 1,
        token(data.tree.token[node]), share(Math.exp(logProb[node]), 4), fixed(cumulative[node], 3), fixed(score[node], 3),
        signed(margin[node], 3), say(`fate.${FATES[fate[node]]}`), best.has(node) ? "★" : "", this.card.reason(node)])));
  }
}

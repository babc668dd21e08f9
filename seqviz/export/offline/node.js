// Everything that is known about a node of the tree, and why it lived or fell.

function fact(name, value) {
  return [html("dt", {}, name), html("dd", {}, html("bdi", {}, value))];
}

class NodeCard {
  constructor() {
    this.node = html("aside", { class: "panel node-card", "aria-live": "polite", "aria-label": say("offline.node_panel") });
  }

  draw() {
    const here = state.node;
    const { step, fate, logProb, cumulative, score, margin } = data.tree;
    if (step[here] < 0) {
      this.node.replaceChildren(html("h3", {}, say("figure.tree.start")),
        html("p", { class: "caption" }, say("offline.node_hint")));
      return;
    }
    const name = FATES[fate[here]];
    const pieces = ancestors(here).filter((node) => step[node] >= 0).map((node) => data.labels[data.tree.token[node]] ?? "");
    this.node.replaceChildren(
      html("p", { class: "caption" }, say("offline.node_place", { step: step[here] + 1, rank: data.tree.candidate[here] + 1 })),
      html("h3", { class: "big" }, html("bdi", {}, token(data.tree.token[here])),
        html("span", { class: `badge ${name}` }, say(`fate.${name}`))),
      html("p", { class: `reason ${name}` }, this.reason(here)),
      html("p", { class: "prefix" }, html("span", { class: "side" }, say("figure.prefix")),
        html("bdi", { dir: "auto" }, this.join(pieces))),
      html("dl", { class: "facts" },
        ...fact(say("figure.prob"), share(Math.exp(logProb[here]), 3)),
        ...fact(say("figure.log_prob"), fixed(logProb[here], 3)),
        ...fact(say("figure.cumulative"), fixed(cumulative[here], 3)),
        ...fact(say("figure.score"), fixed(score[here], 3)),
        ...fact(say("figure.margin"), signed(margin[here], 2))),
      ...[nextTokens(data.tree.row[here], data.tree.token[here], logProb[here]), this.looked(here)].filter(Boolean));
  }

  reason(here) {
    const { step, candidate, margin, survivors, finished, reason, tokenRank, drawable } = data.tree;
    return say(reason[here], {
      rank: candidate[here] + 1,
      kept: data.beam,
      finished: finished[step[here]],
      margin: margin[here] === null ? "" : Math.abs(margin[here]).toFixed(2),
      survivor: survivors[step[here]],
      token_rank: tokenRank[here],
      drawable: drawable[here],
    });
  }

  // Pieces as text: bytes are read as UTF-8, tags and ends leave nothing.
  join(pieces) {
    let text = "";
    let bytes = [];
    for (const piece of [...pieces, ""]) {
      const byte = /^⟨([0-9A-F]{2})⟩$/.exec(piece);
      if (byte) {
        bytes.push(parseInt(byte[1], 16));
        continue;
      }
      text += new TextDecoder().decode(Uint8Array.from(bytes));
      bytes = [];
      text += piece === "⟨unk⟩" ? " ⁇ " : /^⟨.*⟩$/.test(piece) ? "" : piece.replaceAll("▁", " ");
    }
    return text.trim() || "∅";
  }

  // Where the model looked to produce it: the mean of the heads.
  looked(here) {
    const place = rowPlaces.get(data.tree.row[here]);
    if (!weights.cross || place === undefined) return null;
    const row = weights.cross.row(place, weights.cross.layer, -1);
    return bars(say("offline.looked"), strongest(row, data.source.tokens.map(label)), 2);
  }
}

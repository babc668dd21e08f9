// Where the model looked: the choice of a matrix, the sentence, the heatmap, a row of it, all heads.

class Attention {
  constructor() {
    this.controls = html("div", { class: "controls" });
    this.strips = html("div", { class: "strips" });
    this.heatmap = new Heatmap((row) => moveTo(row));
    this.step = new Step();
    this.heads = new Heads((layer, head) => set({ layer, head }));
    this.legend = html("div", { class: "ramp" });
    this.name = html("h3", { class: "figure-name" });
    this.table = html("div");
    this.picture = html("div", { class: "picture" }, html("div", { class: "heading" }, this.name, this.legend),
      this.heatmap.node);
    this.node = html("div", { class: "stack" }, this.controls, this.strips,
      html("div", { class: "split" }, this.picture, this.step.node), this.heads.node, this.table);
  }

  start() {
    watch(["kind", "layer", "head", "hypothesis"], () => this.control());
    watch(["kind", "hypothesis"], () => this.heads.draw());
    watch(["kind", "layer", "head", "hypothesis"], () => this.draw());
    watch(["layer", "head"], () => this.heads.mark());
    watch(["step", "place", "kind", "layer", "head", "hypothesis"], () => this.walk());
  }

  control() {
    const found = weights[state.kind];
    const kinds = Object.keys(weights).map((kind) => [kind, say(`figure.kind.${kind}`)]);
    const layers = Array.from({ length: found.layers }, (_, layer) => [layer, String(layer + 1)]);
    const heads = [[-1, say("offline.mean")],
      ...Array.from({ length: found.heads }, (_, head) => [head, String(head + 1)])];
    const ranks = data.hypotheses.map((one, rank) => [one, rank]).filter(([one]) => hasRows(one));
    const texts = ranks.map(([one, rank]) => [rank, `${rank + 1} · ${isolate([...one.text].slice(0, 60).join(""))}`]);
    const focused = document.activeElement?.closest?.("select, input");
    const name = focused && this.controls.contains(focused) ? focused.dataset.name ?? focused.value : null;
    this.controls.replaceChildren(...[
      kinds.length > 1 ? choices("kind", kinds, state.kind, (kind) => set({ kind, layer: weights[kind].layer, head: -1 })) : null,
      found.layers > 1 ? menu("layer", layers, state.layer, (layer) => set({ layer })) : null,
      found.heads > 1 ? menu("head", heads, state.head, (head) => set({ head })) : null,
      texts.length > 1 ? menu("hypothesis", texts, state.hypothesis, choose) : null].filter(Boolean));
    for (const select of this.controls.querySelectorAll("select")) {
      select.dataset.name = select.parentNode.firstChild.textContent;
    }
    if (name !== null) {
      [...this.controls.querySelectorAll("select, input")]
        .find((one) => (one.dataset.name ?? one.value) === name)?.focus();
    }
  }

  title() {
    const { heads } = weights[state.kind];
    const facts = { kind: say(`figure.kind.${state.kind}`), layer: state.layer + 1, head: state.head + 1, heads };
    if (heads * weights[state.kind].layers === 1) return facts.kind;
    return say(state.head < 0 ? "offline.title_mean" : "offline.title_head", facts);
  }

  draw() {
    this.found = matrix(state.kind, state.layer, state.head);
    const { rows, columns, values } = this.found;
    // Up to the next tenth, so that a mean over heads is not pale.
    const most = Math.max(0.3, Math.ceil(highest(values) * 10 - 0.01) / 10);
    this.most = most;
    this.name.textContent = this.title();
    const room = this.picture.clientWidth || 760;
    const best = values.map((row, t) => `${rows[t]} → ${columns[row.indexOf(Math.max(...row))]}`);
    this.heatmap.draw(this.found, most, room, say("offline.heatmap_alt", { title: this.title(),
      rows: rows.length, columns: columns.length, strongest: best.slice(0, 12).join("; ") }));
    this.legend.replaceChildren(html("span", {}, "0"), html("i"), html("span", {}, most.toFixed(1)));
    const opened = this.table.querySelector("details")?.open;
    this.table.replaceChildren(table(say("offline.table"), ["", ...columns], () => values.map(
      (row, t) => [rows[t], ...Array.from(row, (value) => share(value))])));
    if (opened) this.table.firstChild.open = true;
  }

  walk() {
    this.heatmap.leave();
    this.step.draw(this.found);
    const here = current();
    const isEncoder = state.kind === "encoder";
    const isCross = state.kind === "cross";
    const shade = this.found.values[here];
    const target = this.strip("output", hypothesis().tokens.map(token),
      { here: isEncoder ? null : here, shade: state.kind === "decoder" ? shade.slice(1) : null, onClick: moveTo });
    const source = this.strip("source", data.source.tokens.map(label), { here: isEncoder ? here : null,
      shade: isCross || isEncoder ? shade : null, onClick: isEncoder ? moveTo : null });
    const focused = this.strips.contains(document.activeElement);
    this.strips.replaceChildren(source, ...(isEncoder ? [] : [target]));
    if (focused) this.strips.querySelector("[aria-current]")?.focus();
  }

  strip(side, names, { here, shade, onClick }) {
    const chips = names.map((name, place) => {
      const chip = html(onClick ? "button" : "span", { class: "chip", click: onClick && (() => onClick(place)),
        type: onClick ? "button" : null, "aria-current": place === here ? "step" : null }, html("bdi", {}, name));
      const value = shade?.[place] ?? 0;
      const portion = Math.min(1, value / this.most);
      chip.style.setProperty("--share", portion);
      if (portion > 0.5) chip.classList.add("dark", tone(portion));
      if (value >= 0.1) chip.append(html("small", {}, share(value)));
      return chip;
    });
    return html("div", { class: "strip" }, html("span", { class: "side" }, say(`offline.${side}`)),
      html("div", { class: "chips", dir: direction(names) }, ...chips));
  }
}

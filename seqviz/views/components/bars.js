// The most probable next tokens of one step as a table with bars, and the same as an SVG file.

const BAR = { row: 28, width: 320, number: 64, margin: 20, label: 220 };

class Bars {
  constructor() {
    this.title = html("p", { class: "title" });
    this.entropy = html("p", { class: "entropy" });
    this.heads = ["", "", ""].map(() => html("th", { scope: "col" }));
    this.body = html("tbody");
    const columns = ["word", "bar", "value"].map((name) => html("col", { class: name }));
    this.table = html("table", {}, html("colgroup", {}, ...columns),
      html("thead", { class: "unseen" }, html("tr", {}, ...this.heads)), this.body);
    this.button = downloadButton(() => save(this.picture(), `seqviz-step-${this.step + 1}.svg`));
    this.node = html("div", { class: "pane next" },
      html("div", { class: "heading" }, this.title, this.entropy), this.table, this.button);
  }

  lay(data) {
    const { next, words } = data;
    this.data = data;
    this.title.textContent = words["stepper.next_tokens"];
    this.table.setAttribute("aria-label", words["stepper.next_tokens"]);
    const heads = ["stepper.token", "stepper.bar", "stepper.probability"];
    this.heads.forEach((head, place) => { head.textContent = words[heads[place]]; });
    this.button.lastChild.textContent = words["stepper.download"];
    this.count = Math.max(...next.map((step) => step.top.length));
    const hasMore = next.some((step) => step.extra);
    this.rows = Array.from({ length: this.count + hasMore }, (_, place) => this.row(place));
    this.body.replaceChildren(...this.rows.map((row) => row.node));
  }

  row(place) {
    const token = html("bdi", { class: "token" });
    const fill = html("div", { class: "fill" });
    const value = html("td", { class: "value" });
    const chosen = html("span", { class: "chosen-mark", role: "img",
      "aria-label": this.data.words["stepper.chosen"] }, "✓");
    const cut = html("span", { class: "cut-mark", role: "img",
      "aria-label": this.data.words["stepper.cut"] }, "✂");
    const node = html("tr", { class: place === this.count ? "extra" : "" },
      html("th", { scope: "row" }, html("div", { class: "word" }, chosen, cut, token)),
      html("td", {}, html("div", { class: "track" }, fill)), value);
    return { node, token, fill, value };
  }

  // Rows of a step: the most probable, then the chosen one if it is not among them.
  at(step) {
    const { top, extra } = this.data.next[step];
    const rows = Array.from({ length: this.count }, (_, place) => top[place]);
    return this.rows.length > this.count ? [...rows, extra] : rows;
  }

  isChosen(step, place) {
    const { chosen, extra } = this.data.next[step];
    return place === (extra ? this.count : chosen);
  }

  // Sampling could not draw it.
  isCut(step, place) {
    return place < this.count && this.data.next[step].cut.includes(place);
  }

  draw(step, caption) {
    const { entropies, words } = this.data;
    Object.assign(this, { step, caption });
    this.entropy.textContent = say(words, "stepper.entropy", { value: entropies[step].toFixed(2) });
    this.at(step).forEach((entry, place) => {
      const { node, token, fill, value } = this.rows[place];
      node.classList.toggle("absent", !entry);
      node.classList.toggle("chosen", this.isChosen(step, place));
      node.classList.toggle("cut", this.isCut(step, place));
      const [text, probability] = entry ?? ["", 0];
      token.textContent = text;
      token.title = text;
      fill.style.width = `${100 * probability}%`;
      value.textContent = entry ? number(probability) : "";
    });
  }

  picture() {
    const font = `bold 14px ${PRINT_FONT}`;
    const rows = this.at(this.step)
      .map((entry, place) => ({ entry, place })).filter(({ entry }) => entry);
    const labels = rows.map(({ entry: [text], place }) =>
      (this.isChosen(this.step, place) ? "✓ " : this.isCut(this.step, place) ? "✂ " : "") + shorten(printable(text), BAR.label, font));
    const left = BAR.margin + 16 + Math.max(...labels.map((text) => textWidth(text, font)));
    const width = left + BAR.width + BAR.number + BAR.margin;
    const lines = rows.map(({ entry: [text, probability], place }, line) => {
      const y = 80 + BAR.row * line + (place === this.count ? 12 : 0);
      const isChosen = this.isChosen(this.step, place);
      return svg("g", { "font-weight": isChosen ? "bold" : "normal" }, svg("title", {}, printable(text)),
        label({ x: left - 8, y }, labels[line], "end"),
        svg("rect", { x: left, y: y - 9, width: Math.max(1, BAR.width * probability), height: 18,
          rx: 3, fill: PRINT.accent,
          "fill-opacity": isChosen ? 1 : this.isCut(this.step, place) ? 0.15 : 0.45 }),
        label({ x: left + BAR.width + 8, y }, number(probability)));
    });
    const title = `${this.data.words["stepper.next_tokens"]} · ${this.caption}`;
    const height = 80 + BAR.row * (lines.length + 0.5) + 12;
    const page = Math.max(width, 2 * BAR.margin + textWidth(title, `bold 16px ${PRINT_FONT}`));
    return svg("svg", { xmlns: SVG, width: page, height, viewBox: `0 0 ${page} ${height}`,
      "font-family": PRINT_FONT, "font-size": 14, fill: PRINT.ink },
      svg("title", {}, printable(title)),
      svg("rect", { width: page, height, fill: PRINT.paper }),
      label({ x: BAR.margin, y: 26, "font-size": 16, "font-weight": "bold" }, title),
      label({ x: BAR.margin, y: 48, fill: PRINT.soft }, this.entropy.textContent), ...lines);
  }
}

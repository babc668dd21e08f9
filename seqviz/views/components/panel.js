// One system of a replay: its translation, the heatmap of its attention, and how much every token of
// the reference surprises it. The sizes fit all frames, so that nothing jumps.

const CELL = { width: 26, height: 20, small: 13, most: 24, label: 110, font: "12px", tiny: "10px" };
const BAR_ROOM = 110;
const SLANT = 0.77; // sine of 50 degrees

class Panel {
  constructor(place) {
    const texts = ["source", "reference", "translation"].map((name) => {
      const head = html("dt");
      const text = html("dd", { class: name, dir: "auto" });
      return { name, head, text };
    });
    this.texts = texts;
    this.title = html("p", { class: `title system-${place}` });
    this.facts = html("p", { class: "caption" });
    this.heat = html("div", { class: "scroll", tabindex: 0 });
    this.bars = html("div", { class: "scroll", tabindex: 0 });
    this.heads = [html("p", { class: "part" }), html("p", { class: "part" })];
    this.node = html("section", { class: "panel" }, this.title,
      html("dl", {}, ...texts.flatMap(({ head, text }) => [head, text])), this.facts,
      html("div", { class: "pictures" },
        html("div", {}, this.heads[0], this.heat), html("div", {}, this.heads[1], this.bars)));
  }

  // highest: the largest surprisal of all panels.
  lay(data, words, highest) {
    Object.assign(this, { data, words, highest });
    const { pieces, referencePieces, frames } = data;
    this.attends = frames.some(({ attention }) => attention);
    for (const { name, head, text } of this.texts) {
      head.textContent = words[`replay.${name}`];
      text.textContent = data[name] ?? "";
    }
    this.node.setAttribute("aria-label", data.name);
    this.heads[0].textContent = words[this.attends ? "replay.attention" : "replay.one_vector"];
    this.heads[1].textContent = words["replay.surprisals"];
    this.heat.hidden = !this.attends;
    const longest = Math.max(...frames.map((frame) => frame.pieces.length));
    this.rows = Math.min(longest, Math.max(12, referencePieces.length + 4));
    this.width = pieces.length > CELL.most ? CELL.small : CELL.width;
    this.height = this.rows > CELL.most ? CELL.small : CELL.height;
    [this.columns, this.names] = [pieces, referencePieces].map((tokens) => this.cut(tokens));
    this.left = 8 + Math.max(...frames.map((frame) => this.cut(frame.pieces.slice(0, this.rows)).width));
  }

  // Labels short enough, and the widest of them in pixels.
  cut(tokens) {
    const font = `${CELL.font} ${PRINT_FONT}`;
    const texts = tokens.map((token) => shorten(printable(token), CELL.label, font));
    return { texts, width: Math.max(...texts.map((text) => textWidth(text, font))) };
  }

  draw(frame) {
    const { data, words } = this;
    const step = frame.step.toLocaleString("en");
    this.title.textContent = say(words, "replay.title", { name: data.name, step });
    this.texts[2].text.textContent = frame.translation || words["replay.nothing"];
    this.facts.textContent = say(words, "replay.facts", { loss: frame.loss.toFixed(2),
      total: frame.surprisals.reduce((sum, value) => sum + value, 0).toFixed(1) })
      + (frame.peak === null ? "" : ` ${say(words, "replay.peak", { peak: frame.peak.toFixed(2) })}`);
    if (this.attends) this.heat.replaceChildren(this.heatmap(frame));
    this.bars.replaceChildren(this.surprisals(frame));
  }

  slanted(text, x, y) {
    return label({ x, y, transform: `rotate(-50 ${x} ${y})`, "font-size": CELL.font }, text);
  }

  heatmap({ pieces, attention, peak }) {
    const weights = Uint8Array.from(atob(attention), (letter) => letter.charCodeAt(0));
    const { texts, width } = this.columns;
    const count = Math.min(pieces.length, this.rows);
    const [left, top] = [this.left, SLANT * width + 14];
    const cells = [];
    for (let t = 0; t < count; t += 1) {
      for (let s = 0; s < texts.length; s += 1) {
        const weight = weights[t * texts.length + s] / 255;
        if (weight < 0.01) continue;
        cells.push(svg("rect", { x: left + s * this.width, y: top + t * this.height,
          width: this.width - 1, height: this.height - 1, "fill-opacity": weight.toFixed(3) },
        svg("title", {}, `${printable(pieces[t])} → ${texts[s]}: ${weight.toFixed(2)}`)));
      }
    }
    const more = pieces.length - count;
    const [wide, high] = [left + texts.length * this.width, top + this.rows * this.height];
    return svg("svg", { role: "img", width: wide + SLANT * width + 8, height: high + 22,
      "aria-label": say(this.words, "replay.heatmap_alt", { rows: pieces.length,
        columns: texts.length, peak: (peak ?? 0).toFixed(2) }) },
    svg("rect", { class: "ground", x: left, y: top, width: wide - left,
      height: count * this.height }), svg("g", { class: "cells" }, ...cells),
    ...texts.map((text, s) => this.slanted(text, left + (s + 0.5) * this.width, top - 8)),
    ...this.cut(pieces.slice(0, count)).texts.map((text, t) => label({ x: left - 8,
      y: top + (t + 0.5) * this.height,
      "font-size": this.height < CELL.height ? CELL.tiny : CELL.font }, text, "end")),
    ...(more ? [label({ x: left, y: high + 10, "font-size": CELL.font, class: "soft" },
      say(this.words, "replay.more", { count: more }))] : []));
  }

  surprisals({ surprisals }) {
    const { texts, width } = this.names;
    const slope = SLANT * width + 14;
    const least = texts.length > CELL.most ? 20 : CELL.width;
    const step = Math.max(least, Math.min(40, 360 / texts.length));
    const left = slope;
    const numbers = surprisals.map((value) => value.toFixed(1));
    return svg("svg", { role: "img", width: left + step * texts.length + 8,
      height: BAR_ROOM + 20 + slope, "aria-label": texts.map((text, n) => `${text} ${numbers[n]}`).join(", ") },
    ...surprisals.flatMap((value, n) => {
      const height = Math.max(1, BAR_ROOM * value / this.highest);
      const x = left + step * n;
      return [svg("rect", { class: "bar", x: x + 2, y: 18 + BAR_ROOM - height, width: step - 4,
        height }, svg("title", {}, `${texts[n]}: ${value.toFixed(3)}`)),
      label({ x: x + step / 2, y: 10 + BAR_ROOM - height, "font-size": "11px" }, numbers[n], "middle"),
      label({ x: x + step / 2, y: BAR_ROOM + 26, "font-size": CELL.font,
        transform: `rotate(-50 ${x + step / 2} ${BAR_ROOM + 26})` }, texts[n], "end")];
    }));
  }
}

// One system of a replay: its translation, the heatmap of its attention, and how much every token of
// the reference surprises it. The sizes fit all frames, so that nothing jumps.

import { html, svg, write } from "./dom.js";
import { Grid } from "./grid.js";
import { planned } from "./plan.js";
import { label, shorten, textWidth } from "./text.js";

const BAR_ROOM = 110;
const TURNED = 0.77; // sine of 50 degrees
const MOST_ROWS = 4; // more than the reference has

export class Panel {
  // place: which of the systems; highest: the largest surprisal of all of them.
  constructor(stage, data, { place, highest }) {
    Object.assign(this, { stage, data, highest });
    const text = (name) => html("dd", { class: name, dir: "auto" }, data[name] ?? "");
    this.translation = text("translation");
    const rows = [["source", text("source")], ["reference", text("reference")], ["translation", this.translation]];
    this.title = html(`p.title.system-${place}`);
    this.facts = html("p.caption");
    this.attends = data.frames.some(({ attention }) => attention);
    this.grid = new Grid(stage);
    this.heat = html("div.scroll", { role: "img", hidden: this.attends ? null : "" }, this.grid.node);
    this.more = html("p.caption");
    this.bars = html("div.scroll", { tabindex: 0 });
    this.node = html("section.panel", { "aria-label": data.name }, this.title,
      html("dl", ...rows.flatMap(([name, node]) => [html("dt", stage.say(`replay.${name}`)), node])), this.facts,
      html("div.pictures",
        html("div", html("p.part", stage.say(this.attends ? "replay.attention" : "replay.one_vector")),
          this.heat, this.more),
        html("div", html("p.part", stage.say("replay.surprisals")), this.bars)));
  }

  // Where names stand in all frames alike: as many rows as the longest of them may have.
  lay() {
    const { stage, data: { pieces, referencePieces, frames } } = this;
    const longest = Math.max(...frames.map((frame) => frame.pieces.length));
    this.rows = Math.min(longest, Math.max(12, referencePieces.length + MOST_ROWS));
    const rows = frames.flatMap((frame) => frame.pieces.slice(0, this.rows).map(label));
    this.plan = planned({ rows: [...new Set(rows)], columns: pieces.map(label) }, stage,
      Math.min(this.node.clientWidth, 34 * 16 * stage.unit()));
    this.plan.high = Math.min(this.plan.high, 24 * stage.unit());
    this.heat.style.minHeight = `${this.plan.top + this.plan.high * this.rows + 6}px`;
  }

  draw(frame) {
    const { stage, data } = this;
    this.title.textContent = stage.say("replay.title", { name: data.name, step: frame.step.toLocaleString("en") });
    this.translation.textContent = frame.translation || stage.say("replay.nothing");
    this.facts.textContent = stage.say("replay.facts", { loss: frame.loss.toFixed(2),
      total: frame.surprisals.reduce((sum, value) => sum + value, 0).toFixed(1) })
      + (frame.peak === null ? "" : ` ${stage.say("replay.peak", { peak: frame.peak.toFixed(2) })}`);
    if (this.attends) this.attend(frame);
    this.bars.replaceChildren(this.surprisals(frame));
  }

  attend({ pieces, attention, peak }) {
    const { stage, rows, data } = this;
    const levels = Uint8Array.from(atob(attention), (letter) => letter.charCodeAt(0));
    const width = data.pieces.length;
    const shown = pieces.slice(0, rows);
    this.grid.lay({ rows: shown.map(label), columns: data.pieces.map(label), most: 1,
      values: shown.map((_, t) => Float32Array.from(levels.subarray(t * width, (t + 1) * width), (level) => level / 255)) }, this.plan);
    this.heat.setAttribute("aria-label", stage.say("replay.heatmap_alt", { rows: pieces.length, columns: width,
      peak: (peak ?? 0).toFixed(2) }));
    const more = pieces.length - shown.length;
    this.more.textContent = more ? stage.say("replay.more", { count: more }) : "";
  }

  surprisals({ surprisals }) {
    const { stage, data: { referencePieces } } = this;
    const u = stage.unit();
    const size = stage.letters(13);
    const font = stage.font(size);
    const texts = referencePieces.map((piece) => shorten(label(piece), 110 * u, font));
    const slope = TURNED * Math.max(...texts.map((text) => textWidth(text, font))) + 14 * u;
    const step = Math.max(26 * u, Math.min(40 * u, (360 * u) / texts.length));
    const room = BAR_ROOM * u;
    const numbers = surprisals.map((value) => value.toFixed(1));
    return svg("svg", { role: "img", width: slope + step * texts.length + 8, height: room + 22 * u + slope,
      "aria-label": texts.map((text, n) => `${text} ${numbers[n]}`).join(", ") },
    ...surprisals.flatMap((value, n) => {
      const height = Math.max(1, room * value / this.highest);
      const x = slope + step * n;
      const [middle, below] = [x + step / 2, room + 28 * u];
      return [svg("rect.bar", { x: x + 2, y: 20 * u + room - height, width: step - 4, height, rx: 3 },
        svg("title", stage.say("figure.named", { name: texts[n], value: value.toFixed(3) }))),
      write(numbers[n], { x: middle, y: 11 * u + room - height, "font-size": size }),
      write(texts[n], { x: middle, y: below, "font-size": size, "text-anchor": "end", transform: `rotate(-50 ${middle} ${below})` })];
    }));
  }
}

// All layers and heads of a kind in small. A click shows that head everywhere, a second one goes back
// to the mean of its layer.

import { html, isBrowsers, take } from "./dom.js";
import { IDLE, portion } from "./looked.js";
import { pixelsOf, Ramp } from "./ramp.js";
import { highest } from "./shades.js";
import { clamp } from "./text.js";

const LATER_MS = 200;

export class Heads {
  constructor(stage) {
    this.stage = stage;
    this.ramp = new Ramp(() => this.paint());
    this.grid = html("div.heads", { role: "group", "aria-label": stage.say("viewer.heads"),
      keydown: (event) => this.press(event) });
    this.ablating = stage.deeds?.ablate(stage) ?? IDLE;
    this.node = html("div.all-heads", this.ramp.node, html("h3", stage.say("viewer.heads")),
      this.grid, this.ablating.node, html("p.caption", stage.say("viewer.heads.caption")));
  }

  start() {
    const { stage } = this;
    stage.watch(["printing"], () => this.paint()); // nothing yet
    stage.watch(["kind", "hypothesis", "words", "by"], () => this.draw());
    stage.watch(["kind", "hypothesis", "words", "by", "layer", "head"], () => this.mark());
    stage.watch(["kind", "hypothesis", "words", "by", "step", "source"], () => this.walk());
  }

  draw() {
    const { stage, stage: { record, state: { kind } } } = this;
    const found = record.weights[kind];
    this.node.hidden = !found || found.layers * found.heads === 1;
    if (this.node.hidden) return;
    const isFirst = !this.tiles;
    this.heads = found.heads > 1 ? [-1, ...Array(found.heads).keys()] : [0];
    this.layers = [...Array(found.layers).keys()];
    this.tiles = this.layers.map((layer) => this.heads.map((head) => this.tile(layer, head)));
    const axis = (text) => html("span.axis", { "aria-hidden": "true" }, text);
    this.grid.style.setProperty("--columns", this.heads.length);
    // One mark a layer says for all its tiles where the row of the step is.
    this.rows = this.layers.map((layer) => {
      const mark = html("i.at");
      mark.style.gridRow = `${layer + 2} / ${layer + 3}`;
      return mark;
    });
    this.grid.replaceChildren(axis(""), ...this.heads.map((head) => axis(head < 0 ? stage.say("viewer.mean_short") : head + 1)),
      ...this.tiles.flatMap((row, layer) => [axis(layer + 1), ...row.map(({ button }) => button)]), ...this.rows);
    // At first they come once all the rest is shown.
    if (isFirst) setTimeout(() => this.paint(), LATER_MS);
    else this.paint();
  }

  tile(layer, head) {
    const { stage } = this;
    const name = stage.say(head < 0 ? "viewer.layer_mean" : "viewer.layer_head", { layer: layer + 1, head: head + 1 });
    const canvas = html("canvas");
    const button = html("button.thumb", { title: name, "aria-label": name,
      click: () => this.choose(layer, head) }, canvas);
    return { layer, head, canvas, button };
  }

  paint() {
    if (this.node.hidden || !this.tiles) return;
    const { stage: { record, state, scheme } } = this;
    const ramp = this.ramp.read(scheme);
    for (const { layer, head, canvas } of this.tiles.flat()) {
      const { values, columns } = record.matrix({ ...state, layer, head, raw: false });
      // A mean is pale: its strongest colour is its own largest weight.
      const most = Math.max(0.3, head < 0 || state.by ? highest(values) : 1);
      canvas.width = columns.length;
      canvas.height = values.length;
      canvas.getContext("2d").putImageData(
        pixelsOf(values, columns.length, ramp, (value) => portion({ most }, value)), 0, 0);
    }
  }

  choose(layer, head) {
    const { stage, stage: { state } } = this;
    const isShown = state.layer === layer && state.head === head && !state.raw;
    stage.set({ layer, head: isShown ? -1 : head, raw: false });
  }

  mark() {
    if (this.node.hidden) return;
    const { stage, stage: { state } } = this;
    this.tiles.forEach((row, layer) => row.forEach(({ button }, place) => {
      const isShown = layer === state.layer && place === this.place;
      button.setAttribute("aria-pressed", isShown);
      button.tabIndex = isShown ? 0 : -1;
    }));
    this.ablating.offer({ layer: state.layer, head: this.heads[this.place] });
  }

  // Of the head that is shown among the tiles of its layer.
  get place() {
    return Math.max(0, this.heads.indexOf(this.stage.state.head));
  }

  walk() {
    if (this.node.hidden) return;
    const { here, last } = this.stage;
    for (const mark of this.rows) mark.style.transform = `translateY(${(100 * (here + 0.5)) / (last + 1)}%)`;
  }

  press(event) {
    const move = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[event.key];
    if (!move || isBrowsers(event)) return;
    take(event);
    const { state } = this.stage;
    const layer = clamp(state.layer + move[0], 0, this.layers.length - 1);
    const place = clamp(this.place + move[1], 0, this.heads.length - 1);
    this.stage.set({ layer, head: this.heads.length > 1 ? this.heads[place] : -1, raw: false });
    this.tiles[layer][place].button.focus();
  }
}

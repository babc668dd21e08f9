// All layers and heads of a kind in small: what bertviz calls the model view. A click chooses one.

import { html, svg } from "./dom.js";
import { highest, shades, square } from "./shades.js";
import { clamp } from "./text.js";

const MOST_TOKENS = 160; // of a thumbnail; longer sentences have the menus alone
const LEAST_SHOWN = 0.1;

export class Heads {
  constructor(stage) {
    this.stage = stage;
    this.grid = html("div", { class: "heads", role: "group", keydown: (event) => this.press(event) });
    this.caption = html("p", { class: "caption" });
    this.node = html("div", { class: "all-heads" }, html("h3", {}, stage.say("viewer.heads")),
      this.grid, this.caption);
  }

  start() {
    this.stage.watch(["kind", "hypothesis"], () => this.draw());
    this.stage.watch(["layer", "head"], () => this.mark());
  }

  get found() {
    return this.stage.record.weights[this.stage.state.kind];
  }

  draw() {
    const { found, stage, stage: { record, state } } = this;
    const size = record.matrix({ ...state, layer: 0, head: -1 });
    const isShown = found.layers * found.heads > 1
      && Math.max(size.rows.length, size.columns.length) <= MOST_TOKENS;
    this.node.hidden = !isShown;
    this.buttons = new Map();
    if (!isShown) return;
    const heads = found.heads > 1 ? [-1, ...Array(found.heads).keys()] : [0];
    this.grid.style.setProperty("--columns", heads.length);
    const corner = html("span", { "aria-hidden": "true" });
    const names = heads.map((head) => html("span", { class: "axis", "aria-hidden": "true" },
      head < 0 ? "∅" : String(head + 1)));
    const rows = Array.from({ length: found.layers }, (_, layer) => [
      html("span", { class: "axis", "aria-hidden": "true" }, String(layer + 1)),
      ...heads.map((head) => this.button(layer, head))]);
    this.grid.replaceChildren(corner, ...names, ...rows.flat());
    this.grid.setAttribute("aria-label", stage.say("viewer.heads"));
    this.caption.textContent = stage.say("viewer.heads.caption");
    this.mark();
  }

  button(layer, head) {
    const { stage } = this;
    const found = stage.record.matrix({ ...stage.state, layer, head });
    const [width, height] = [found.columns.length, found.rows.length];
    const kept = found.values.map((row) => row.map((value) => (value < LEAST_SHOWN ? 0 : value)));
    const most = head < 0 ? Math.max(0.3, highest(found.values)) : 1;
    const picture = svg("svg", { viewBox: `0 0 ${width} ${height}`, preserveAspectRatio: "none",
      "aria-hidden": "true" }, ...shades(kept, most, (t, s) => square(s, t, 1, 1)));
    const name = stage.say(head < 0 ? "viewer.layer_mean" : "viewer.layer_head", { layer: layer + 1, head: head + 1 });
    const button = html("button", { type: "button", class: "thumb", title: name, "aria-label": name,
      click: () => stage.set({ layer, head }) }, picture);
    this.buttons.set(`${layer} ${head}`, button);
    return button;
  }

  mark() {
    const { found, stage: { state } } = this;
    const single = found.heads > 1 ? state.head : 0;
    for (const [key, button] of this.buttons) {
      const isChosen = key === `${state.layer} ${single}`;
      button.setAttribute("aria-pressed", isChosen);
      button.tabIndex = isChosen ? 0 : -1;
    }
  }

  press(event) {
    const { found, stage, stage: { state } } = this;
    const moves = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
    if (!(event.key in moves) || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    event.stopPropagation();
    const [down, right] = moves[event.key];
    const layer = clamp(state.layer + down, 0, found.layers - 1);
    const head = found.heads > 1 ? clamp(state.head + right, -1, found.heads - 1) : state.head;
    stage.set({ layer, head });
    this.buttons.get(`${layer} ${found.heads > 1 ? head : 0}`).focus();
  }
}

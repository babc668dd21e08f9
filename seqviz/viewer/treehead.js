// Above and below the tree: what of it is drawn, which steps are in view, and what its marks mean.

import { choices, html, iconButton, svg } from "./dom.js";
import { scissors } from "./treenodes.js";

// page(by): to the steps before (−1) or after (1) those in view.
export class TreeHead {
  constructor(stage, page) {
    const { record: { tree }, state } = stage;
    const say = (key, facts) => stage.say(key, facts);
    const named = (name, options) => options.map((option) => [option, say(`viewer.${name}.${option}`)]);
    const chosen = (name, options, value, act) => html("div.menu", html("span", { "aria-hidden": "true" }, say(`viewer.${name}`)),
      choices(name, say(`viewer.${name}`), named(name, options), value, act));
    this.stage = stage;
    this.steps = html("span.steps", { "aria-live": "polite" });
    this.buttons = [iconButton("previous", say("viewer.steps_before"), () => page(-1)), iconButton("next_step", say("viewer.steps_after"), () => page(1))];
    this.pager = html("div.pager", this.buttons[0], this.steps, this.buttons[1]);
    this.node = html("div.controls",
      tree.cuts.length > 1 && !tree.sampled ? chosen("cuts", [...tree.cuts].reverse(), state.cuts, (cuts) => stage.set({ cuts })) : null,
      chosen("layout", ["rank", "tree"], state.layout, (layout) => stage.set({ layout })),
      this.grow = html("button.plain", { click: () => stage.set({ grow: !stage.state.grow }) }, say("viewer.grow")),
      this.pager);
  }

  start() {
    this.stage.watch(["grow"], () => this.grow.setAttribute("aria-pressed", this.stage.state.grow));
  }

  // Steps, counted from 0, of how many.
  draw({ first, last, steps }) {
    this.pager.hidden = first === 0 && last === steps - 1;
    this.steps.textContent = this.stage.say("viewer.steps", { first: first + 1, last: last + 1, steps });
    this.buttons[0].disabled = first === 0;
    this.buttons[1].disabled = last === steps - 1;
  }
}

export function treeLegend(stage) {
  const marks = ["best", "kept", ...(stage.record.tree.sampled ? ["finished"] : ["lost", "finished", "pruned"]), "share"];
  const sign = { pruned: () => svg("svg.sign", { viewBox: "0 0 24 24", "aria-hidden": "true" }, scissors(24)) };
  return html("ul.legend", { "aria-label": stage.say("viewer.legend") }, ...marks.map((name) => html("li",
    html(`i.is-${name}`), sign[name]?.() ?? null, stage.say(`viewer.legend.${name}`))));
}

// The screen where one watches a search: attention, the tree, greedy against beam, one at a time.

import { choices, html } from "./dom.js";
import { compose, LAYOUTS } from "./parts.js";

export class Watch {
  constructor(stage) {
    this.stage = stage;
    this.tabs = html("div.tabs");
    this.body = html("div");
    this.node = html("div.stack", this.tabs, this.body);
  }

  start() {
    this.stage.watch(["view"], () => this.draw());
    this.stage.watch(["more"], () => (this.stage.state.view === "compare" ? this.draw() : this.name()));
  }

  // Write the tabs: the third one is named after what there is to compare.
  name() {
    const { stage, stage: { record, state } } = this;
    const name = { tree: record.tree.sampled ? "samples" : "search", compare: record.data.compare ? "compare" : "hypotheses" };
    const views = Object.keys(LAYOUTS).map((view) => [view, stage.say(`viewer.nav.${name[view] ?? view}`)]);
    const isFocused = this.tabs.contains(stage.root.activeElement);
    this.tabs.replaceChildren(choices("view", stage.say("viewer.nav"), views, state.view, (view) => stage.set({ view })));
    if (isFocused) this.tabs.querySelector("input:checked").focus();
  }

  draw() {
    const { stage, stage: { record, state } } = this;
    this.name();
    this.shown?.stop();
    const hasMatrix = state.view !== "attention" || record.kinds.length > 0;
    this.shown = compose(stage, hasMatrix ? LAYOUTS[state.view] ?? LAYOUTS.attention : ["player"]);
    this.body.replaceChildren(...(hasMatrix ? [] : [html("p.notice", stage.say(`viewer.missing.${record.missing}`))]),
      this.shown.node);
    this.shown.start();
  }

  stop() {
    this.shown?.stop();
  }
}

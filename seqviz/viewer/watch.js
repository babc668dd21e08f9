// The screen where one watches a search: attention, the tree, greedy against beam, one at a time.

import { choices, html } from "./dom.js";
import { compose, LAYOUTS } from "./parts.js";

const IDLE_MS = 400;

export class Watch {
  constructor(stage) {
    this.stage = stage;
    this.tabs = html("div.tabs");
    this.body = html("div");
    this.views = {}; // those that are built: who turns back to one draws only what has changed
    this.node = html("div.stack", this.tabs, this.body);
  }

  start() {
    this.stage.watch(["view"], () => this.draw());
    this.stage.watch(["more"], () => this.renew());
  }

  // There is more to compare: all is built anew but what is looked at.
  renew() {
    const { view } = this.stage.state;
    for (const one of Object.keys(this.views)) if (one === "compare" || one !== view) this.drop(one);
    if (view === "compare") this.draw();
    else this.name();
    this.prepare();
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
    this.name();
    this.shown?.rest();
    this.shown = this.made(this.stage.state.view);
    this.body.replaceChildren(...this.notice(), this.shown.node);
    this.shown.start();
  }

  // What is said where no attention was recorded.
  notice() {
    const { stage, stage: { record, state } } = this;
    return this.has(state.view) ? [] : [html("p.notice", stage.say(`viewer.missing.${record.missing}`))];
  }

  has(view) {
    return view !== "attention" || this.stage.record.kinds.length > 0;
  }

  made(view) {
    return this.views[view] ??= compose(this.stage, this.has(view) ? LAYOUTS[view] ?? LAYOUTS.attention : ["player"]);
  }

  // Build the others while nobody does anything; what that selects is nobody's choice.
  prepare() {
    clearTimeout(this.idle);
    this.idle = setTimeout(() => {
      const view = Object.keys(LAYOUTS).find((one) => !this.views[one]);
      const { stage, stage: { tell, state: { window, playing } } } = this;
      if (playing) return this.prepare();
      if (!view) return;
      stage.tell = null;
      const other = this.made(view);
      this.body.append(other.node);
      other.start();
      other.rest();
      other.node.remove();
      stage.tell = tell;
      stage.state.window = window;
      this.prepare();
    }, IDLE_MS);
  }

  drop(view) {
    this.views[view].stop();
    delete this.views[view];
  }

  stop() {
    clearTimeout(this.idle);
    for (const view of Object.keys(this.views)) this.drop(view);
  }
}

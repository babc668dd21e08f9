// The screen where one watches a search: attention, the tree, greedy against beam, one at a time.

import { choices, html } from "./dom.js";
import { compose, LAYOUTS } from "./parts.js";
import { LOOKED } from "./stage.js";

const IDLE_MS = 400;

export class Watch {
  constructor(stage) {
    this.stage = stage;
    this.tabs = html("div.tabs");
    this.body = html("div");
    this.said = html("div");
    this.views = {}; // those that are built: all stand in the page, so that one turns to them at once
    this.node = html("div.stack", this.tabs, html("div", this.said, this.body));
    this.node.addEventListener("seqviz-turned", ({ target }) => this.turn(target)); // see presenter.js
  }

  start() {
    this.name();
    this.stage.watch(["view"], () => this.draw());
    this.stage.watch(["more"], () => this.renew());
    this.stage.watch([...LOOKED, "node"], () => this.prepare());
  }

  // Who presents turns from part to part, whichever view it is of.
  turn(part) {
    const view = Object.keys(this.views).find((one) => this.views[one].node.contains(part));
    if (view !== this.stage.state.view) this.stage.set({ view });
  }

  // There is more to compare: all is built anew but what is looked at.
  renew() {
    const { view } = this.stage.state;
    for (const one of Object.keys(this.views)) if (one === "compare" || one !== view) this.drop(one);
    this.name();
    if (view === "compare") this.draw();
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
    const { view } = this.stage.state;
    this.tabs.firstChild.elements.view.value = view; // built anew, they would be laid out anew
    this.shown?.rest();
    this.shown = this.made(view);
    this.said.replaceChildren(...this.notice());
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
    if (!this.views[view]) {
      this.views[view] = compose(this.stage, this.has(view) ? LAYOUTS[view] ?? LAYOUTS.attention : ["player"]);
      const after = Object.keys(LAYOUTS).find((one, place, all) => place > all.indexOf(view) && this.views[one]);
      this.body.insertBefore(this.views[view].node, after ? this.views[after].node : null); // before it is told, no view has a name
    }
    return this.views[view];
  }

  // Build and draw the others while nobody does anything; what that selects is nobody's choice.
  prepare(wait = IDLE_MS) {
    clearTimeout(this.idle);
    this.idle = setTimeout(() => {
      const { stage, stage: { tell, state: { view, window, playing } } } = this;
      if (playing) return this.prepare();
      const late = Object.keys(LAYOUTS).find((one) => one !== view && (this.views[one]?.isLate ?? true));
      if (!late) return;
      stage.tell = null;
      const other = this.made(late);
      other.start();
      other.node.getBoundingClientRect(); // has it laid out
      other.rest();
      stage.tell = tell;
      stage.state.window = window;
      this.prepare(0);
    }, wait);
  }

  drop(view) {
    this.views[view].stop();
    this.views[view].node.remove();
    delete this.views[view];
  }

  stop() {
    clearTimeout(this.idle);
    for (const view of Object.keys(this.views)) this.drop(view);
  }
}

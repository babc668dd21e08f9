// The search as a tree, with what is chosen of it, what its marks mean, and its nodes as a table.

import { html, isBrowsers, table, take } from "./dom.js";
import { reasonOf } from "./node.js";
import { clamp, fixed, share, signed } from "./text.js";
import { TreeHead, treeLegend } from "./treehead.js";
import { walked } from "./treekeys.js";
import { probOf } from "./treenodes.js";
import { TreePicture } from "./treepicture.js";
import { FATES } from "./treeplan.js";

export class Tree {
  constructor(stage) {
    Object.assign(this, { stage, record: stage.record });
    const { tree } = this.record;
    this.picture = new TreePicture(stage, (view) => this.see(view));
    this.head = new TreeHead(stage, (by) => this.page(by));
    this.tip = html("div.tip", { hidden: "", "aria-hidden": "true" });
    this.frame = html("div.tree", { click: (event) => this.click(event), keydown: (event) => this.press(event),
      pointerover: (event) => this.point(event.pointerType === "touch" ? undefined : this.at(event)), pointerleave: () => this.point() },
    this.picture.node, this.tip);
    this.data = table(stage.say("viewer.table"));
    const isCutOff = tree.last + 1 < tree.finished.length;
    this.node = html("div.stack",
      isCutOff ? html("p.notice", stage.say("viewer.tree_cut_off", { last: tree.last + 1, steps: tree.finished.length })) : null,
      this.frame, this.head.node, treeLegend(stage), this.data);
  }

  start() {
    const { stage, picture } = this;
    this.node.parentElement.classList.add("with-tree");
    this.head.start();
    const { window } = stage.state;
    stage.watch(["cuts", "layout", "width", "squeeze", "grow"], () => this.draw());
    picture.goTo(window, "instant");
    stage.watch(["window"], () => picture.goTo(stage.state.window));
    stage.watch(["step", "beat"], () => picture.walk());
    stage.watch(["node", "hypothesis"], () => picture.mark());
    stage.watch(["playing"], () => this.grow());
    stage.watch(["printing"], () => stage.state.printing && picture.columns.forEach((_, step) => picture.build(step)));
  }

  draw() {
    this.picture.draw();
    const { record: { tree, isBest }, record, stage } = this;
    const heads = ["step", "rank", "token", "prob", "cumulative", "score", "margin", "fate", "best_path", "prefix"];
    this.data.renew([...heads.map((head) => stage.say(`figure.${head}`)), stage.say("viewer.reason")],
      () => this.picture.shown.filter((node) => node).sort((a, b) => a - b).map((node) => [tree.step[node] + 1, tree.candidate[node] + 1, record.name(node),
        share(Math.exp(tree.logProb[node]), 4), fixed(tree.cumulative[node], 3), fixed(tree.score[node], 3), signed(tree.margin[node], 3),
        stage.say(`fate.${FATES[tree.fate[node]]}`), isBest[node] ? "★" : "", record.prefix(node), reasonOf(stage, node)]));
  }

  // Playing lets the tree grow; at its end all of it is there.
  grow() {
    const { stage, stage: { state } } = this;
    if (state.playing && !state.grow) {
      stage.set({ grow: true, node: 0, beat: stage.here ? state.beat : 0 });
      stage.play(true); // at its own pace
    } else if (!state.playing && stage.here === stage.last) stage.set({ grow: false });
  }

  see(view) {
    this.frame.classList.toggle("before", view.first > 0);
    this.frame.classList.toggle("after", view.last < view.steps - 1);
    this.head.draw(view);
    this.stage.set({ window: view.first });
  }

  page(by) {
    const { first, last } = this.picture.view;
    this.picture.goTo(first + by * Math.max(1, last - first));
  }

  at(event) {
    const found = event.target.closest?.("[data-node]");
    return found ? Number(found.dataset.node) : undefined;
  }

  // A finger cannot point: what it touches shows its card, too.
  click(event) {
    this.select(this.at(event));
    if (event.pointerType === "touch") this.point(this.at(event));
  }

  select(node) {
    if (node === undefined) return;
    this.stage.select(node);
    this.picture.nodes.get(node)?.focus({ preventScroll: true });
  }

  press(event) {
    const here = this.at(event);
    if (here === undefined || isBrowsers(event)) return;
    const node = walked(this.record, here, event.key, { shown: this.picture.shown, rowOf: (one) => this.picture.y(one),
      path: this.record.paths[this.stage.state.hypothesis] });
    if (node === undefined) return;
    take(event);
    if (node) this.picture.build(this.record.tree.step[node]);
    this.select(node);
  }

  // Bring out a node that is pointed at: the way to it, and a card beside it.
  point(node) {
    if (node === this.pointed) return;
    this.pointed = node;
    this.tip.hidden = !node;
    this.picture.light(node ?? this.stage.state.node);
    if (!node) return;
    const { stage, record, record: { tree } } = this;
    const numbers = [`p ${probOf(record, node, 3)}`, `Σ log p ${fixed(tree.cumulative[node], 2)}`, `${stage.say("figure.score")} ${fixed(tree.score[node], 3)}`];
    this.tip.replaceChildren(html("bdi.so-far", { dir: "auto" }, record.prefix(node)),
      html("span", reasonOf(stage, node)), html("span", numbers.join(" · ")));
    const [box, own] = [this.picture.nodes.get(node), this.frame].map((part) => part.getBoundingClientRect());
    const { offsetWidth: wide, offsetHeight: high } = this.tip;
    const x = clamp(box.left - own.left + (box.width - wide) / 2, 0, own.width - wide);
    const above = box.top - own.top - high - 8;
    this.tip.style.transform = `translate(${x}px, ${above < -high / 2 ? box.bottom - own.top + 8 : above}px)`;
  }
}

// The replay of a training, of one system or of two: one player moves translation, heatmap, surprisals
// and the mark on the losses. Streamlit calls the default function again with new data.

import { Curves } from "./curves.js";
import { html, svg } from "./dom.js";
import { Panel } from "./panel.js";
import { Player } from "./player.js";
import { snapshot } from "./snapshot.js";
import { saveButton } from "./svgfile.js";
import { clamp } from "./text.js";
import { Walk } from "./walk.js";

class Training extends Walk {
  // data: stops, their names; step, the one to stand at.
  constructor({ data, ...embedder }) {
    super({ ...embedder, words: data.words, state: { step: data.step } });
    this.rows = data.stops;
    this.last = data.stops.length - 1;
  }

  get here() {
    return clamp(this.state.step, 0, this.last);
  }

  moveTo(row) {
    this.set({ step: clamp(row, 0, this.last) });
  }

  standing() {
    return `${this.here + 1} / ${this.last + 1}`;
  }
}

class Replay {
  constructor(shadow) {
    this.root = html("div.root.replay", { role: "group", keydown: (event) => this.stage.press(event) });
    this.sent = []; // told to Python, and not yet come back in its data
    shadow.append(this.root);
    this.shadow = shadow;
    new ResizeObserver(() => this.stage?.set({ width: this.root.clientWidth }, { isTold: false })).observe(this.root);
  }

  // New stops, panels or words are drawn anew; the step that Python gives counts unless it is an echo.
  receive(data) {
    const content = JSON.stringify([data.stops, data.panels, data.words]);
    const echo = this.sent.indexOf(data.step);
    const isPythons = data.step !== this.given && echo < 0;
    this.sent.splice(0, echo + 1);
    this.given = data.step;
    if (content !== this.content) this.draw(data);
    else if (isPythons) this.stage.set({ step: data.step }, { isTold: false });
    this.content = content;
  }

  draw(data) {
    this.stage?.stop();
    const stage = new Training({ data, root: this.shadow, send: (name, step) => {
      this.sent.push(step);
      this.send(step);
    } });
    this.stage = stage;
    const { panels, words } = data;
    const player = new Player(stage);
    const curves = new Curves(stage, data);
    const highest = Math.max(1, ...panels.flatMap(({ frames }) => frames.flatMap(({ surprisals }) => surprisals)));
    const shown = panels.map((panel, place) => new Panel(stage, panel, { place, highest }));
    this.root.setAttribute("aria-label", words["replay.label"]);
    panels.forEach(({ colour }, place) => this.root.style.setProperty(`--system-${place}`, colour));
    this.root.replaceChildren(player.node, curves.node, html("div.heading", this.legend(data),
      saveButton(stage, "seqviz-replay.svg", () => snapshot(this.root))),
      html("div", { class: panels.length > 1 ? "panels two" : "panels" }, ...shown.map(({ node }) => node)));
    stage.state.width = this.root.clientWidth;
    player.start();
    stage.watch(["width"], () => [curves, ...shown].forEach((part) => part.lay()));
    stage.watch(["printing"], () => shown.forEach((panel) => panel.grid.paint()));
    stage.watch(["step", "width"], () => {
      const frames = panels.map(({ frames: all, stops }) => all[stops[stage.here]]);
      curves.draw(frames);
      shown.forEach((panel, place) => panel.draw(frames[place]));
    });
  }

  legend({ panels, words }) {
    const kinds = ["train", "dev", "own"].map((kind) => html("span.entry",
      svg("svg", { width: 28, height: 10, class: `line ${kind}`, "aria-hidden": "true" },
        svg("polyline", { points: "0,5 28,5" }), svg("circle", { cx: 14, cy: 5, r: 2.5 })),
      words[`replay.curve.${kind}`]));
    const names = panels.length < 2 ? [] : panels.map(({ name }, place) =>
      html(`span.entry.title.system-${place}`, name));
    return html("p.caption.legend", ...names, ...kinds);
  }
}

export default function replay({ data, parentElement, setTriggerValue }) {
  const view = (parentElement.seqvizReplay ??= new Replay(parentElement));
  view.send = (step) => setTriggerValue("step", step);
  view.receive(data);
  return () => {
    view.stage.stop();
    view.content = null;
  };
}

// Losses over the steps of a training, and a mark where the replay stands. The steps are spaced by
// their logarithm; a click goes to the nearest stop.

import { build, svg, write } from "./dom.js";
import { goTo } from "./looked.js";
import { ticks } from "./text.js";

const FRAME = { widest: 880, height: 200, left: 46, right: 26, top: 12, bottom: 40 };

export class Curves {
  constructor(stage, { panels }) {
    Object.assign(this, { stage, panels });
    const own = panels.map(({ frames }) => frames.map(({ step, loss }) => [step, loss]));
    const all = panels.flatMap(({ train, dev }, place) => [...train, ...dev, ...own[place]]);
    this.longest = Math.max(1, ...all.map(([step]) => step));
    this.highest = 1.05 * Math.max(1, ...all.map(([, loss]) => loss));
    this.marks = panels.map((_, place) => svg(`g.mark.system-${place}`,
      svg("line", { y1: FRAME.top, y2: FRAME.height - FRAME.bottom }), svg("circle", { r: 6 })));
    this.own = own;
    this.node = svg("svg.curves", { role: "img", click: (event) => goTo(stage, this.nearest(event)) });
  }

  // On a screen of another width; on a wide one the letters grow with the picture.
  lay() {
    const { panels, own, marks, stage: { state } } = this;
    this.width = Math.min(state.width || FRAME.widest, FRAME.widest);
    build(this.node, { viewBox: `0 0 ${this.width} ${FRAME.height}` });
    this.node.replaceChildren(...this.axes(), ...panels.flatMap(({ train, dev }, place) => [
      this.line(train, `train system-${place}`), this.line(dev, `dev system-${place}`),
      this.line(own[place], `own system-${place}`)]), ...marks);
  }

  x(step) {
    const room = this.width - FRAME.left - FRAME.right;
    return FRAME.left + room * Math.log1p(step) / Math.log1p(this.longest);
  }

  y(loss) {
    return FRAME.top + (FRAME.height - FRAME.top - FRAME.bottom) * (1 - loss / this.highest);
  }

  axes() {
    const floor = FRAME.height - FRAME.bottom;
    const steps = [0, 1, 10, 100, 1e3, 1e4, 1e5, 1e6].filter((step) => step <= this.longest);
    return [
      ...ticks(this.highest).flatMap((loss) => [
        svg("line.grid", { x1: FRAME.left, x2: this.width - FRAME.right,
          y1: this.y(loss), y2: this.y(loss) }),
        write(String(loss), { x: FRAME.left - 8, y: this.y(loss), class: "tick", "text-anchor": "end" })]),
      ...steps.map((step) => write(step.toLocaleString("en"), { x: this.x(step), y: floor + 12, class: "tick" })),
      write(this.stage.say("replay.axis"), { x: this.width - FRAME.right, y: floor + 31, class: "tick", "text-anchor": "end" }),
    ];
  }

  line(points, kind) {
    const path = points.map(([step, loss]) => `${this.x(step).toFixed(1)},${this.y(loss).toFixed(1)}`);
    return svg(`g.line.${kind}`, svg("polyline", { points: path.join(" ") }),
      ...(kind.startsWith("own") ? path.map((at) => {
        const [cx, cy] = at.split(",");
        return svg("circle", { cx, cy, r: 2.5 });
      }) : []));
  }

  // The stop whose frames are nearest to a click.
  nearest(event) {
    const box = this.node.getBoundingClientRect();
    const x = (event.clientX - box.left) * this.width / box.width;
    const { frames, stops } = this.panels[0];
    const gaps = stops.map((frame) => Math.abs(this.x(frames[frame].step) - x));
    return gaps.indexOf(Math.min(...gaps));
  }

  draw(shown) {
    shown.forEach(({ step, loss }, place) => {
      const [line, dot] = this.marks[place].children;
      for (const end of ["x1", "x2"]) line.setAttribute(end, this.x(step));
      build(dot, { cx: this.x(step), cy: this.y(loss) });
    });
    this.node.setAttribute("aria-label", this.panels.map(({ name }, place) =>
      this.stage.say("replay.curve_alt", { name, step: shown[place].step.toLocaleString("en"),
        loss: shown[place].loss.toFixed(2) })).join(" "));
  }
}

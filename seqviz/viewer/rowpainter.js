// A row of the attention painted by hand: every source word is a bar that is pulled up; the row sums
// to 1. After the reveal the model's own row stands beside it.

import { html } from "./dom.js";
import { clamp, fixed } from "./text.js";

const MOST = 10; // strokes of a word

export class RowPainter {
  // box: asks; bet: columns, weights.
  constructor(box, { columns, weights }) {
    Object.assign(this, { box, weights, strokes: columns.map(() => 0) });
    const { painted = [] } = box.engine.bet ?? {};
    painted.forEach((share, place) => { this.strokes[place] = Math.round((MOST * share) / Math.max(...painted)); });
    this.bars = columns.map((name, place) => this.bar(name, place));
    this.node = html("div.painter", { role: "group", "aria-label": box.say("lesson.paint") }, ...this.bars.map(({ node }) => node));
  }

  bar(name, place) {
    const [own, model] = ["own", "model"].map((kind) => html("i", { class: kind }));
    const number = html("span.number");
    const field = html("div.pull", { role: "slider", tabindex: 0, "aria-label": name, "aria-valuemin": 0, "aria-valuemax": MOST, "aria-valuenow": 0, "aria-orientation": "vertical",
      pointerdown: (event) => this.pull(event, place), pointermove: (event) => event.buttons && this.pull(event, place), keydown: (event) => this.press(event, place) }, own, model);
    return { own, model, number, field, node: html("div.column", number, field, html("bdi", name)) };
  }

  pull(event, place) {
    const { height, bottom } = this.bars[place].field.getBoundingClientRect();
    this.put(place, Math.round((MOST * (bottom - event.clientY)) / height));
  }

  press(event, place) {
    const to = { ArrowUp: this.strokes[place] + 1, ArrowDown: this.strokes[place] - 1, Home: 0, End: MOST }[event.key];
    const beside = { ArrowLeft: place - 1, ArrowRight: place + 1 }[event.key];
    if (to !== undefined) this.put(place, to);
    else if (beside !== undefined) this.bars[clamp(beside, 0, this.bars.length - 1)].field.focus();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  put(place, stroke) {
    if (this.box.engine.isRevealed) return;
    this.strokes[place] = clamp(stroke, 0, MOST);
    this.box.lesson.act(() => this.box.engine.paint(this.strokes));
  }

  draw() {
    const { engine: { bet, isRevealed } } = this.box;
    if (!bet) this.strokes.fill(0);
    const shares = bet?.painted ?? this.strokes;
    const most = Math.max(0.5, ...shares, ...(isRevealed ? this.weights : []));
    this.node.classList.toggle("revealed", isRevealed);
    this.bars.forEach(({ own, model, number, field }, place) => {
      own.style.height = `${isRevealed || !bet ? (100 * shares[place]) / most : 10 * this.strokes[place]}%`;
      model.style.height = isRevealed ? `${(100 * this.weights[place]) / most}%` : "0";
      number.textContent = isRevealed ? `${bet ? `${fixed(shares[place], 2)} / ` : ""}${fixed(this.weights[place], 2)}` : bet ? fixed(shares[place], 2) : "";
      field.setAttribute("aria-valuenow", this.strokes[place]);
      field.setAttribute("aria-valuetext", isRevealed ? this.box.say("lesson.paint_told", { own: fixed(shares[place], 2), model: fixed(this.weights[place], 2) }) : fixed(shares[place], 2));
      field.setAttribute("aria-disabled", isRevealed);
    });
  }
}

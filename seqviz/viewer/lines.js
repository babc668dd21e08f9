// Attention as lines from word to word. They grow step by step; pointing at a word, or walking to it,
// brings out its lines with their numbers, a click keeps them, Escape lets them go.

import { html, isBrowsers, svg, take, write } from "./dom.js";
import { columnKept, goTo, point, titleOf } from "./looked.js";
import { SHOWN } from "./stage.js";
import { saveButton, sheet, styled } from "./svgfile.js";
import { clamp, share } from "./text.js";
import { threshold, Weave } from "./weave.js";

export class Lines {
  constructor(stage) {
    this.stage = stage;
    this.scroll = html("div.scroll", { dir: "ltr", click: (event) => this.keep(this.at(event)) });
    this.caption = html("p.caption");
    this.node = html("div.lines", { role: "group", "aria-label": stage.say("viewer.lines"),
      pointerover: (event) => event.pointerType !== "touch" && this.light(this.at(event)),
      pointerleave: () => point(stage), focusin: (event) => this.light(this.at(event)),
      focusout: () => point(stage), keydown: (event) => this.press(event) },
    this.scroll, html("div.heading", this.caption,
      saveButton(stage, "seqviz-lines.svg", () => this.file())));
  }

  start() {
    const { stage } = this;
    stage.watch([...SHOWN, "width"], () => this.draw());
    stage.watch(["step", "source", ...SHOWN, "playing", "width"], () => this.walk());
    stage.watch(["lit", "source", "step", ...SHOWN, "width"], () => this.show());
  }

  draw() {
    const { stage, stage: { matrix } } = this;
    this.node.hidden = !matrix || stage.state.raw;
    if (this.node.hidden) return;
    this.found = matrix;
    this.u = stage.unit();
    this.least = threshold(matrix.values);
    this.caption.textContent = stage.say("viewer.lines.caption",
      { threshold: this.least.toFixed(3).replace(/0$/, "") });
    this.weave = new Weave(matrix, stage, (this.room ?? this.node.clientWidth) || 760);
    this.room = null;
    const { width, height } = this.weave;
    this.all = matrix.values.map((row, t) => svg("g.step", ...Array.from(row, (weight, s) => (
      weight < this.least ? null : this.weave.line(s, t, weight)))));
    this.some = svg("g.some");
    this.pills = svg("g", { "aria-hidden": "true" });
    this.words = { column: this.group("column"), row: this.group("row") };
    const groups = Object.entries(this.words).map(([side, words]) => svg("g", { role: "group",
      "aria-label": stage.say(side === "row" ? "viewer.rows" : "viewer.columns") }, ...words));
    this.picture = svg("svg", { width, height, role: "group", viewBox: `0 0 ${width} ${height}`, "aria-label": stage.say("viewer.lines") },
    svg("g.all", ...this.all), this.some, ...groups, this.pills);
    this.scroll.replaceChildren(this.picture);
    this.lit = undefined;
  }

  group(side) {
    const { u, weave: { sides, row, size } } = this;
    return sides[side].map(({ name, text, width, x, y }, place) => svg("g.word", { role: "button",
      tabindex: place ? -1 : 0, "data-side": side, "data-place": place, "aria-label": this.named(side, place) },
    svg("title", name),
    svg("rect", { x: x - width / 2 + u, y: y - row / 2, width: width - 2 * u, height: row, rx: 7 * u }),
    write(text, { x, y, "font-size": size })));
  }

  // Places of the other side that a word has lines to, as [place, weight], strongest first.
  partners(side, place) {
    const { values } = this.found;
    const weights = side === "row" ? Array.from(values[place]) : values.map((row) => row[place] ?? 0);
    return weights.map((weight, other) => [other, weight]).filter(([, weight]) => weight >= this.least)
      .sort((a, b) => b[1] - a[1]);
  }

  named(side, place) {
    const { rows, columns } = this.found;
    const [own, other] = side === "row" ? [rows, columns] : [columns, rows];
    const partners = this.partners(side, place).slice(0, 3)
      .map(([partner, weight]) => `${other[partner]} ${share(weight)}`).join(", ");
    return this.stage.say(partners ? "viewer.lines.word" : "viewer.lines.alone", { word: own[place], partners });
  }

  // The lines of the steps so far; the present step's are strong, later ones faint, or not yet there.
  walk() {
    if (this.node.hidden) return;
    const { here, state: { playing } } = this.stage;
    this.picture.classList.toggle("playing", playing);
    this.all.forEach((step, place) => {
      const when = place === here ? "step now" : place > here ? "step coming" : "step";
      if (step.getAttribute("class") !== when) step.setAttribute("class", when);
    });
    queueMicrotask(() => this.node.hidden || this.follow());
    for (const [place, word] of this.words.row.entries()) {
      if (place === here) word.setAttribute("aria-current", "step");
      else word.removeAttribute("aria-current");
    }
  }

  // The present word stays in view of a frame that scrolls. To ask where it is lays all out: it is last.
  follow() {
    const { scroll, weave: { row, sides } } = this;
    const [{ y }, high] = [sides.row[this.stage.here], scroll.clientHeight];
    if (y < scroll.scrollTop + row || y > scroll.scrollTop + high - row) scroll.scrollTop = y - high / 2;
  }

  // What is pointed at, or kept: its lines with their numbers.
  show() {
    if (this.node.hidden) return;
    const { lit } = this.stage.state;
    const kept = columnKept(this.stage);
    const choice = lit?.column != null ? ["column", lit.column] : lit?.row != null ? ["row", lit.row]
      : kept !== null ? ["column", kept] : null;
    this.words.column.forEach((word, place) => word.setAttribute("aria-pressed", place === kept));
    const key = choice?.join();
    if (key === this.lit) return;
    this.lit = key;
    const [side, place] = choice ?? [];
    const partners = choice ? this.partners(side, place) : [];
    const isRow = side === "row";
    this.picture.classList.toggle("chosen", Boolean(choice));
    this.some.replaceChildren(...partners.map(([other, weight]) => (
      isRow ? this.weave.line(other, place, weight) : this.weave.line(place, other, weight))));
    this.pill(isRow ? "column" : "row", partners);
    const bright = new Set(partners.map(([other]) => other));
    for (const [own, words] of Object.entries(this.words)) {
      words.forEach((word, at) => word.classList.toggle("dim",
        Boolean(choice) && (own === side ? at !== place : !bright.has(at))));
    }
  }

  // Numbers beside the words that lines lead to; where two would meet, the weaker stands further in.
  pill(side, partners) {
    const { u } = this;
    const taken = [];
    const inward = side === "column" ? 1 : -1;
    this.pills.replaceChildren(...partners.slice(0, 24).map(([place, weight]) => {
      let [x, y] = this.weave.end(side, place);
      if (this.weave.isAcross) {
        y += inward * 12 * u;
        while (taken.some(([left, top]) => Math.abs(left - x) < 44 * u && Math.abs(top - y) < 20 * u)) y += inward * 21 * u;
        taken.push([x, y]);
      } else x += inward * 26 * u;
      return svg("g.pill", svg("rect", { x: x - 21 * u, y: y - 10 * u, width: 42 * u, height: 20 * u, rx: 10 * u }),
        write(share(weight), { x, y, "font-size": this.stage.letters(13) }));
    }));
  }

  // On a page of its own.
  file() {
    return sheet(titleOf(this.stage), { ...this.weave, room: 20 * this.u }, styled(this.picture));
  }

  at({ target }) {
    const { side, place } = target?.closest?.("[data-side]")?.dataset ?? {};
    return side ? [side, Number(place)] : null;
  }

  light(at) {
    if (!at) return point(this.stage);
    const [side, place] = at;
    if (side === "row") point(this.stage, place);
    else point(this.stage, null, place);
  }

  keep(at) {
    if (!at) return;
    const [side, place] = at;
    if (side === "row") return goTo(this.stage, place);
    const { matrix, state: { kind, source } } = this.stage;
    const token = matrix.columnStarts[place];
    if (kind === "cross") this.stage.set({ source: source === token ? null : token });
  }

  press(event) {
    const at = this.at(event);
    if (!at || isBrowsers(event)) return;
    const [side, place] = at;
    const along = this.weave.isAcross ? ["ArrowLeft", "ArrowRight"] : ["ArrowUp", "ArrowDown"];
    const over = this.weave.isAcross ? ["ArrowUp", "ArrowDown"] : ["ArrowLeft", "ArrowRight"];
    const words = this.words[side];
    const move = { [along[0]]: -1, [along[1]]: 1 }[event.key];
    if (event.key === "Enter" || event.key === " ") this.keep(at);
    else if (move) this.focus(side, this.beside(side, place, move));
    else if (event.key === "Home") this.focus(side, 0);
    else if (event.key === "End") this.focus(side, words.length - 1);
    else if (over.includes(event.key)) this.focus(event.key === over[0] ? "column" : "row", place);
    else return;
    take(event);
  }

  // The next word in the direction of an arrow, whichever way the sentence runs.
  beside(side, place, move) {
    return place + (this.weave.isLeftward(side) ? -move : move);
  }

  focus(side, place) {
    const words = this.words[side];
    const word = words[clamp(place, 0, words.length - 1)];
    for (const one of words) one.setAttribute("tabindex", one === word ? 0 : -1);
    word.focus();
  }
}

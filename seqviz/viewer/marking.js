// Errors that one marks oneself in a text and its translation: chosen words get a kind of error by a
// key from 1 on. Knows neither who draws the texts nor who keeps the marks.
//
// Every change tells all marks of the sentence, so that none is lost however fast one types.

import { choices, html, isBrowsers, take, toggle } from "./dom.js";
import { filled } from "./text.js";

const overlaps = (one, { row, start, end }) => one.row === row && one.start < end && one.end > start;

// The badge of a kind of error: its key; filled where the error is major.
function badge(place, severity) {
  return html("span.badge", { "aria-hidden": "true", "data-severity": severity }, String(place + 1));
}

export class Marking {
  // turn: one begins to mark, or ends; draw: draws the texts anew; paint: shows which words are chosen;
  // tell: passes all marks on.
  constructor({ turn, draw, paint, tell }) {
    Object.assign(this, { turn, draw, paint, tell, on: false, marks: [], past: [], chosen: null, waits: null });
    this.status = html("p.status", { role: "status" });
    this.list = html("ul.own-marks");
    this.node = html("div.marking");
  }

  // given: rows, names of those that can be marked; marks: {row, start, end, category, severity}, a
  // half-open range of words; categories, severities; heard: the last token that arrived; words.
  receive(given, rows, sentence) {
    const isNew = sentence !== this.sentence;
    if (isNew) Object.assign(this, { sentence, past: [], chosen: null, waits: null });
    if (isNew) this.announce("");
    if (this.waits === null || given.heard === this.waits) Object.assign(this, { marks: given.marks, waits: null });
    const spoke = this.given?.words;
    Object.assign(this, { given, rows });
    this.severity ??= given.severities[0];
    if (JSON.stringify(spoke) !== JSON.stringify(given.words)) this.compose();
    this.show();
  }

  say(key, facts = {}) {
    return filled(this.given.words[key], facts);
  }

  announce(text) {
    if (this.status.textContent !== text) this.status.textContent = text;
  }

  what({ category, severity }) {
    return this.say("inspect.own.what", { category: this.say(`inspect.own.category.${category}`), severity: this.say(`inspect.own.severity.${severity}`) });
  }

  quoted({ row, start, end }) {
    return this.rows.find(({ name }) => name === row).words.slice(start, end).map(({ text }) => text).join("").trim();
  }

  compose() {
    const { given: { categories, severities } } = this;
    const named = severities.map((one) => [one, this.say(`inspect.own.severity.${one}`)]);
    this.severities = choices("severity", this.say("inspect.own.severity"), named, this.severity, (one) => {
      this.severity = one;
      this.announce(this.say("inspect.own.turned", { severity: this.say(`inspect.own.severity.${one}`) }));
    });
    const kinds = categories.map((one, place) => html("button.plain", { type: "button", "aria-keyshortcuts": place + 1, click: () => this.mark(place) },
      html("kbd", { "aria-hidden": "true" }, String(place + 1)), this.say(`inspect.own.category.${one}`)));
    this.back = html("button.plain", { type: "button", "aria-keyshortcuts": "Z", click: () => this.undo() }, this.say("inspect.own.undo"));
    this.panel = html("div.own-panel", html("p.caption", this.say("inspect.own.help")), html("div.controls", this.severities, this.back),
      html("div.kinds", { role: "group", "aria-label": this.say("inspect.own.kinds") }, ...kinds));
    this.switch = toggle(this.say("inspect.own.mark"), this.on, (on) => {
      Object.assign(this, { on, chosen: null });
      this.show();
      this.turn();
    });
    this.node.replaceChildren(this.switch, this.panel, this.status, this.list);
  }

  // What is marked, and the panel where one marks.
  show() {
    this.panel.hidden = !this.on;
    this.back.disabled = !this.past.length;
    this.list.setAttribute("aria-label", this.say("inspect.own.list"));
    this.list.replaceChildren(...this.marks.map((one, place) => {
      const text = this.quoted(one);
      const remove = () => {
        this.unmark(one);
        (this.list.querySelectorAll("button")[Math.min(place, this.marks.length - 1)] ?? this.switch.firstChild).focus();
      };
      return html("li", this.badge(one), html("span", html("q", { dir: "auto" }, text), ` ${this.what(one)}`),
        html("button.plain", { type: "button", "aria-label": this.say("inspect.own.remove_this", { text }), click: remove }, this.say("inspect.own.remove")));
    }));
  }

  badge({ category, severity }) {
    return badge(this.given.categories.indexOf(category), severity);
  }

  // Stands before the first word of a mark.
  sign(row, place) {
    const found = this.marks.find((one) => one.row === row && one.start === place);
    return found ? this.badge(found) : null;
  }

  canMark(row) {
    return this.on && this.given.rows.includes(row);
  }

  of(row) {
    return this.marks.filter((one) => one.row === row);
  }

  // What is said of a word that is marked; empty of another one.
  told(row, place) {
    const found = this.marks.find((one) => overlaps(one, { row, start: place, end: place + 1 }));
    return found ? this.say("inspect.own.said", { what: this.what(found) }) : "";
  }

  // The words of a row from one place to another; goesOn: from where one began to choose.
  choose(row, place, goesOn = false) {
    const anchor = goesOn && this.chosen?.row === row ? this.chosen.anchor : place;
    this.chosen = { row, anchor, start: Math.min(anchor, place), end: Math.max(anchor, place) + 1 };
    this.paint();
    if (goesOn) this.announce(this.say("inspect.own.chosen", { text: this.quoted(this.chosen) }));
  }

  isChosen(row, place) {
    return this.chosen !== null && overlaps(this.chosen, { row, start: place, end: place + 1 });
  }

  // The words that are chosen have an error of this kind, whatever was marked there before.
  mark(place) {
    const { chosen, severity, given: { categories, rows } } = this;
    if (!chosen) return this.announce(this.say("inspect.own.choose"));
    const { row, start, end } = chosen;
    const made = { row, start, end, category: categories[place], severity };
    const others = this.marks.filter((one) => !overlaps(one, made));
    const order = (one) => rows.indexOf(one.row) * 1e6 + one.start;
    return this.change([...others, made].sort((one, other) => order(one) - order(other)),
      this.say("inspect.own.marked", { text: this.quoted(made), what: this.what(made) }));
  }

  unmark(where) {
    const left = this.marks.filter((one) => !overlaps(one, where));
    if (left.length < this.marks.length) this.change(left, this.say("inspect.own.removed", { text: this.quoted(where) }));
  }

  undo() {
    if (this.past.length) this.change(this.past.at(-1), this.say("inspect.own.undone"), this.past.slice(0, -1));
  }

  change(marks, told, past = [...this.past, this.marks]) {
    Object.assign(this, { marks, past, waits: String(Math.random()) });
    this.tell({ marks, token: this.waits });
    this.announce(told);
    this.show();
    this.draw();
  }

  press(event) {
    if (!this.on) return;
    const key = event.key.toLowerCase();
    if (key === "z" && !event.altKey && !event.shiftKey) this.undo();
    else if (isBrowsers(event)) return;
    else if (key >= "1" && key <= String(this.given.categories.length)) this.mark(Number(key) - 1);
    else if (this.chosen && (key === "delete" || key === "backspace")) this.unmark(this.chosen);
    else if (key === "m") this.severities.querySelector("input:not(:checked)").click();
    else if (key === "escape" && this.chosen) {
      this.chosen = null;
      this.paint();
    } else return;
    take(event);
  }
}

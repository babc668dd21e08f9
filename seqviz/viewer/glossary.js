// What a term means, and how it is called in the other language: a card beside the term while it is
// pointed at or has the focus; a click or a touch keeps it there, and Escape closes it.

import { build, html } from "./dom.js";
import { clamp } from "./text.js";

const TERM = "[data-entry]";

export class Glossary {
  // lesson: whose chapter has the entries.
  constructor(lesson) {
    this.lesson = lesson;
    this.node = html("div.entry-card", { role: "tooltip", hidden: "", pointerleave: () => this.leave() });
    const isOf = (one) => one === this.node || one.matches?.(TERM);
    this.heard = {
      "seqviz-escape": (event) => this.close() && event.preventDefault(), // of presenter.js: the card goes first
      pointerdown: (event) => event.composedPath().some(isOf) || this.close(),
    };
    for (const [name, hear] of Object.entries(this.heard)) document.addEventListener(name, hear);
  }

  // The terms of a text: buttons that say by themselves what they mean.
  dress(part) {
    for (const term of part.querySelectorAll(TERM)) {
      const entry = this.entry(term);
      if (entry) build(term, { role: "button", "aria-expanded": false, "aria-description": this.lesson.say("figure.named", { name: entry.other.join(", "), value: entry.means }) });
    }
  }

  // Listens to a text.
  link(part) {
    const at = ({ target }) => target.closest?.(TERM);
    build(part, { pointerover: (event) => event.pointerType !== "touch" && this.pass(at(event)),
      pointerleave: ({ relatedTarget }) => this.node.contains(relatedTarget) || this.leave(),
      focusin: (event) => this.pass(at(event)), focusout: () => this.leave(),
      click: (event) => this.click(event, at(event)), keydown: (event) => this.press(event, at(event)) });
  }

  entry(term) {
    return this.lesson.chapter.glossary[term?.dataset.entry];
  }

  pass(term) {
    if (!this.isKept) this.show(term);
  }

  leave() {
    if (!this.isKept) this.show(null);
  }

  // A term that was clicked keeps no keys to itself: space goes on.
  click({ detail }, term) {
    if (!term) return;
    this.keep(term);
    if (detail) this.lesson.root.activeElement?.blur();
  }

  // The card stays, or goes.
  keep(term) {
    const isKept = !this.isKept || term !== this.term;
    this.show(isKept ? term : null);
    this.isKept = isKept;
  }

  press(event, term) {
    if (!term || ![" ", "Enter"].includes(event.key)) return;
    event.preventDefault();
    this.keep(term);
  }

  // Returns whether there was a card.
  close() {
    const { node: { hidden } } = this;
    this.show(null);
    return !hidden;
  }

  // term: an element, or null to hide the card.
  show(term) {
    const { node, lesson } = this;
    const entry = this.entry(term);
    this.term?.setAttribute("aria-expanded", false);
    this.term = entry ? term : null;
    this.isKept = false;
    node.hidden = !entry;
    if (!entry) return;
    term.setAttribute("aria-expanded", true);
    node.replaceChildren(html("strong", entry.term), " ", html("span.other", entry.other.join(", ")), html("p", entry.means));
    const [box, own] = [term, lesson.node].map((one) => one.getBoundingClientRect());
    node.style.left = `${clamp(box.left - own.left, 0, Math.max(0, own.width - node.offsetWidth))}px`;
    node.style.top = `${box.bottom - own.top}px`;
  }

  stop() {
    for (const [name, hear] of Object.entries(this.heard)) document.removeEventListener(name, hear);
  }
}

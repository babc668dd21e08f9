// What a term means, and how it is called in the other language: beside it while it is pointed at or
// has the focus.

import { html } from "./dom.js";
import { clamp } from "./text.js";

export class Glossary {
  // lesson: whose chapter has the entries.
  constructor(lesson) {
    this.lesson = lesson;
    this.node = html("div", { class: "entry-card", role: "tooltip", id: "lesson-entry", hidden: "" });
  }

  // term: an element, or null to hide the card.
  show(term) {
    const { node, lesson } = this;
    const entry = lesson.chapter.glossary[term?.dataset.entry];
    this.term?.removeAttribute("aria-describedby");
    this.term = entry ? term : null;
    node.hidden = !entry;
    if (!entry) return;
    term.setAttribute("aria-describedby", node.id);
    node.replaceChildren(html("strong", {}, entry.term), " ", html("span", { class: "other" }, entry.other.join(", ")), html("p", {}, entry.means));
    const [box, own] = [term, lesson.node].map((one) => one.getBoundingClientRect());
    node.style.left = `${clamp(box.left - own.left, 0, Math.max(0, own.width - node.offsetWidth))}px`;
    node.style.top = `${box.bottom - own.top + 6}px`;
  }
}

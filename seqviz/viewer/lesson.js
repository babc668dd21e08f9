// The lesson on the page: what Streamlit gives, and what it hears. This program travels once for a
// whole page, a chapter once for as long as it is shown; what comes later is a small note.

import { html } from "./dom.js";
import { Find } from "./find.js";
import { Learning } from "./learning.js";
import { LessonActs } from "./lessonacts.js";
import { LessonBook } from "./lessonbook.js";
import { LessonView } from "./lessonview.js";

const LIVE = {
  learning: Learning, // gradient steps on a toy
  find: Find, // a sentence on which greedy decoding and beam search part
};

class PageLesson {
  constructor(shadow) {
    this.shadow = shadow;
    // Nothing has the focus but what the lesson stands in: a click beside it gives it to Streamlit's page.
    this.keys = (event) => event.target !== shadow.host && event.target.contains(shadow.host) && this.view?.press(event);
    this.root = html("div.root", { keydown: (event) => this.view?.press(event) });
    shadow.append(this.root);
    document.addEventListener("keydown", this.keys);
  }

  // data: name of what is shown, chapter, words, language, menu, acts.
  receive(data, send) {
    this.send = send;
    if (data.name === this.data?.name && data.language === this.data.language) return;
    // Where one stands counts for more than what Python has heard of it so far.
    const stays = this.data?.chapter.chapter === data.chapter.chapter && this.noted.count === this.count;
    this.data = data;
    const { engine } = this.view ?? {};
    const book = (globalThis.seqviz.book ??= new LessonBook()); // for as long as the page stands
    this.view?.stop();
    this.view = new LessonView({ root: this.shadow, words: data.words, acts: data.acts, live: LIVE, Acts: LessonActs, book, send: (name, value) => this.send(name, value) });
    this.view.engine = engine;
    this.root.replaceChildren(this.view.node);
    this.count = this.noted.count;
    this.view.open(data.chapter, { at: stays ? "" : this.noted.at, menu: data.menu }).then(() => {
      this.note(this.noted);
      // Keys go to the lesson, not to the button that led to it.
      if (!document.activeElement?.matches("input, textarea")) this.view.focus();
      if (stays || book.isNews) this.view.rest();
    });
  }

  // Where Python wants to be, counted; and numbers that were asked for.
  note(noted) {
    this.noted = noted;
    if (!this.view?.chapter) return;
    if (noted.count !== this.count) this.view.goTo(noted.at);
    this.count = noted.count;
    const { view, view: { picture } } = this;
    if (noted.computation) picture.add(noted.computation);
    if (noted.learning) picture.learn(noted.learning);
    view.found = noted.found;
    picture.more();
  }

  leave() {
    this.view?.stop();
    document.removeEventListener("keydown", this.keys);
  }
}

let shown = null;
let lastNote = {};

export default function lessonProgram() {
  const page = (globalThis.seqviz ??= { waiting: [] });
  page.lesson = ({ data, parentElement, setTriggerValue }) => {
    if ("acted" in data) {
      if (data.acted) shown?.view?.picture.acts.answer(data.acted);
      return () => {};
    }
    if (!data.chapter) {
      lastNote = data;
      shown?.note(data);
      return () => {};
    }
    const lesson = (parentElement.seqvizLesson ??= new PageLesson(parentElement));
    shown = lesson;
    lesson.noted = lastNote;
    lesson.receive(data, (name, value) => setTriggerValue(name === "at" ? name : "act", name === "at" ? value : { name, ...value }));
    return () => lesson.leave();
  };
  for (const start of page.waiting.splice(0)) start();
}

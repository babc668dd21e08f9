// A lesson: its text, what is asked, and the picture; one step at a time, in the browser alone. Space,
// Page Down and the right arrow go on, Page Up and the left arrow go back.

import { BetBox } from "./betbox.js";
import { build, html } from "./dom.js";
import { Glossary } from "./glossary.js";
import { LessonBook } from "./lessonbook.js";
import { LessonEngine } from "./lessonengine.js";
import { LessonHead } from "./lessonhead.js";
import { LessonPicture } from "./lessonpicture.js";
import { grown } from "./markup.js";
import { filled } from "./text.js";

const ON = [" ", "PageDown", "ArrowRight", "Enter"];
const CLICKED = [" ", "PageDown", "PageUp"]; // a clicker goes on, whatever was dragged before
const REST = 400; // milliseconds until Python hears of a step
const BACK = ["PageUp", "ArrowLeft"];
const TYPED_INTO = "input:not([type=checkbox],[type=radio],[type=range]), select, textarea";
const PRESSED = "button, a, summary, input:not([type=range]), [role=button]";

export class LessonView {
  // root: Document or ShadowRoot; send(name, value): what Python is asked; acts: what it can do; live: parts that
  // need it, by name; Acts: what a learner may do to a picture with it; book: with what was bet before.
  constructor({ root, words, send = null, acts = [], live = {}, Acts = null, book = new LessonBook() }) {
    Object.assign(this, { root, words, send, acts, live, Acts, book });
    this.head = new LessonHead(this);
    this.glossary = new Glossary(this);
    this.text = html("div.lesson-text", { "aria-live": "polite", "aria-atomic": "true" });
    this.hint = html("p.lesson-hint", { role: "status" });
    this.box = new BetBox(this);
    this.picture = new LessonPicture(this);
    for (const part of [this.text, this.box.told]) this.link(part);
    // A button that was clicked keeps no keys to itself: space goes on.
    const free = (event) => event.detail && event.target.closest("button, .toggle") && this.root.activeElement?.blur();
    for (const part of [this.head.node, this.box.node]) part.addEventListener("click", free);
    this.node = html("article.lesson", { tabindex: -1 }, this.head.node, this.text, this.hint, this.box.node, this.box.heard, this.picture.node, this.glossary.node);
    this.head.timer.look();
  }

  say(key, facts = {}) {
    return filled(this.words[key], facts);
  }

  // Another chapter, another sentence or another language; at: the step's id.
  async open(chapter, { at = "", menu: chapters = [] } = {}) {
    const isSame = this.engine?.chapter.chapter === chapter.chapter;
    const wanted = at || (isSame ? this.engine.step.id : "");
    await this.picture.open(chapter);
    Object.assign(this, { chapter, chapters });
    this.engine = new LessonEngine(chapter, { at: wanted, book: this.book });
    this.head.lay();
    this.draw();
  }

  // The step that the engine stands at.
  draw() {
    const { engine, engine: { step } } = this;
    this.node.dataset.step = step.id;
    this.node.dataset.action = step.action ?? "";
    this.head.stand();
    this.glossary.close();
    this.text.replaceChildren(...step.text.map(grown));
    this.glossary.dress(this.text);
    this.text.hidden = !step.text.length;
    this.box.lay();
    this.picture.show();
    this.tell(engine.isRevealed && this.picture.stage.grows ? this.say("lesson.grows") : "");
    this.changed();
  }

  tell(text) {
    this.hint.textContent = text;
  }

  // Something was bet, revealed or done.
  changed() {
    const { engine } = this;
    this.box.draw();
    this.head.stand();
    this.head.count();
    this.node.classList.toggle("waits", !engine.isRevealed || !engine.isDone);
  }

  // A bet: run it, draw what it changes; returns whether it counts.
  act(change) {
    if (change() === false) return false;
    this.tell("");
    this.changed();
    return true;
  }

  did(action) {
    if (!this.engine.did(action)) return;
    this.tell("");
    this.changed();
  }

  // What a part asks of Python.
  asked(name, value) {
    const { acts } = this.picture;
    if (name === "select" || acts?.take(name, value)) return;
    this.did(name);
    this.send?.(name, { ...value, trace: this.engine.step.trace, acts: acts?.told });
  }

  // To a step that was asked for from elsewhere.
  goTo(id) {
    const place = this.engine.steps.findIndex((step) => step.id === id);
    if (place >= 0 && this.engine.go(place)) this.draw();
  }

  forward() {
    if (this.engine.isRevealed && this.picture.grow()) return;
    const before = this.engine.step;
    const missing = this.engine.forward();
    if (missing) this.tell(this.say(missing === "end" ? "lesson.end" : `lesson.first_${missing}`));
    else this.moved(before);
  }

  back() {
    const before = this.engine.step;
    if (this.engine.back()) this.moved(before);
  }

  skip() {
    const { engine, engine: { isRevealed }, picture } = this;
    if (isRevealed && picture.ripen()) this.tell("");
    if (engine.skip()) this.moved(engine.step, isRevealed);
  }

  // To another step, or to the reveal of this one; isShown: its picture stays as it is. What had the focus may go: the lesson keeps it.
  moved(before, isShown = false) {
    const had = this.node.contains(this.root.activeElement);
    if (before === this.engine.step) this.act(() => isShown || this.picture.show());
    else this.draw();
    if (this.node.getBoundingClientRect().top < 0) this.node.scrollIntoView(); // the text, not what stood below it
    if (had && !this.node.contains(this.root.activeElement)) this.focus();
    this.rest();
  }

  // All bets, and where they were told.
  forget() {
    this.book.forget();
    this.draw();
    this.rest();
  }

  focus() {
    this.node.focus({ preventScroll: true });
  }

  // Python hears of the step, and of what was bet, once one stays there.
  rest() {
    clearTimeout(this.resting);
    this.resting = setTimeout(() => {
      this.send?.("at", { chapter: this.chapter.chapter, at: this.engine.step.id, bets: this.book.told, forgot: this.book.forgot });
      this.book.isNews = false;
    }, REST);
  }

  // What a text points at lights up, and what it names is explained.
  link(part) {
    const light = ({ target }) => target.closest?.("[data-light]")?.dataset.light;
    const point = (event) => this.picture.spotlight.point([light(event)].filter(Boolean));
    const leave = () => this.picture.spotlight.point([]);
    this.glossary.link(part);
    build(part, { pointerover: point, focusin: point, pointerleave: leave, focusout: leave, click: (event) => this.picture.follow(light(event)) });
  }

  // Keys go to the lesson unless something that has the focus wants them.
  press(event) {
    const [target] = event.composedPath();
    const { key } = event;
    if (!this.engine || event.ctrlKey || event.altKey || event.metaKey || event.defaultPrevented || target.matches?.(TYPED_INTO)) return;
    if (target.matches?.("input[type=range]") && !CLICKED.includes(key)) return;
    if (target.matches?.(PRESSED) && [" ", "Enter"].includes(key)) return;
    const { picture: { node, stage } } = this;
    if (node.contains(target) && key.startsWith("Arrow")) return stage.press(event);
    if (this.box.press(event)) return this.taken(event);
    if (ON.includes(key) && !event.shiftKey) this.forward();
    else if (BACK.includes(key)) this.back();
    else if (key.toLowerCase() === "s") this.skip();
    else if (key !== "Escape" || !this.glossary.close()) return;
    this.taken(event);
  }

  taken(event) {
    event.preventDefault();
    event.stopPropagation();
  }

  stop() {
    clearTimeout(this.resting);
    this.picture.stop();
    this.head.stop();
    this.glossary.stop();
  }
}

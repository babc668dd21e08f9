// A sentence and its translation, word by word: our marks, what else is to be said of single words, in
// words where one points or tabs, and what one marks as wrong oneself.
//
// Of the page, not of the viewer: it knows no trace. Which word is pressed, is told by "word"; what is
// marked, by "marks".

import { html, isBrowsers, take } from "./dom.js";
import { flagged, flagKeys, toldMark } from "./flags.js";
import { Marking } from "./marking.js";
import { filled, languageTag } from "./text.js";

class Judged {
  constructor(parent) {
    this.rows = html("div.rows", { pointerdown: (event) => this.begin(event), pointermove: (event) => this.drag(event), pointerup: (event) => this.end(event) });
    this.said = html("p.caption.said", { "aria-live": "polite" });
    this.room = html("p.caption.room", { "aria-hidden": "true" });
    this.marking = new Marking({ turn: () => this.turn(), draw: () => this.draw(), paint: () => this.paint(), tell: (marks) => this.tell("marks", marks) });
    this.legend = html("div.legend");
    this.node = html("div.sentence", { keydown: (event) => this.marking.press(event) }, this.rows, this.legend, html("div.below", this.room, this.said), this.marking.node);
    parent.append(this.node);
    this.count = 0;
  }

  // rows: {name, title, language, words: [{text, marks, said, span, differs}]}; known: words.
  receive(data, setTriggerValue) {
    const isNew = data.sentence !== this.data?.sentence || data.hint !== this.data.hint;
    this.data = data;
    this.tell = (name, what) => setTriggerValue(name, { ...what, sentence: data.sentence, count: (this.count += 1) });
    this.marking.receive(data.marking, data.rows, data.sentence);
    if (isNew) this.turn();
    else if (this.drawn !== this.told) this.draw();
  }

  get told() {
    return JSON.stringify([this.data.rows, this.marking.marks]);
  }

  // Another sentence, or one begins to mark: then one follows no word.
  turn() {
    this.said.textContent = this.marking.on ? "" : this.data.hint;
    this.draw();
  }

  // Who is at a word stays there.
  draw() {
    this.drawn = this.told;
    const { activeElement } = this.rows.getRootNode();
    const at = this.rows.contains(activeElement) ? activeElement.dataset : null;
    this.rows.replaceChildren(...this.data.rows.flatMap((one) => [html("p.side", one.title), this.row(one)]));
    this.explain();
    this.reserve();
    this.paint();
    if (at) this.button(at.row, at.place)?.focus({ preventScroll: true });
  }

  // Nothing below moves, whichever word one points at: there is room for the longest that is said.
  reserve() {
    const told = [...this.rows.querySelectorAll("button")].map((button) => button.getAttribute("aria-label"));
    this.room.textContent = [this.data.hint, ...told].reduce((longest, one) => (one.length > longest.length ? one : longest), "");
  }

  say(key, facts = {}) {
    return filled(this.data.known[key], facts);
  }

  // What the lines and boxes that are there mean.
  explain() {
    const say = (key, facts) => this.say(key, facts);
    const words = this.data.rows.flatMap((one) => one.words);
    const key = (name, value, code) => (words.some((word) => word[name] === value)
      ? [html("span.key", html("span.word", { [`data-${name}`]: value }, say(`inspect.words.${code}`)))] : []);
    const own = this.marking.marks.length ? [html("span.key", html("span.own", say("inspect.own.list")))] : [];
    this.legend.replaceChildren(...flagKeys(say, words.flatMap(({ marks }) => marks)),
      ...key("differs", true, "differs"), ...key("span", "minor", "minor"), ...key("span", "major", "major"), ...own);
  }

  // Which words are chosen, where words can be.
  paint() {
    for (const button of this.rows.querySelectorAll("button")) {
      const { row, place } = button.dataset;
      if (this.marking.canMark(row)) button.setAttribute("aria-pressed", this.marking.isChosen(row, Number(place)));
    }
  }

  button(row, place) {
    return this.rows.querySelector(`button[data-row="${row}"][data-place="${place}"]`);
  }

  row({ name, title, language, words }) {
    const own = this.marking.of(name);
    const parts = words.map((word, place) => [/^\s/.test(word.text) ? " " : "", this.word(name, word, place), /\s$/.test(word.text) ? " " : ""]);
    const nodes = [];
    for (let place = 0; place < parts.length;) {
      const mark = own.find(({ start }) => start === place);
      const next = mark?.end ?? place + 1;
      const [before, ...inner] = parts.slice(place, next).flat();
      const after = inner.pop();
      nodes.push(before, ...(mark ? [html("mark.own", { "data-severity": mark.severity }, ...inner)] : inner), after);
      place = next;
    }
    const node = html("p.judged", { dir: "auto", lang: languageTag(language), keydown: (event) => this.walk(event) }, ...nodes);
    const first = node.querySelector("button");
    if (!first) return node;
    first.tabIndex = 0;
    node.setAttribute("role", "group");
    node.setAttribute("aria-label", title);
    return node;
  }

  // Plain text, where nothing is said of a word and nothing can be done with it.
  word(row, { text, marks, said, span, differs }, place) {
    const { marking } = this;
    const label = text.trim();
    const told = [marking.told(row, place), said, ...marks.map((mark) => toldMark((...asked) => this.say(...asked), mark))].filter(Boolean).join(this.say("evidence.mark_between"));
    if (!told && !marking.canMark(row)) return label;
    const all = told ? this.say("inspect.words.told", { word: label, told }) : label;
    const say = () => this.said.textContent === all || this.said.replaceChildren(all);
    return html("button.word", {
      type: "button", "data-span": span || null, "data-differs": differs || null, "data-row": row, "data-place": place,
      "aria-label": all, tabindex: -1, pointerenter: say,
      focus: (event) => {
        say();
        this.hold(event.target);
        if (marking.canMark(row) && marking.chosen?.row !== row) marking.choose(row, place);
      },
      click: (event) => (marking.on ? marking.canMark(row) && marking.choose(row, place, event.shiftKey) : this.tell("word", { row, place })),
    }, marking.sign(row, place), flagged(label, marks));
  }

  // The one word of its text that Tab comes to.
  hold(button) {
    for (const one of button.closest("p").querySelectorAll("button")) one.tabIndex = one === button ? 0 : -1;
  }

  walk(event) {
    const buttons = [...event.currentTarget.querySelectorAll("button")];
    const at = buttons.indexOf(event.target);
    const next = buttons[{ ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: buttons.length - 1 }[event.key]];
    if (isBrowsers(event) || !next) return;
    take(event);
    next.focus();
    const { row, place } = next.dataset;
    if (this.marking.canMark(row)) this.marking.choose(row, Number(place), event.shiftKey);
  }

  // The word at a place of the screen, if it can be marked.
  under({ clientX, clientY }) {
    const found = this.rows.getRootNode().elementFromPoint(clientX, clientY)?.closest("button.word");
    return found && this.marking.canMark(found.dataset.row) ? found : null;
  }

  begin(event) {
    const found = event.button ? null : this.under(event);
    this.dragged = found?.dataset.row ?? null;
    if (found) this.marking.choose(this.dragged, Number(found.dataset.place), event.shiftKey);
  }

  drag(event) {
    const found = this.dragged && event.buttons ? this.under(event) : null;
    this.reach(found);
  }

  end(event) {
    const found = this.dragged ? this.under(event) : null;
    this.reach(found);
    found?.focus();
    this.dragged = null;
  }

  reach(found) {
    if (found && found.dataset.row === this.dragged) this.marking.choose(this.dragged, Number(found.dataset.place), true);
  }
}

export default function show({ data, parentElement, setTriggerValue }) {
  const shown = (parentElement.seqvizJudged ??= new Judged(parentElement));
  shown.receive(data, setTriggerValue);
  return () => {
    shown.node.remove();
    parentElement.seqvizJudged = null;
  };
}

// The line above a lesson: chapters, where one stands, class or alone, the score, the own sentence.

import { html, iconButton, menu, toggle } from "./dom.js";
import { Fitting } from "./fitting.js";
import { fixed, signed } from "./text.js";
import { Timer } from "./timer.js";

export class LessonHead {
  // lesson: the view that it stands in.
  constructor(lesson) {
    this.lesson = lesson;
    this.fitting = new Fitting(lesson);
    this.timer = new Timer((isOn) => this.fitting.present(isOn));
    this.node = html("div.lesson-head");
  }

  // Another chapter, or the same with another sentence.
  lay() {
    const { lesson, lesson: { book, chapter, chapters } } = this;
    const say = (key) => lesson.say(key);
    const named = chapters.map(([, title], place) => [place, `${place + 1} ${title}`]);
    const here = chapters.findIndex(([id]) => id === chapter.chapter);
    this.timer.name(say("page.present.timer"));
    this.counter = html("output.counter");
    this.score = html("output.score");
    this.back = iconButton("previous", say("lesson.back"), () => lesson.back());
    this.on = iconButton("next_step", say("lesson.on"), () => lesson.forward());
    this.node.replaceChildren(...[html("h2", { class: chapters.length > 1 ? "unseen" : null }, chapter.title),
      chapters.length > 1 ? menu(say("lesson.chapter"), named, here, (place) => lesson.send?.("chapter", { chapter: chapters[place][0] })) : null,
      html("div.lesson-walk", this.back, this.counter, this.on),
      toggle(say("lesson.class"), book.isClass, (isClass) => { book.isClass = isClass; lesson.changed(); }), this.score,
      html("button.plain", { click: () => lesson.forget() }, say("lesson.reset")), this.timer.node,
      chapter.own && lesson.send ? this.own(say) : null].filter(Boolean));
  }

  // The visitor's own sentence in place of the chapter's.
  own(say) {
    const { lesson } = this;
    const input = html("input", { type: "text", value: lesson.chapter.sentence, maxlength: 500, dir: "auto", "aria-label": say("lesson.own") });
    return html("form.typed.own", { submit: (event) => {
      event.preventDefault();
      lesson.asked("own", { text: input.value.trim() });
      lesson.tell(say("lesson.own.coming"));
      lesson.focus();
    } }, html("label", html("span", say("lesson.own")), " ", input), html("button", { type: "submit", class: "plain" }, say("lesson.own.done")));
  }

  // Where one stands.
  stand() {
    const { lesson, lesson: { engine, engine: { place, steps } } } = this;
    this.counter.textContent = lesson.say("lesson.counter", { step: place + 1, steps: steps.length });
    this.back.disabled = place === 0;
    this.on.disabled = place === steps.length - 1 && engine.isRevealed;
  }

  // What the bets are worth.
  count() {
    const { lesson, lesson: { book: { score } } } = this;
    this.score.textContent = [score.bets ? lesson.say("lesson.score", { bits: signed(score.bits, 1), bets: score.bets }) : "",
      score.rows ? lesson.say("lesson.score_rows", { distance: fixed(score.distance, 2), rows: score.rows }) : ""].filter(Boolean).join(" · ");
  }

  // Letters are those of the page again.
  stop() {
    this.timer.stop();
    this.fitting.present(false);
  }
}

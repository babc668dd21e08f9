// A lesson that one walks through without a server: where it stands, its keys, its presenter.

import { LessonView } from "./lessonview.js";
import { Presenter } from "./presenter.js";

// words: of one language; turn(chapter): to another one.
export function walkThrough(words, main, turn) {
  const lesson = new LessonView({ root: document, words, send: (name, value) => name === "chapter" && turn(value.chapter) });
  main.append(lesson.node);
  new Presenter(() => [lesson.node], "html", (key) => words[key]);
  document.addEventListener("keydown", (event) => lesson.press(event));
  return lesson;
}

// A lesson in a file of its own: chapters one after the other, without a server.

import { html } from "./dom.js";
import { layOut } from "./handoutprint.js";
import { walkThrough } from "./lessonwalk.js";

const handout = JSON.parse(document.getElementById("data").textContent);
const main = html("main.root");
document.body.append(main);

if (location.hash === "#print") {
  main.classList.add("printed");
  globalThis.seqvizPrinted = layOut(handout, main);
} else walk();

// One step at a time.
function walk() {
  main.append(html("h1.unseen", document.title));
  const lesson = walkThrough(handout.words, main, turn);

  function turn(id, at) {
    const chapter = handout.chapters.find((one) => one.chapter === id) ?? handout.chapters[0];
    return lesson.open({ ...chapter, own: false }, { at, menu: handout.chapters.map((one) => [one.chapter, one.title]) });
  }

  // A link leads to a step: "#chapter/step".
  const follow = () => turn(...location.hash.slice(1).split("/"));
  window.addEventListener("hashchange", follow);
  follow();
}

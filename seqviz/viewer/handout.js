// A lesson in a file of its own: chapters one after the other, without a server.

import { html } from "./dom.js";
import { layOut } from "./handoutprint.js";
import { walkThrough } from "./lessonwalk.js";

const handout = JSON.parse(document.getElementById("data").textContent);
const main = html("main.root");
document.body.append(main);

const LAID_OUT = "#print"; // all steps below each other
const PRINTED_AT_ONCE = "#print-now"; // and the browser asks how to print them
const printWord = (key) => handout.words[`lesson.${key}`];

if ([LAID_OUT, PRINTED_AT_ONCE].includes(location.hash)) layAllOut();
else walk();

// What a printer gets.
function layAllOut() {
  main.classList.add("printed");
  document.documentElement.style.colorScheme = "light";
  const bar = html("nav.all", html("p", { role: "status" }, printWord("print_wait")));
  main.append(bar);
  globalThis.seqvizPrinted = layOut(handout, main);
  globalThis.seqvizPrinted.then(() => {
    const wanted = location.hash;
    history.replaceState(null, "", LAID_OUT);
    bar.replaceChildren(html("button", { click: () => window.print() }, printWord("print_all")), html("button", { click: () => turnTo("#") }, printWord("print_back")));
    if (wanted === PRINTED_AT_ONCE) window.print();
  });
}

// The page anew, in its other form.
function turnTo(hash) {
  history.replaceState(null, "", hash);
  location.reload();
}

// One step at a time.
function walk() {
  main.append(html("h1.unseen", document.title), html("nav.all", html("button", { click: () => turnTo(PRINTED_AT_ONCE) }, printWord("print_all"))));
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

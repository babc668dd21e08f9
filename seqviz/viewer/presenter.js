// Presenter mode, on the page and in the offline page: large type and one picture at a time, without
// anything around it. P or the button begins it, Esc ends it (what lies open goes first), B is a black
// screen, Page Up and Page Down go through a picture that is higher than the screen, and from picture to
// picture; other keys go to the picture itself. A finger leaves by a button that comes with a touch, or
// with a pointer that moves. A timer says how long one has presented.

import { Timer } from "./timer.js";

const PRESENTS = "seqviz-presents";
const BLACKED = "seqviz-black";
const STIRRED = "seqviz-stirred";
const STIRRED_MS = 3000;
const PRESENTED = "seqviz-picture";
const TYPED_IN = "input:not([type=range],[type=radio],[type=checkbox]),select,textarea,[contenteditable=true]";
const TURNS = { PageDown: 1, PageUp: -1 };
const STRIDE = 0.8; // of the screen, so that one sees where one was
const REST_PX = 40; // of a picture, that nobody need see

// The parts of a viewer that are worth a screen of their own.
export const presentedParts = (root) => [...root.querySelectorAll("[data-part]:not([hidden],.sentence-part,.player,.controls,.node-card)")];

export class Presenter {
  // find: gives the elements of which one is shown; those that stand in a component are parts of it.
  // scroller: selector of what scrolls. say(key): the page's words.
  constructor(find, scroller, say) {
    Object.assign(this, { find, scroller, say, place: 0, shown: null, root: document.documentElement });
    this.timer = new Timer();
    this.timer.node.classList.add("seqviz-timer");
    this.redrawn = new MutationObserver(() => this.keep());
    this.button = document.createElement("button");
    Object.assign(this.button, { className: "seqviz-leave", textContent: "×", onclick: () => this.present(false) });
    document.addEventListener("keydown", (event) => this.hear(event), true);
    document.addEventListener("seqviz-started", () => this.presents && this.keep());
    for (const touch of ["pointermove", "pointerdown"]) document.addEventListener(touch, () => this.stir(), true);
  }

  stir() {
    clearTimeout(this.rest);
    this.root.classList.add(STIRRED);
    this.rest = setTimeout(() => this.root.classList.remove(STIRRED), STIRRED_MS);
  }

  get presents() {
    return this.root.classList.contains(PRESENTS);
  }

  turn(picture) {
    this.shown = picture;
    picture?.dispatchEvent(new Event("seqviz-turned", { bubbles: true }));
    this.keep();
    this.scroll(0);
    window.dispatchEvent(new Event("resize")); // a chart fills its place anew
  }

  // By a screen, as far as the picture goes that way; then to the next one.
  go(way) {
    const { clientHeight, scrollHeight, scrollTop } = document.querySelector(this.scroller);
    const rest = way > 0 ? scrollHeight - clientHeight - scrollTop : scrollTop;
    const next = this.find()[this.place + way];
    if (rest > REST_PX) this.scroll(scrollTop + way * STRIDE * clientHeight);
    else if (next) this.turn(next);
  }

  scroll(top) {
    document.querySelector(this.scroller)?.scrollTo({ top, behavior: "instant" });
  }

  // Pictures may be drawn anew, and others still come: one of them is shown all the same.
  keep() {
    const all = this.find();
    const kept = all.indexOf(this.shown);
    this.place = kept < 0 ? Math.max(0, Math.min(this.place, all.length - 1)) : kept;
    this.shown = all[this.place] ?? null;
    const hosts = new Set(all.map((one) => one.getRootNode().host).filter(Boolean));
    for (const one of all) one.classList.toggle(PRESENTED, one === this.shown);
    for (const one of hosts) one.classList.toggle(PRESENTED, this.presents && one === this.shown.getRootNode().host);
  }

  present(on) {
    if (!this.shown?.checkVisibility()) this.shown = this.find().find((one) => one.checkVisibility());
    this.root.classList.toggle(PRESENTS, on);
    this.root.classList.remove(BLACKED);
    focused()?.blur(); // the keys are the picture's now
    this.button.ariaLabel = this.button.title = this.say("page.present.leave");
    this.timer.name(this.say("page.present.timer"));
    for (const one of [this.button, this.timer.node]) on ? document.body.append(one) : one.remove();
    this.turn(this.shown);
    if (on) this.redrawn.observe(document.body, { attributeFilter: ["class"], childList: true, subtree: true });
    else this.redrawn.disconnect();
  }

  hear(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || focused()?.matches(TYPED_IN)) return;
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    if (["c", "r"].includes(key)) return event.stopPropagation(); // Streamlit's, to empty its caches and to run anew
    if (key === "p") this.present(!this.presents);
    else if (!this.presents) return;
    else if (key === "Escape") document.dispatchEvent(new Event("seqviz-escape", { cancelable: true })) && this.present(false);
    else if (key === "b") this.root.classList.toggle(BLACKED);
    else if (key in TURNS && this.find().length > 1) this.go(TURNS[key]);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }
}

// The innermost element that has the focus, inside components, too.
function focused() {
  let found = document.activeElement;
  while (found?.shadowRoot?.activeElement) found = found.shadowRoot.activeElement;
  return found;
}

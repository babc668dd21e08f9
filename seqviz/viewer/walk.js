// What is walked through step by step: one selection, whoever watches it, buttons, keys and playing.
// Who extends it has here, last, moveTo(row) and rows, their names.

import { isBrowsers, take } from "./dom.js";
import { filled } from "./text.js";

const PLAY_MS = 1000;
const REST_MS = 300;
const PRINTS = ["beforeprint", "afterprint"];

export class Walk {
  // words: templates by key; send(name, value): tells the embedder; acts: what it can do.
  constructor({ words, root = document, send = null, acts = [], state = {} }) {
    Object.assign(this, { words, root, tell: send, acts: new Set(acts) });
    this.watchers = [];
    // squeeze: pixels that the screen lacks, and that rows of a matrix give
    this.state = { step: 0, playing: false, speed: 1, width: 0, squeeze: 0, printing: false, ...state };
    this.print = ({ type }) => this.set({ printing: type === "beforeprint" }, { isTold: false });
    for (const event of PRINTS) addEventListener(event, this.print);
  }

  // Keys of what a step moves.
  get looked() {
    return ["step"];
  }

  // Keys of what the embedder is told, and what it is told of them.
  get kept() {
    return ["step"];
  }

  selected() {
    return ["step", this.state.step];
  }

  // Where one stands, in words.
  standing() {
    return this.say("viewer.step_of", { step: this.here + 1, steps: this.last + 1 });
  }

  // A sentence of the language; {names} in it are replaced by facts.
  say(key, facts = {}) {
    return filled(this.words[key], facts);
  }

  watch(keys, draw) {
    this.watchers.push({ keys, draw });
    draw();
  }

  forget(watchers) {
    this.watchers = this.watchers.filter((one) => !watchers.includes(one));
  }

  // Those that slept draw what they missed.
  wake(watchers) {
    for (const one of watchers) {
      const { isLate } = one;
      one.isAsleep = one.isLate = false;
      if (isLate) one.draw();
    }
  }

  set(changes, { isTold = true } = {}) {
    const changed = Object.keys(changes).filter((key) => this.state[key] !== changes[key]);
    if (!changed.length) return;
    Object.assign(this.state, changes);
    this.changing(changed);
    for (const watcher of [...this.watchers]) {
      if (!watcher.keys.some((key) => changed.includes(key))) continue;
      if (watcher.isAsleep) watcher.isLate = true;
      else watcher.draw();
    }
    if (isTold && this.tell && changed.some((key) => this.kept.includes(key))) this.rest();
  }

  // Called before those who watch.
  changing() {}

  // Tell the selection once the visitor rests; while it plays, only in the end.
  rest(wait = REST_MS) {
    clearTimeout(this.resting);
    this.resting = setTimeout(() => {
      if (this.state.playing) return this.rest();
      this.resting = null;
      this.send(...this.selected());
    }, wait);
  }

  send(name, value) {
    this.tell?.(name, value);
  }

  can(name) {
    return this.acts.has(name);
  }

  // Milliseconds a step while it plays.
  get pace() {
    return PLAY_MS / this.state.speed;
  }

  play(isOn, pace = this.pace) {
    clearInterval(this.clock);
    this.clock = isOn ? setInterval(() => this.tick(), pace) : undefined;
    this.set({ playing: isOn });
    if (isOn && this.here === this.last) this.moveTo(0);
  }

  // On or back, by one.
  onward(by) {
    this.moveTo(this.here + by);
  }

  tick() {
    if (this.here < this.last) this.moveTo(this.here + 1);
    if (this.here >= this.last) this.play(false);
  }

  // Arrows step, space plays, Escape lets go, wherever nothing else wants the key.
  press(event) {
    const move = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    const isTaken = event.target.closest?.("input, select, textarea, [role=application], .scroll, summary");
    if (isTaken || isBrowsers(event)) return;
    if (move) {
      this.play(false);
      this.onward(move);
    } else if (event.key === " " && !event.target.closest?.("button, a, [role=button]")) {
      this.play(!this.state.playing);
    } else if (event.key === "Escape") {
      this.set({ lit: null, source: null });
    } else return;
    take(event);
  }

  // Letters have another size: all that is laid out by them is drawn anew.
  relay() {
    const { width } = this.state;
    this.state.width = this.asked = null;
    this.set({ width }, { isTold: false });
  }

  // Pixels of 1/16 of the letters' size, and the least size that is read from the last row, where somebody
  // presents; asked once for all that is drawn at a time, for who asks has the page styled anew.
  get page() {
    if (!this.asked) {
      const style = getComputedStyle(document.documentElement);
      this.asked = { unit: parseFloat(style.fontSize) / 16, least: parseFloat(style.getPropertyValue("--least")) || 0 };
      queueMicrotask(() => this.asked = null);
    }
    return this.asked;
  }

  unit() {
    return this.page.unit;
  }

  // Letters of that many units, in pixels.
  letters(size) {
    return Math.max(size * this.unit(), this.page.least);
  }

  // A font of that many pixels, as in CSS.
  font(pixels, weight = "") {
    this.family ??= getComputedStyle(this.root.host ?? this.root.documentElement).fontFamily;
    return `${weight} ${pixels}px ${this.family}`.trim();
  }

  // What is painted, not styled, follows neither print nor a file by itself.
  get scheme() {
    return this.state.printing ? "light" : "";
  }

  stop() {
    for (const event of PRINTS) removeEventListener(event, this.print);
    clearInterval(this.clock);
    clearTimeout(this.resting);
    this.watchers = [];
  }
}

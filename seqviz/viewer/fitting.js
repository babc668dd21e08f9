// While one presents, letters are as large as the screen, and a step that is higher than it stands closer: its
// matrices get lower rows, its letters become smaller, down to what is still read from the last row.

import { clamp } from "./text.js";

const AROUND = 48; // pixels above and below it
const TIGHT = "tight";
const USED = [20, 1 / 75, 42]; // size of letters: least, of the screen's width, most
const LEAST_PX = [16, 1 / 80, 40]; // the smallest that are still read

const sized = ([least, part, most]) => clamp(innerWidth * part, least, most);

export class Fitting {
  // lesson: the view whose steps they are.
  constructor(lesson) {
    this.lesson = lesson;
    this.observer = new ResizeObserver(() => this.look());
    this.resized = () => this.loosen();
  }

  get isOn() {
    return this.lesson.node.matches(".presenting");
  }

  // Somebody begins to present, or ends it.
  present(isOn) {
    const { node } = this.lesson;
    node.classList.toggle("presenting", isOn);
    if (isOn) this.observer.observe(node);
    else this.observer.disconnect();
    (isOn ? addEventListener : removeEventListener)("resize", this.resized);
    this.loosen();
  }

  // Pixels that the screen lacks.
  get over() {
    return this.lesson.node.offsetHeight + AROUND - innerHeight;
  }

  // Letters that are that part of the usual ones while one presents, and as everywhere when nobody does.
  write(part) {
    const { style } = document.documentElement;
    const { fontSize } = style;
    const least = sized(LEAST_PX);
    style.fontSize = this.isOn ? `${Math.max(sized(USED) * part, least)}px` : "";
    style.setProperty("--least", this.isOn ? `${least}px` : "");
    if (style.fontSize === fontSize) return false;
    this.lesson.picture.stage?.relay();
    return true;
  }

  // Another step, letters of another size, or another screen: once all of it is drawn, it is looked at anew.
  loosen() {
    const { node, picture: { stage } } = this.lesson;
    node.classList.remove(TIGHT);
    stage?.set({ squeeze: 0 }, { isTold: false });
    this.write((this.part = 1));
    queueMicrotask(() => this.look());
  }

  look() {
    const { node, picture: { stage } } = this.lesson;
    if (!stage || !this.isOn) return;
    if (this.over > 0) node.classList.add(TIGHT);
    const { over } = this;
    if (over > 0) stage.set({ squeeze: stage.state.squeeze + over }, { isTold: false });
    for (let tries = 3; tries && this.over > 0; tries -= 1) { // lines break anew
      this.part *= 1 - this.over / (innerHeight + this.over);
      if (!this.write(this.part)) break;
    }
  }
}

// While one presents, a step that is higher than the screen stands closer, and its matrices get lower rows.

const AROUND = 48; // pixels above and below it
const TIGHT = "tight";

export class Fitting {
  // lesson: the view whose steps they are.
  constructor(lesson) {
    this.lesson = lesson;
    this.observer = new ResizeObserver(() => this.look());
    this.resized = () => this.loosen();
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

  // Another step, letters of another size, or another screen: once all of it is drawn, it is looked at anew.
  loosen() {
    const { node, picture: { stage } } = this.lesson;
    node.classList.remove(TIGHT);
    stage?.set({ squeeze: 0 }, { isTold: false });
    queueMicrotask(() => this.look());
  }

  look() {
    const { node, picture: { stage } } = this.lesson;
    if (!stage || !node.matches(".presenting")) return;
    if (this.over > 0) node.classList.add(TIGHT);
    const { over } = this;
    if (over > 0) stage.set({ squeeze: stage.state.squeeze + over }, { isTold: false });
  }
}

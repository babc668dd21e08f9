// Walks through steps in the browser, with buttons, slider, keys, or by itself, and tells Python the
// step once the visitor rests. Who extends it has ``last``, ``lay`` and ``draw(isPlaying)``.

const REST_MS = 250;
const PLAY_MS = 1000;

class Walker {
  constructor() {
    this.sent = []; // told to Python, and not yet come back in its data
    this.controls = new Controls({
      first: () => this.move(0),
      previous: () => this.move(this.step - 1),
      play: () => this.toggle(),
      next: () => this.move(this.step + 1),
    }, (step) => this.move(step));
  }

  // content: a text that changes with what the steps belong to.
  take(data, content) {
    const isNew = content !== this.content;
    const echo = isNew ? -1 : this.sent.indexOf(data.step);
    const isPythons = data.step !== this.given && echo < 0 && !this.resting;
    Object.assign(this, { data, content });
    this.sent.splice(0, echo + 1);
    if (isNew || isPythons) {
      this.play(false);
      Object.assign(this, { step: data.step, sent: [] });
    }
    this.given = data.step;
    this.lay();
    this.draw(Boolean(this.clock));
  }

  // The visitor wants that step.
  move(step) {
    this.play(false);
    this.go(step);
    this.resting = setTimeout(() => this.rest(), REST_MS);
  }

  go(step) {
    this.step = Math.max(0, Math.min(step, this.last));
    this.draw(Boolean(this.clock));
  }

  rest() {
    this.resting = undefined;
    if (this.step === (this.sent.at(-1) ?? this.given)) return;
    this.sent.push(this.step);
    this.send(this.step);
  }

  toggle() {
    const isOn = !this.clock;
    this.play(isOn);
    this.go(isOn && this.step === this.last ? 0 : this.step);
    if (!isOn) this.rest();
  }

  play(isOn) {
    clearTimeout(this.resting);
    clearInterval(this.clock);
    this.resting = undefined;
    this.clock = isOn ? setInterval(() => this.tick(), PLAY_MS) : undefined;
  }

  tick() {
    const isEnd = this.step + 1 >= this.last;
    if (isEnd) this.play(false);
    this.go(this.step + 1);
    if (isEnd) this.rest();
  }

  press(event) {
    const act = {
      ArrowLeft: () => this.move(this.step - 1),
      ArrowRight: () => this.move(this.step + 1),
      Home: () => this.move(0),
      End: () => this.move(this.last),
      " ": () => this.toggle(),
    }[event.key];
    const isButtons = event.key === " " && event.target.tagName === "BUTTON";
    if (!act || isButtons || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  }
}

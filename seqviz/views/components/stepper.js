// Steps through one decoding in the browser, and tells Python the step once the visitor rests.
// Streamlit calls the default function again with new data; the node and what it holds stay.

const REST_MS = 250;
const PLAY_MS = 1000;

class Stepper {
  constructor(shadow) {
    this.shadow = shadow;
    this.sent = []; // told to Python, and not yet come back in its data
    this.controls = new Controls({
      first: () => this.move(0),
      previous: () => this.move(this.step - 1),
      play: () => this.toggle(),
      next: () => this.move(this.step + 1),
    }, (step) => this.move(step));
    this.target = new Chips((step) => this.move(step));
    this.source = new Chips();
    this.bars = new Bars();
    this.root = html("div", { class: "root stepper", role: "group" },
      this.controls.node,
      html("div", { class: "panes" },
        html("div", { class: "pane" }, this.target.node, this.source.node), this.bars.node));
    this.root.addEventListener("keydown", (event) => this.press(event));
    shadow.append(this.root);
  }

  get last() {
    return this.data.tokens.length - 1;
  }

  receive(data) {
    const sentence = JSON.stringify([data.tokens, data.source]);
    const isNew = sentence !== this.sentence;
    const echo = isNew ? -1 : this.sent.indexOf(data.step);
    const isPythons = data.step !== this.given && echo < 0 && !this.resting;
    Object.assign(this, { data, sentence, weights: data.attention && unpack(data.attention) });
    this.sent.splice(0, echo + 1);
    if (isNew || isPythons) {
      this.play(false);
      Object.assign(this, { step: data.step, sent: [] });
    }
    this.given = data.step;
    this.lay();
    this.draw();
  }

  lay() {
    const { tokens, source, words } = this.data;
    this.root.setAttribute("aria-label", words["stepper.label"]);
    this.controls.lay(words, tokens);
    this.target.lay(words["stepper.output"], tokens);
    this.source.lay(words[this.weights ? "stepper.attention" : "stepper.no_attention"],
      this.weights ? source : []);
    this.bars.lay(this.data);
  }

  draw() {
    const { data: { tokens, source, words }, step, weights } = this;
    const name = (position) => say(words, "stepper.step",
      { step: position + 1, token: tokens[position] });
    this.controls.draw(step, Boolean(this.clock));
    this.target.mark(step, name);
    this.bars.draw(step, name(step));
    if (!weights) return;
    const row = weights.subarray(step * source.length, (step + 1) * source.length);
    this.source.shade(row, (position) => say(words, "stepper.weight",
      { token: source[position], value: number(row[position]) }));
  }

  // The visitor wants that step.
  move(step) {
    this.play(false);
    this.go(step);
    this.resting = setTimeout(() => this.rest(), REST_MS);
  }

  go(step) {
    this.step = Math.max(0, Math.min(step, this.last));
    this.draw();
    const focus = this.shadow.activeElement;
    if (this.target.row.contains(focus)) {
      this.target.chips[this.step].focus({ preventScroll: true });
    }
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

export default function stepper({ data, parentElement, setTriggerValue }) {
  const view = (parentElement.seqvizStepper ??= new Stepper(parentElement));
  view.send = (step) => setTriggerValue("step", step);
  view.receive(data);
  return () => view.play(false);
}

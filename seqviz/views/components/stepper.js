// Steps through one decoding in the browser: what was said, where the model looked, what came next.
// Streamlit calls the default function again with new data; the node and what it holds stay.

class Stepper extends Walker {
  constructor(shadow) {
    super();
    this.shadow = shadow;
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
    this.weights = data.attention && unpack(data.attention);
    this.take(data, JSON.stringify([data.tokens, data.source]));
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

  draw(isPlaying) {
    const { data: { tokens, source, words }, step, weights } = this;
    const name = (position) => say(words, "stepper.step",
      { step: position + 1, token: tokens[position] });
    this.controls.draw(step, isPlaying);
    this.target.mark(step, name);
    this.bars.draw(step, name(step));
    if (!weights) return;
    const row = weights.subarray(step * source.length, (step + 1) * source.length);
    this.source.shade(row, (position) => say(words, "stepper.weight",
      { token: source[position], value: number(row[position]) }));
  }

  go(step) {
    super.go(step);
    const focus = this.shadow.activeElement;
    if (this.target.row.contains(focus)) {
      this.target.chips[this.step].focus({ preventScroll: true });
    }
  }
}

export default function stepper({ data, parentElement, setTriggerValue }) {
  const view = (parentElement.seqvizStepper ??= new Stepper(parentElement));
  view.send = (step) => setTriggerValue("step", step);
  view.receive(data);
  return () => view.play(false);
}

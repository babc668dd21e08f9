// The replay of a training, of one system or of two: one scrubber moves translation, heatmap,
// surprisals and the mark on the losses. Streamlit calls the default function with new data.

class Replay extends Walker {
  constructor(shadow) {
    super();
    this.curves = new Curves((stop) => this.move(stop));
    this.legend = html("p", { class: "caption legend" });
    this.grid = html("div", { class: "panels" });
    this.button = downloadButton(() => save(snapshot(this.root), "seqviz-replay.svg"));
    this.root = html("div", { class: "root replay", role: "group" },
      this.controls.node, this.curves.node, this.legend, this.grid, html("div", {}, this.button));
    this.root.addEventListener("keydown", (event) => this.press(event));
    shadow.append(this.root);
  }

  get last() {
    return this.data.stops.length - 1;
  }

  receive(data) {
    this.take(data, JSON.stringify([data.stops, data.panels]));
  }

  lay() {
    const { panels, stops, words } = this.data;
    this.root.setAttribute("aria-label", words["replay.label"]);
    this.button.lastChild.textContent = words["replay.download"];
    this.controls.lay(words, stops);
    this.curves.lay(this.data);
    const kinds = ["train", "dev", "own"].map((kind) => html("span", { class: "entry" },
      svg("svg", { width: 28, height: 10, class: `line ${kind}` },
        svg("polyline", { points: "0,5 28,5" }), svg("circle", { cx: 14, cy: 5, r: 2.5 })),
      words[`replay.curve.${kind}`]));
    const names = panels.length < 2 ? [] : panels.map(({ name }, place) =>
      html("span", { class: `entry title system-${place}` }, name));
    this.legend.replaceChildren(...names, ...kinds);
    const highest = Math.max(1, ...panels.flatMap(({ frames }) =>
      frames.flatMap(({ surprisals }) => surprisals)));
    this.panels = panels.map((panel, place) => {
      const shown = new Panel(place);
      shown.lay(panel, words, highest);
      return shown;
    });
    this.grid.className = panels.length > 1 ? "panels two" : "panels";
    this.grid.replaceChildren(...this.panels.map(({ node }) => node));
  }

  draw(isPlaying) {
    const shown = this.data.panels.map(({ frames, stops }) => frames[stops[this.step]]);
    this.controls.draw(this.step, isPlaying);
    this.curves.draw(shown);
    this.panels.forEach((panel, place) => panel.draw(shown[place]));
  }
}

export default function replay({ data, parentElement, setTriggerValue }) {
  const view = (parentElement.seqvizReplay ??= new Replay(parentElement));
  view.send = (step) => setTriggerValue("step", step);
  view.receive(data);
  return () => view.play(false);
}

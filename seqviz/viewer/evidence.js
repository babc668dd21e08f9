// What went into a translation, below the viewer that shows it and on that viewer's words: its stage
// is shared, so that one selection moves both. This program travels to a page that asks for it.

import { html } from "./dom.js";
import { EvidencePanel } from "./evidencepanel.js";
import { Found } from "./found.js";
import { InPlace } from "./inplace.js";

const AGAIN_MS = 100;

class PageEvidence {
  constructor(shadow) {
    this.root = html("div.root.viewer");
    this.observer = new MutationObserver(() => this.changed());
    shadow.append(this.root);
  }

  // data: viewer: the key of it; trace: the name of what it shows; packed: as seqviz.viewer.evidence
  // made it; style: of what stands in the viewer; words, language.
  async receive(data) {
    this.data = data;
    const found = await Found.open(data.packed, data.words);
    if (data !== this.data) return; // another one came meanwhile
    this.found = found;
    this.attach();
  }

  get viewer() {
    return globalThis.seqviz.viewers?.get(this.data.viewer);
  }

  // To the stage of the viewer, once it shows the same.
  attach() {
    clearTimeout(this.again);
    this.detach();
    const { data, found, viewer } = this;
    if (!viewer) {
      this.again = setTimeout(() => this.attach(), AGAIN_MS);
      return;
    }
    this.observer.observe(viewer.root, { childList: true, subtree: true });
    const { stage } = viewer;
    if (stage?.trace !== data.trace) return;
    const others = new Set(stage.watchers);
    this.stage = stage;
    stage.record.why = found;
    this.redraw(stage.state.by);
    this.place = new InPlace({ stage, found, root: viewer.root, style: data.style, show: this.place?.show });
    const panel = new EvidencePanel(stage, found);
    this.root.replaceChildren(panel.node);
    panel.start();
    this.place.start();
    this.watchers = stage.watchers.filter((one) => !others.has(one));
  }

  // The matrix anew, where it is one of these.
  redraw(by, next = by) {
    if (!by) return;
    this.stage.set({ by: "" });
    this.stage.set({ by: next });
  }

  changed() {
    if (this.viewer?.stage !== this.stage) this.attach();
    else this.place?.dress();
  }

  detach() {
    const { stage } = this;
    this.observer.disconnect();
    if (!stage) return;
    stage.forget(this.watchers);
    stage.record.why = null;
    this.place.leave();
    this.stage = null;
  }

  leave() {
    const { stage } = this;
    clearTimeout(this.again);
    this.detach();
    stage?.set({ by: "" });
    this.data = null;
    this.root.remove();
  }
}

export default function evidence() {
  const page = (globalThis.seqviz ??= { waiting: [] });
  page.evidence = ({ data, parentElement }) => {
    if (!data.packed) return () => {};
    const shown = (parentElement.seqvizEvidence ??= new PageEvidence(parentElement));
    shown.receive(data);
    return () => {
      shown.leave();
      parentElement.seqvizEvidence = null;
    };
  };
  for (const start of page.waiting.splice(0)) start();
}

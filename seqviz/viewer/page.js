// The viewer on the page: what Streamlit gives, and the selection and the acts that it hears of.
// This program travels once for a whole page; "loader.js" hands it what each component shows.

import { DEEDS } from "./deeds.js";
import { html } from "./dom.js";
import { PageStage } from "./pagestage.js";
import { compose } from "./parts.js";
import { Record } from "./record.js";
import { readSelection } from "./selection.js";
import { playOnce } from "./selfplay.js";
import { Watch } from "./watch.js";

const notes = new Map(); // by the key of a viewer: what was told of it last
const viewers = new Map(); // by key

class PageViewer {
  constructor(shadow) {
    this.shadow = shadow;
    this.root = html("div.root.pictures"); // one of its parts at a time is presented
    this.keys = (event) => this.press(event);
    this.hush = () => this.stage?.hush();
    shadow.append(this.root);
  }

  // data: key; trace: a name of what is shown; payload, words, acts; layout: parts, or null for the
  // screen with all of them; link: a name that viewers share that look at one place, or empty.
  async receive(data, send) {
    this.send = send;
    this.listen(data.layout === null);
    if (data.trace === this.data?.trace && data.language === this.data.language) return;
    this.data = data;
    viewers.set(data.key, this);
    const record = await Record.open(data.payload);
    if (data !== this.data) return; // another one came meanwhile
    const isSame = this.stage?.trace === data.trace;
    const { given: told, more } = notes.get(data.key) ?? {};
    const given = told?.trace === data.trace ? told : {};
    if (more?.trace === data.trace) record.add(more);
    const state = isSame ? this.stage.state : readSelection(record, given);
    this.stop();
    const stage = new PageStage({ record, words: data.words, acts: data.acts, root: this.shadow, state: { ...state, playing: false },
      send: (name, value) => this.send(name, value) });
    Object.assign(stage, { trace: data.trace, given: given.count, deeds: DEEDS });
    const isMate = (one) => one !== stage && one?.link === data.link && one.state.hypothesis === stage.state.hypothesis;
    if (data.link) Object.assign(stage, { link: data.link, mates: () => [...viewers.values()].map((one) => one.stage).filter(isMate) });
    this.stage = stage;
    this.shown = data.layout === null ? new Watch(stage) : compose(stage, data.layout);
    this.root.replaceChildren(this.shown.node);
    this.shown.start();
    if (!isSame && given.trace) this.begin(given);
  }

  // The screen shows what it can do, unless a link asks for a place.
  begin({ step, source, node }) {
    if (this.data.layout === null && !step && !(source >= 0) && !node) playOnce(this.stage, "[data-part=player]");
  }

  // A selection that Python made, and what it found out later.
  note({ given, more }) {
    const { stage } = this;
    if (!stage) return;
    if (more?.trace === stage.trace) {
      stage.record.add(more);
      stage.set({ more: (stage.state.more ?? 0) + 1 }, { isTold: false });
    }
    if (!given || given.trace !== stage.trace || given.count === stage.given) return;
    const isFirst = stage.given === undefined;
    stage.given = given.count;
    stage.play(false);
    stage.set(readSelection(stage.record, given), { isTold: false });
    if (isFirst) this.begin(given);
  }

  // Keys count for the screen wherever nothing has the focus but what it stands in.
  listen(isScreen) {
    const target = isScreen ? document : this.root;
    if (this.target === target) return;
    this.target?.removeEventListener("keydown", this.keys);
    target.addEventListener("keydown", this.keys);
    addEventListener("popstate", this.hush);
    this.target = target;
  }

  press(event) {
    const isHere = event.composedPath().includes(this.root);
    if (isHere || event.target.contains(this.root.getRootNode().host)) this.stage?.press(event);
  }

  stop() {
    this.shown?.stop();
    this.stage?.stop();
  }

  leave() {
    this.stop();
    removeEventListener("popstate", this.hush);
    this.target?.removeEventListener("keydown", this.keys);
    if (viewers.get(this.data?.key) === this) viewers.delete(this.data.key);
    this.target = this.data = null;
  }
}

function showViewer({ data, parentElement, setTriggerValue }) {
  const viewer = (parentElement.seqvizViewer ??= new PageViewer(parentElement));
  viewer.receive(data, (name, value) => setTriggerValue(name === "select" ? name : "act",
    name === "select" ? value : { name, ...value }));
  return () => viewer.leave();
}

function takeNote({ data }) {
  notes.set(data.key, { ...notes.get(data.key), ...data });
  viewers.get(data.key)?.note(data);
}

export default function program() {
  const page = (globalThis.seqviz ??= { waiting: [] });
  page.show = (component) => (component.data.payload ? showViewer(component) : takeNote(component));
  page.viewers = viewers;
  for (const start of page.waiting.splice(0)) start();
}

// What a learner does to the picture of a step: words muted, heads switched off, rows painted, a branch
// continued, one after the other. Python answers each with the decoding that they lead to; to take one
// back needs nobody.

import { DEEDS } from "./deeds.js";
import { choices, html } from "./dom.js";
import { marked } from "./marked.js";
import { Record } from "./record.js";
import { fixed, unitAt } from "./text.js";

const WITHOUT_ATTENTION = ["beam", "continue"];
const WIDEST_BEAM = 10; // beam
// What each is told of: the words for its sentence, as the picture has them that it is done to.
const FACTS = {
  mute: ({ source }, { record, state: { words } }) => ({ word: labelAt(record.units("source", 0, words), source) }),
  ablate: ({ layer, head }) => ({ layer: layer + 1, head: head + 1 }),
  paint: ({ step }, { units }) => ({ token: labelAt(units, step) }),
  beam: (facts) => facts,
  continue: ({ node }, { record }) => ({ prefix: record.prefix(record.nodeAt.get(node.replace(".", " "))) }),
};

function labelAt({ labels, starts }, token) {
  return labels[unitAt(starts, token)];
}

export class LessonActs {
  // picture: of the lesson, whose parts they are done with.
  constructor(picture) {
    Object.assign(this, { picture, lesson: picture.lesson, deeds: DEEDS });
    this.node = html("div.acted", { role: "status", tabindex: -1 });
    this.forget();
  }

  // Another chapter, or another sentence.
  forget() {
    this.made = new Map(); // by the step's id, in turn
    this.refused = "";
    this.next = null;
  }

  get step() {
    return this.lesson.engine.step;
  }

  get list() {
    const { made, step: { id } } = this;
    if (!made.has(id)) made.set(id, []);
    return made.get(id);
  }

  // The last one that was answered: what the step shows.
  get last() {
    return this.list.findLast(({ record }) => record);
  }

  // What the step lets one do.
  offered(record) {
    const { action } = this.step;
    return action in FACTS && this.lesson.engine.isRevealed && (record.kinds.includes("cross") || WITHOUT_ATTENTION.includes(action)) ? [action] : [];
  }

  // As Python is told of them.
  get told() {
    return this.list.map(({ name, facts }) => ({ ...facts, name }));
  }

  // Do something, if it is one of them; not before the one before is answered, when of beams the last one counts.
  take(name, facts) {
    if (!(name in FACTS)) return false;
    if (this.list.length && !this.list.at(-1).record) {
      this.next = name === "beam" ? facts : null;
      return true;
    }
    const id = Date.now();
    this.refused = "";
    this.list.push({ id, name, facts, words: FACTS[name](facts, this.picture.stage) });
    this.lesson.send("act", { id, trace: this.step.trace, acts: this.told });
    this.draw();
    return true;
  }

  // What it led to.
  async answer({ id, packed, trace, marks, refused }) {
    const { list, next } = this;
    const act = list.find((one) => one.id === id);
    if (!act || act.record) return;
    this.next = null;
    if (refused) {
      list.splice(list.indexOf(act));
      this.refused = refused;
      return this.draw();
    }
    const record = await Record.open(packed);
    Object.assign(act, { record, trace, marks });
    this.picture.records.set(trace, record);
    if (list !== this.list) return;
    const { stage: { state } } = this.picture;
    const step = act.name === "continue" ? Number(act.facts.node.split(".")[0]) + 1 : state.step;
    this.renew({ ...state, step, node: "", source: null });
    this.lesson.did(act.name);
    if (next) this.take("beam", next);
  }

  undo(count = 1) {
    this.list.splice(-count);
    this.renew({ ...this.picture.stage.state, node: "", source: null });
  }

  // The picture of what there is now; who had the focus in it goes on from here.
  renew(state) {
    const { root } = this.lesson;
    const isHere = this.picture.node.contains(root.activeElement);
    this.picture.show(state);
    if (isHere) this.hold();
  }

  // Takes the focus, at what was chosen last.
  hold() {
    (this.node.querySelector(":checked") ?? this.node).focus();
  }

  draw() {
    const isHere = this.node.contains(this.lesson.root.activeElement);
    const { lesson, list, last, refused, step: { action, trace } } = this;
    const say = (key, facts) => lesson.say(key, facts);
    this.node.hidden = !this.offered(this.picture.stage.record).length;
    if (this.node.hidden) return;
    const button = (key, count) => html("button.plain", { click: () => this.undo(count) }, say(`lesson.learn.${key}`));
    const told = list.map(({ name, words, record }) => html("li", { class: record ? null : "pending" }, say(`lesson.acted.${name}`, words)));
    this.node.replaceChildren(...(list.length ? [html("ol", ...told), html("div.ask", button("undo", 1), ...(list.length > 1 ? [button("reset", list.length)] : []))]
      : [html("p.caption", refused || say(`lesson.acted.how.${action}`))]), action === "beam" ? this.width(say) : "", ...(last ? [this.compared(this.picture.records.get(trace), say)] : []));
    if (isHere) this.hold();
  }

  // How many prefixes the search keeps.
  width(say) {
    const { beam } = this.next ?? this.list.at(-1)?.facts ?? this.picture.stage.record.data;
    const name = say("lesson.acted.beam_size");
    return html("div.ask", html("span", name), choices("beam", name, Array.from({ length: WIDEST_BEAM }, (_, one) => [one + 1, String(one + 1)]), beam, (value) => this.take("beam", { beam: value })));
  }

  // The translation before and now.
  compared(unchanged, say) {
    const { lesson, last: { marks, record } } = this;
    const [before, now] = [unchanged, record].map(({ hypotheses: [best] }) => best);
    const row = (key, text, { sum, length, score }) => [html("dt", say(`lesson.acted.${key}`)), html("dd", text),
      html("dd.caption", lesson.say("viewer.line_facts", { sum: fixed(sum, 2), length, score: fixed(score, 3) }))];
    const [first, second] = marks.map((words) => marked(words, record.data.translation.language));
    return html("dl", ...row("before", first, before), ...row("now", now.text === before.text ? say("lesson.acted.same") : second, now));
  }
}

// Gradient steps on a toy, one press at a time. A press is a list of learning rates, from the shipped
// weights on; Python answers what they lead to, and so taking one back is exact.

import { choices, html } from "./dom.js";
import { LessonChart } from "./lessonchart.js";
import { curvesPicture } from "./lessoncurves.js";
import { fixed, share } from "./text.js";

const TENTH = 10; // positions of the slider for a factor of ten
const SLOWEST = -4, FASTEST = 0; // exponents of the learning rate
const MOST_LISTED = 16; // tokens that are listed; of more, the most probable ones

function rateAt(position) {
  return Number((10 ** (position / TENTH)).toPrecision(2));
}

export class Learning {
  constructor(stage) {
    const { learning, learnt, say } = stage.lesson;
    Object.assign(this, { stage, shipped: learning, learnt, say });
    this.slider = html("input", { type: "range", min: SLOWEST * TENTH, max: FASTEST * TENTH, step: 1, value: Math.round(Math.log10(learnt.rate) * TENTH),
      "aria-label": say("lesson.learn.rate"), input: () => this.heat() });
    this.rate = html("output.number");
    const button = (key, act, name = "plain") => html(`button.${name}`, { click: (event) => this.press(event, act) }, say(`lesson.learn.${key}`));
    this.takers = [button("undo", () => learnt.presses.pop()), button("reset", () => learnt.presses.splice(0))];
    this.makers = [button("one", () => this.add(1), "primary"), button("ten", () => this.add(10), "primary")];
    this.count = html("output");
    this.loss = html("p.loss", { role: "status" });
    this.curve = html("div.lesson-curves");
    this.places = html("div");
    this.bars = html("div");
    this.node = html("div.learning", html("div.stack", this.pair(), html("label.rate", html("span", say("lesson.learn.rate"), " η"), this.slider, this.rate),
      html("div.ask", ...this.makers, ...this.takers), this.count, this.loss, this.curve),
    html("div.stack", html("div.at", html("span.caption", say("lesson.learn.place")), this.places), this.bars));
  }

  // What is learnt: the chapter's word, or one that was typed.
  get learning() {
    return { ...this.shipped, ...this.learnt.pair };
  }

  // Another word, and what is right for it.
  pair() {
    const { learning, learnt, say } = this;
    const field = (key, name) => html("input", { type: "text", size: 10, maxlength: 60, dir: "auto", value: learning[name], "aria-label": say(`lesson.learn.${key}`) });
    const fields = [field("word", "text"), field("answer", "right")];
    this.refused = html("p.refused", { role: "alert" });
    const send = (event) => {
      event.preventDefault();
      const [text, right] = fields.map(({ value }) => value.trim());
      if (!text && !right) return;
      learnt.wanted = { text, right };
      this.stage.send("pair", learnt.wanted);
      fields[1].blur();
    };
    const letters = learning.tokens.filter((token) => !token.startsWith("⟨")).join(" ");
    return html("form.typed", { submit: send }, html("span", say("lesson.learn.word")), fields[0], html("span", say("lesson.learn.answer")), fields[1],
      html("button.plain", { type: "submit" }, say("lesson.learn.take")), html("p.caption", say("lesson.learn.letters", { letters })), this.refused);
  }

  start() {
    this.heat();
    this.stage.watch(["more", "width"], () => this.draw());
  }

  // Another learning rate.
  heat() {
    this.learnt.rate = rateAt(this.slider.value);
    this.rate.textContent = this.slider.ariaValueText = String(this.learnt.rate);
  }

  // A button that was clicked keeps no keys to itself: space goes on.
  press(event, act) {
    act();
    if (event.detail) event.currentTarget.blur();
    this.draw();
  }

  add(count) {
    const { presses, rate } = this.learnt;
    presses.push({ rates: [...(presses.at(-1)?.rates ?? []), ...Array(count).fill(rate)] });
  }

  // Asks for what is not known yet; until it comes, what was last known stands.
  draw() {
    const { learning, learnt, learnt: { presses, place }, say } = this;
    const last = presses.at(-1);
    const { text, right } = learnt.pair ?? {};
    if (last && !last.losses && !last.failed && this.asked !== last) this.stage.send("learn", { rates: last.rates, text, right });
    this.asked = last;
    const now = last ? presses.findLast(({ losses, failed }) => losses || failed) ?? learning : learning;
    const steps = last?.rates.length ?? 0;
    this.node.classList.toggle("pending", Boolean(last) && now !== last);
    this.count.textContent = say("lesson.learn.steps", { steps });
    for (const button of this.takers) button.disabled = !last;
    this.makers.forEach((button, ten) => { button.disabled = steps + (ten ? 10 : 1) > learning.most; });
    this.refused.textContent = learnt.refused ?? "";
    if (this.laid !== String(learning.target)) this.layPlaces();
    if (!now.probs) return this.loss.replaceChildren(now.failed);
    const [first, latest] = [learning.losses[0], now.losses.at(-1)];
    this.loss.replaceChildren(html("span", say("lesson.learn.loss")), " ", html("b", fixed(first, 2)), ...(now === learning ? [] : [" → ", html(latest > first ? "b.worse" : "b.better", fixed(latest, 2)),
      html("span", ` ${say(latest > first ? "lesson.learn.worse" : "lesson.learn.better")}`)]));
    this.draws(now.losses, say("lesson.learn.curve", { first: fixed(first, 2), last: fixed(latest, 2), steps: now.losses.length - 1 }));
    this.places.querySelectorAll("span").forEach((span, at) => { span.textContent = `${learning.tokens[learning.target[at]]} ${share(now.probs[at][learning.target[at]])}`; });
    this.chart(learning.probs[place], now === learning ? null : now.probs[place], learning.target[place]);
  }

  // The loss before the first step and after each.
  draws(losses, told) {
    const last = losses.length - 1;
    const rows = losses.map((loss, at) => ({ at, label: at % (last || 1) ? "" : at, values: [loss] }));
    this.curve.replaceChildren(curvesPicture({ series: [""], rows, most: Math.max(...losses) }, { width: this.curve.clientWidth / this.stage.unit(), height: 150, told }));
  }

  // One choice for every token of what is right.
  layPlaces() {
    const { learning, learnt } = this;
    this.laid = String(learning.target);
    this.places.replaceChildren(choices("place", this.say("lesson.learn.place"), [...learning.target].map((token, place) => [place, learning.tokens[token]]), learnt.place,
      (place) => { learnt.place = place; this.draw(); }));
  }

  // Every token at one place, before and after.
  chart(before, after, right) {
    const { learning: { tokens, target }, say } = this;
    const height = (token) => (token === right ? 2 : Math.max(before[token], after?.[token] ?? 0));
    const shown = tokens.map((_, token) => token).filter((token) => target.includes(token) || !tokens[token].startsWith("⟨"));
    const listed = shown.sort((one, other) => height(other) - height(one)).slice(0, MOST_LISTED).sort((one, other) => one - other);
    const rows = listed.map((token) => ({ label: tokens[token], note: "", mark: token === right ? "right" : "", values: [before[token], ...(after ? [after[token]] : [])] }));
    const series = [say("lesson.chart.before"), ...(after ? [say("lesson.chart.after")] : [])];
    const made = new LessonChart({ lesson: { charts: { learning: { series, unit: "share", most: 1, rows } }, say } }, "learning");
    this.bars.replaceChildren(made.node);
  }
}

// What is asked before a reveal: options, a word to type, a row to paint, hands to count; afterwards
// what the model said, and what the bet was worth.

import { html } from "./dom.js";
import { grown } from "./markup.js";
import { RowPainter } from "./rowpainter.js";
import { shareBar } from "./strip.js";
import { fixed, share, signed } from "./text.js";

export class BetBox {
  // lesson: the view that it stands in.
  constructor(lesson) {
    this.lesson = lesson;
    this.node = html("div.bet", { role: "group" });
    this.told = html("div.told", { "aria-live": "polite" });
    this.heard = html("p.unseen", { role: "status" }); // question and options, spoken when they appear
  }

  get engine() {
    return this.lesson.engine;
  }

  say(key, facts) {
    return this.lesson.say(key, facts);
  }

  // Another step, or another language.
  lay() {
    const { engine, engine: { step, step: { bet } } } = this;
    this.node.hidden = !bet;
    this.node.className = "bet";
    this.told.replaceChildren();
    this.heard.textContent = "";
    if (!bet) return this.node.replaceChildren();
    const question = html("h3", { id: `bet-${step.id}` }, bet.question ?? this.say(`lesson.bet.${bet.kind}`, { step: bet.step + 1 }));
    this.painter = bet.weights ? new RowPainter(this, bet) : null;
    this.list = bet.options ? html("ol.options") : null;
    this.rows = bet.options?.map((option, place) => this.option(option, place)) ?? [];
    this.list?.append(...this.rows.map(({ node }) => node));
    this.typing = bet.kind === "next" ? this.typed() : null;
    this.ask = html("div.ask");
    this.node.setAttribute("aria-labelledby", question.id);
    this.node.replaceChildren(question, this.painter?.node ?? "", this.list ?? "", this.typing ?? "", this.ask, this.told);
    this.heard.textContent = [question.textContent, (bet.options ?? []).map(({ label }, place) => `${place + 1} ${label}`).join(", ")].filter(Boolean).join(" ");
    this.draw();
    return engine;
  }

  // An option: its key, its text, what the model gave it, and its hands.
  option({ label }, place) {
    const { lesson } = this;
    const button = html("button.option", { "data-option": place, click: () => lesson.act(() => this.engine.choose(place)) },
      html("kbd", String(place + 1)), html("bdi", { dir: "auto" }, label));
    const result = html("span.outcome");
    const count = html("output.number");
    const hand = (by, sign) => html("button.plain", { "aria-label": this.say(by > 0 ? "lesson.hand_more" : "lesson.hand_less", { option: label }),
      click: () => lesson.act(() => this.engine.count(place, by)) }, sign);
    const hands = html("span.hands", hand(-1, "−"), count, hand(1, "+"));
    return { button, result, count, hands, node: html("li", button, hands, result) };
  }

  typed() {
    const input = html("input", { type: "text", maxlength: 60, autocomplete: "off", spellcheck: "false", "aria-label": this.say("lesson.type") });
    return html("form.typed", { submit: (event) => {
      event.preventDefault();
      const text = input.value.trim();
      if (!text) return;
      this.lesson.act(() => this.engine.type(text, this.probOf(text)));
      this.lesson.focus();
    } }, html("label", html("span", this.say("lesson.type")), " ", input), html("button", { type: "submit", class: "plain" }, this.say("lesson.type_done")));
  }

  // What the model gave a word that was typed; where that is unknown, no more than is left.
  probOf(text) {
    const { engine: { step: { bet } }, picture: { stage: { record, state: { hypothesis } } } } = this.lesson;
    const found = record.next(record.rowKey(hypothesis, bet.step));
    const place = found?.tokens.findIndex((id) => record.token(id).replace(/^·/, "").toLowerCase() === text.toLowerCase()) ?? -1;
    if (place >= 0) return found.probs[place];
    const known = bet.options.map(({ prob }) => prob);
    return Math.max(0, Math.min(1 - known.reduce((sum, prob) => sum + prob, 0), ...known));
  }

  // The bet or the reveal has changed.
  draw() {
    const { engine, engine: { book: { isClass }, step: { bet }, isRevealed } } = this;
    if (!bet) return;
    const placed = engine.bet;
    this.node.classList.toggle("revealed", isRevealed);
    this.rows.forEach(({ button, result, count, hands, node }, place) => {
      const option = bet.options[place];
      button.setAttribute("aria-pressed", placed?.option === place);
      button.disabled = isRevealed;
      hands.hidden = !isClass || isRevealed;
      count.textContent = engine.bet?.counts?.[place] ?? 0;
      node.classList.toggle("right", isRevealed && option.right);
      result.replaceChildren(...(isRevealed ? this.outcome(option, place) : []));
    });
    this.painter?.draw();
    if (this.typing) {
      this.typing.hidden = isRevealed || isClass;
      if (placed?.typed === undefined) this.typing.querySelector("input").value = "";
    }
    this.ask.replaceChildren(...(isRevealed ? [] : [
      html("button.primary", { click: () => this.lesson.forward() }, this.say("lesson.reveal")),
      html("button.plain", { click: () => this.lesson.skip() }, this.say("lesson.skip")),
      html("span.caption", this.say(engine.isPlaced ? "lesson.placed" : bet.options ? isClass ? "lesson.how_class" : "lesson.how_options" : "lesson.how_row", { last: bet.options?.length ?? 0 }))]));
    if (!isRevealed) return this.told.replaceChildren();
    if (this.told.firstChild) return;
    this.told.append(html("p", this.sentence()), ...(engine.step.reveal ?? []).map(grown));
    this.lesson.glossary.dress(this.told);
    const then = this.then();
    if (then) this.told.append(html("p.then", this.say("lesson.told.then", { bets: then })));
  }

  // In a handout: what was bet when the lesson was given.
  then() {
    const { engine: { chapter, step } } = this;
    const { counts, option, typed, painted } = chapter.bets?.[step.id] ?? {};
    const labels = (step.bet.options?.map(({ label }) => label) ?? step.bet.columns).map((label) => `“${label}”`);
    const each = (values, written) => labels.map((label, place) => (values[place] ? `${label} ${written(values[place])}` : "")).filter(Boolean).join(" · ");
    if (counts) return each(counts, String);
    if (painted) return each(painted, (part) => fixed(part, 2));
    return typed === undefined ? labels[option] : `“${typed}”`;
  }

  outcome({ prob, right, bits }, place) {
    const counts = this.engine.bet?.counts;
    return [prob === null ? null : shareBar(prob), html("span.number", prob === null ? right ? "✓" : "–" : `${right ? "✓ " : ""}${share(prob, 3)}`),
      html("span.number", this.say("lesson.bits", { bits: signed(bits, 1) })),
      counts ? html("span.number", this.say("lesson.hands", { count: counts[place] })) : null].filter(Boolean);
  }

  // The reveal in words.
  sentence() {
    const { engine, engine: { step: { bet } } } = this;
    const placed = engine.bet;
    const { result } = engine;
    if (bet.weights) {
      const flat = fixed(bet.flat, 2);
      return result ? this.say("lesson.told.row", { distance: fixed(result.distance, 2), flat }) : this.say("lesson.told.row_skipped", { flat });
    }
    const right = bet.options.filter((option) => option.right).map(({ label }) => `“${label}”`).join(this.say("lesson.and"));
    const what = bet.question ? this.say("lesson.told.asked", { right }) : this.say(`lesson.told.${bet.kind}`, { right });
    if (!result) return what;
    const gap = what.endsWith("。") ? "" : " ";
    const bits = signed(result.bits, 1);
    if (placed.counts) return `${what}${gap}${this.say("lesson.told.class", { bits, hands: placed.counts.reduce((sum, one) => sum + one, 0) })}`;
    const mine = placed.typed ?? bet.options[placed.option].label;
    const probs = bet.options.map(({ prob }) => prob ?? 0);
    const prob = placed.typed === undefined ? bet.options[placed.option].prob : placed.prob;
    const rank = prob === null ? "" : this.say("lesson.told.rank", { prob: share(prob, 3), rank: 1 + probs.filter((other) => other > prob).length });
    return `${what}${gap}${this.say("lesson.told.mine", { mine, bits })}${gap}${rank}`.trim();
  }

  // A key that means something to the bet; returns whether it does.
  press({ key }) {
    const { engine, engine: { book: { isClass }, step: { bet }, isRevealed }, lesson } = this;
    if (!bet?.options || isRevealed) return false;
    const option = "12345".indexOf(key);
    if (option >= 0 && key && option < bet.options.length) return lesson.act(() => engine.choose(option));
    const by = { ArrowUp: 1, ArrowDown: -1 }[key];
    if (isClass && by) return lesson.act(() => engine.count(engine.bet?.option ?? 0, by));
    return false;
  }
}

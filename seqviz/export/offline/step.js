// One row of a matrix, and one next-token distribution, as bars with their numbers.

const LISTED = 6;
const PLAY_MS = 1200;

const ICONS = {
  first: "M6 5h2v14H6zM20 5v14l-10-7z",
  previous: "M15.5 5 8 12l7.5 7 1.5-1.6L11.2 12 17 6.6z",
  next_step: "M8.5 5 16 12l-7.5 7L7 17.4 12.8 12 7 6.6z",
  play: "M7 4.5v15L20 12z",
  pause: "M6 5h4v14H6zM14 5h4v14h-4z",
};

function icon(name) {
  return svg("svg", { viewBox: "0 0 24 24", "aria-hidden": "true" }, svg("path", { d: ICONS[name], fill: "currentColor" }));
}

// rows: name, value in [0, 1] and whether it is the chosen one.
function bars(caption, rows, digits) {
  const most = Math.max(...rows.map(({ value }) => value), 0.001);
  return html("table", { class: "bars" }, html("caption", {}, caption),
    html("tbody", {}, ...rows.map(({ name, value, isChosen }) => {
      const fill = html("span", { class: "fill" });
      fill.style.setProperty("--share", value / most);
      return html("tr", { class: isChosen ? "chosen" : null },
        html("th", { scope: "row" }, html("bdi", {}, name),
          isChosen ? html("span", { class: "unseen" }, ` ${say("figure.next.chosen")}`) : null),
        html("td", { class: "track", "aria-hidden": "true" }, fill),
        html("td", { class: "value" }, share(value, digits)));
    })));
}

function strongest(values, names) {
  return Array.from(values, (value, place) => ({ value, name: names[place] }))
    .sort((a, b) => b.value - a.value).slice(0, LISTED).filter(({ value }) => value >= 0.005);
}

// What was most probable after a prefix, and what was chosen of it.
function nextTokens(row, chosen, logProb) {
  const [tokens, probs, entropy] = data.next[row] ?? [[], [], null];
  if (!tokens.length) return null;
  const rows = tokens.map((id, place) => ({ name: token(id), value: probs[place], isChosen: id === chosen }));
  if (!tokens.includes(chosen)) rows.push({ name: token(chosen), value: Math.exp(logProb), isChosen: true });
  return html("div", {}, bars(say("offline.next"), rows, 3), entropy === null ? null
    : html("p", { class: "caption" }, say("offline.entropy", { entropy: fixed(entropy, 2) })));
}

class Step {
  constructor() {
    this.title = html("h3");
    this.body = html("div", { class: "stack" });
    const button = (name, act) => html("button", { type: "button", class: "icon", click: act,
      "aria-label": say(`offline.${name}`), title: say(`offline.${name}`) }, icon(name));
    this.play = button("play", () => this.toggle());
    this.node = html("aside", { class: "panel", "aria-label": say("offline.step_panel") },
      html("div", { class: "walk" }, button("first", () => this.go(0)),
        button("previous", () => this.go(current() - 1)),
        button("next_step", () => this.go(current() + 1)), this.play), this.title, this.body);
  }

  go(row) {
    this.stop();
    moveTo(row);
  }

  toggle() {
    if (this.clock) return this.stop();
    const last = this.found.rows.length - 1;
    if (current() === last) moveTo(0);
    this.clock = setInterval(() => {
      if (!this.node.isConnected || current() >= last) return this.stop();
      moveTo(current() + 1);
    }, PLAY_MS);
    this.play.replaceChildren(icon("pause"));
  }

  stop() {
    clearInterval(this.clock);
    this.clock = undefined;
    this.play.replaceChildren(icon("play"));
  }

  draw(found) {
    this.found = found;
    const here = current();
    const isEncoder = state.kind === "encoder";
    this.title.textContent = say(isEncoder ? "offline.at_place" : "offline.at_step",
      { step: here + 1, steps: found.rows.length, token: found.rows[here] });
    const looked = bars(say("offline.looked"), strongest(found.values[here], found.columns), 2);
    const one = hypothesis();
    const row = here * data.slots + (one.slots[here] ?? 0);
    this.body.replaceChildren(...[looked, isEncoder ? null : nextTokens(row, one.tokens[here], one.logProbs[here])].filter(Boolean));
  }
}

// A sentence as a row of chips: the target, where one may go to a step, or the shaded source.

const isCalm = matchMedia("(prefers-reduced-motion: reduce)");

class Chips {
  // choose(position): what a click on a chip does; without it the chips only show.
  constructor(choose) {
    this.choose = choose;
    this.chips = [];
    this.title = html("p", { class: "title" });
    this.row = html("div", { class: choose ? "chips" : "chips shaded", role: "list" });
    this.node = html("div", { class: "sentence" }, this.title, this.row);
    this.row.addEventListener("keydown", (event) => this.walk(event));
  }

  lay(title, tokens) {
    this.title.textContent = title;
    this.title.className = tokens.length ? "title" : "caption";
    this.row.setAttribute("aria-label", title);
    this.row.hidden = !tokens.length;
    if (tokens.join("\u0000") === this.tokens?.join("\u0000")) return;
    this.tokens = tokens;
    this.row.dir = direction(tokens);
    this.chips = tokens.map((token, position) => this.chip(token, position));
    this.row.replaceChildren(...this.chips.map((chip) =>
      this.choose ? html("div", { role: "listitem" }, chip) : chip));
  }

  chip(token, position) {
    const word = html("span", { class: "token", dir: "auto" }, token);
    if (!this.choose) {
      return html("div", { class: "chip", role: "listitem" }, word,
        html("span", { class: "weight", "aria-hidden": "true" }));
    }
    const chip = html("button", { type: "button", class: "chip" }, word);
    chip.addEventListener("click", () => this.choose(position));
    return chip;
  }

  // Mark the present step; what comes after it is faint.
  mark(step, name) {
    this.chips.forEach((chip, position) => {
      const isPresent = position === step;
      chip.className = position > step ? "chip coming" : "chip";
      chip.tabIndex = isPresent ? 0 : -1;
      chip.setAttribute("aria-label", name(position));
      if (isPresent) chip.setAttribute("aria-current", "step");
      else chip.removeAttribute("aria-current");
    });
    this.show(this.chips[step]);
  }

  // Shade every chip by its weight; the strongest is underlined as well.
  shade(weights, name) {
    const strongest = weights.indexOf(Math.max(...weights));
    this.chips.forEach((chip, position) => {
      const weight = weights[position];
      chip.classList.toggle("strongest", position === strongest);
      chip.classList.toggle("strong", weight >= 0.1);
      chip.style.setProperty("--share", Math.sqrt(weight));
      chip.lastChild.textContent = weight.toFixed(2);
      chip.title = number(weight);
      chip.tabIndex = position === strongest ? 0 : -1;
      chip.setAttribute("aria-label", name(position));
    });
    this.show(this.chips[strongest]);
  }

  // Scroll the row, never the page, until that chip is in sight.
  show(chip) {
    const top = chip.offsetTop - this.row.scrollTop;
    if (top >= 0 && top + chip.offsetHeight <= this.row.clientHeight) return;
    const middle = chip.offsetTop - (this.row.clientHeight - chip.offsetHeight) / 2;
    this.row.scrollTo({ top: middle, behavior: isCalm.matches ? "instant" : "smooth" });
  }

  // Up and down walk through the chips; left and right are the stepper's.
  walk(event) {
    const move = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    const position = this.chips.indexOf(event.target.closest(".chip"));
    if (!move || position < 0) return;
    event.preventDefault();
    this.chips[position + move]?.focus();
  }
}

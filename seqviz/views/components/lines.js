// Word-to-word attention: pointing at a token, or walking to it, brings out its lines; a click, or
// Enter, keeps them; Escape lets them go. Tells Python nothing.

const SCREEN = { ink: "var(--st-text-color)", accent: "var(--st-primary-color)",
  paper: "var(--st-background-color)", soft: "var(--soft)" };

class Lines {
  constructor(shadow) {
    this.shadow = shadow;
    this.pin = null;
    this.title = html("p", { class: "title" });
    this.button = downloadButton(() => this.download());
    this.scroll = html("div", { class: "scroll", dir: "ltr" });
    this.caption = html("p", { class: "caption" });
    this.root = html("section", { class: "root lines" },
      html("div", { class: "heading" }, this.title, this.button), this.scroll, this.caption);
    this.root.addEventListener("pointerover", (event) => this.show(this.at(event) ?? this.pin));
    this.root.addEventListener("pointerleave", () => this.show(this.pin));
    this.root.addEventListener("focusin", (event) => this.show(this.at(event) ?? this.pin));
    this.root.addEventListener("focusout", () => this.show(this.pin));
    this.scroll.addEventListener("click", (event) => this.toggle(this.at(event)));
    this.root.addEventListener("keydown", (event) => this.press(event));
    shadow.append(this.root);
    new ResizeObserver(() => this.root.clientWidth !== this.width && this.draw())
      .observe(this.root);
  }

  receive(data) {
    const { words, title } = data;
    const text = JSON.stringify(data);
    if (text === this.text) return;
    const sentences = JSON.stringify([data.source, data.target]);
    if (sentences !== this.sentences) this.pin = null;
    const heads = { source: words["lines.source"], target: words["lines.target"] };
    Object.assign(this, { text, sentences });
    this.data = { ...data, heads, weights: unpack(data.weights) };
    this.root.setAttribute("aria-label", title);
    this.title.textContent = title;
    this.button.lastChild.textContent = words["lines.download"];
    this.caption.textContent = say(words, "lines.caption", { threshold: this.threshold() });
    this.draw();
  }

  threshold() {
    return this.data.threshold.toFixed(3).replace(/0$/, "");
  }

  draw() {
    const focused = this.at({ target: this.shadow.activeElement });
    const font = getComputedStyle(this.root).fontFamily;
    this.width = this.root.clientWidth;
    this.picture = new Picture(this.data, { ...SCREEN, font }, this.width);
    this.scroll.replaceChildren(this.picture.node);
    for (const [side, tokens] of Object.entries(this.picture.tokens)) {
      tokens.forEach((token, place) => {
        token.setAttribute("role", "button");
        token.setAttribute("tabindex", place ? -1 : 0);
        token.setAttribute("aria-label", this.name({ side, place }));
      });
    }
    if (focused) this.token(focused)?.focus({ preventScroll: true });
    this.show(focused ?? this.pin);
  }

  name({ side, place }) {
    const other = this.data[side === "source" ? "target" : "source"];
    const facts = this.picture.partners({ side, place }).slice(0, 3)
      .map(([partner, weight]) => `${other[partner]} ${weight.toFixed(2)}`).join(", ");
    const key = facts ? "lines.token" : "lines.token_alone";
    return say(this.data.words, key, { token: this.data[side][place], partners: facts });
  }

  at({ target }) {
    const { side, place } = target?.closest?.("[data-side]")?.dataset ?? {};
    return side ? { side, place: Number(place) } : null;
  }

  token({ side, place }) {
    return this.picture.tokens[side][place];
  }

  show(choice) {
    this.picture.show(choice);
    for (const token of Object.values(this.picture.tokens).flat()) {
      const isPinned = this.pin !== null && token === this.token(this.pin);
      token.setAttribute("aria-pressed", isPinned);
    }
  }

  toggle(choice) {
    const isSame = choice && this.pin && this.token(choice) === this.token(this.pin);
    this.pin = isSame ? null : choice;
    this.show(choice);
  }

  press(event) {
    const here = this.at(event);
    if (event.key === "Escape" && this.pin) {
      this.pin = null;
      this.show(here);
    } else if (here && (event.key === "Enter" || event.key === " ")) {
      this.toggle(here);
    } else if (here && this.next(here, event.key)) {
      this.focus(this.next(here, event.key));
    } else return;
    event.preventDefault();
    event.stopPropagation();
  }

  next({ side, place }, key) {
    const last = this.data[side].length - 1;
    const other = key === "ArrowLeft" ? "source" : "target";
    return {
      ArrowUp: { side, place: Math.max(0, place - 1) },
      ArrowDown: { side, place: Math.min(last, place + 1) },
      Home: { side, place: 0 },
      End: { side, place: last },
      ArrowLeft: { side: other, place: Math.min(place, this.data[other].length - 1) },
      ArrowRight: { side: other, place: Math.min(place, this.data[other].length - 1) },
    }[key];
  }

  focus(choice) {
    for (const token of this.picture.tokens[choice.side]) token.setAttribute("tabindex", -1);
    this.token(choice).setAttribute("tabindex", 0);
    this.token(choice).focus();
  }

  download() {
    const picture = new Picture(this.data, { ...PRINT, font: PRINT_FONT }, 800);
    picture.show(this.pin);
    const page = framed(picture, this.data.title, `w ≥ ${this.threshold()}`);
    save(page, "seqviz-lines.svg");
  }
}

export default function lines({ data, parentElement }) {
  (parentElement.seqvizLines ??= new Lines(parentElement)).receive(data);
}

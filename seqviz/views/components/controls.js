// The stepper's row of buttons with its slider. Knows nothing about tokens' meaning or Python.

const ICONS = {
  first: "M6 5h2v14H6zm3.5 7L18 5v14z",
  previous: "M15.5 5v14L7 12z",
  play: "M8 5v14l11-7z",
  pause: "M7 5h4v14H7zm6 0h4v14h-4z",
  next: "M8.5 5v14L17 12z",
};

class Controls {
  // acts: what first, previous, play and next do; slide(step): what the slider does.
  constructor(acts, slide) {
    this.buttons = Object.entries(acts).map(([name, act]) => {
      const button = html("button", { type: "button", class: "icon-button", "data-act": name },
        icon(ICONS[name]));
      button.addEventListener("click", act);
      return button;
    });
    this.slider = html("input", { type: "range", min: 0, step: 1 });
    this.slider.addEventListener("input", () => slide(Number(this.slider.value)));
    this.status = html("output", { class: "status" });
    this.node = html("div", { class: "controls" }, ...this.buttons, this.slider, this.status);
  }

  lay(words, tokens) {
    Object.assign(this, { words, tokens });
    this.slider.setAttribute("aria-label", words["stepper.slider"]);
    this.slider.max = tokens.length - 1;
  }

  draw(step, isPlaying) {
    const last = this.tokens.length - 1;
    const status = say(this.words, "stepper.status", { step: step + 1, steps: last + 1 });
    this.status.textContent = status;
    this.status.setAttribute("aria-live", isPlaying ? "off" : "polite");
    this.slider.value = step;
    this.slider.setAttribute("aria-valuetext", `${status}: ${this.tokens[step]}`);
    this.slider.style.setProperty("--share", last ? step / last : 1);
    for (const button of this.buttons) {
      const name = button.dataset.act;
      const isDone = name === "next" ? step === last : name !== "play" && step === 0;
      const act = name === "play" && isPlaying ? "pause" : name;
      button.setAttribute("aria-disabled", isDone); // not disabled: that would lose the focus
      button.setAttribute("aria-label", this.words[`stepper.${act}`]);
      button.title = this.words[`stepper.${act}`];
      button.querySelector("path").setAttribute("d", ICONS[act]);
    }
  }
}

// First, previous, play, next, the slider, and how fast it plays.

import { html, icon, iconButton, menu } from "./dom.js";
import { goTo } from "./looked.js";

const SPEEDS = [0.5, 1, 2, 4];

export class Player {
  constructor(stage) {
    this.stage = stage;
    const button = (name, act) => iconButton(name, stage.say(`viewer.${name}`), act);
    this.first = button("first", () => goTo(stage, 0));
    this.previous = button("previous", () => goTo(stage, stage.here - 1));
    this.toggle = button("play", () => stage.play(!stage.state.playing));
    this.toggle.classList.add("primary");
    this.next = button("next_step", () => goTo(stage, stage.here + 1));
    this.slider = html("input", { type: "range", min: 0, step: 1, "aria-label": stage.say("viewer.slider"),
      input: () => goTo(stage, Number(this.slider.value)) });
    this.status = html("output.status");
    this.speed = menu(stage.say("viewer.speed"), SPEEDS.map((speed) => [speed, `${speed}×`]), stage.state.speed,
      (speed) => this.pace(speed));
    this.node = html("div.player", { role: "group", "aria-label": stage.say("viewer.player") },
      this.first, this.previous, this.toggle, this.next, this.slider, this.status, this.speed);
  }

  start() {
    const { stage } = this;
    stage.watch(["playing"], () => {
      const name = stage.state.playing ? "pause" : "play";
      this.toggle.replaceChildren(icon(name));
      const told = stage.say(`viewer.${name}`);
      this.toggle.setAttribute("aria-label", told);
      this.toggle.title = told;
      this.status.setAttribute("aria-live", stage.state.playing ? "off" : "polite");
    });
    stage.watch(stage.looked, () => this.draw());
  }

  pace(speed) {
    this.stage.set({ speed });
    if (this.stage.state.playing) this.stage.play(true);
  }

  draw() {
    const { stage, stage: { here, last } } = this;
    this.slider.max = last;
    this.slider.value = here;
    this.slider.style.setProperty("--share", last ? here / last : 1);
    const told = stage.standing();
    this.status.textContent = told;
    this.slider.setAttribute("aria-valuetext", `${told} – ${stage.rows[here]}`);
    // Not disabled: that would lose the focus.
    for (const button of [this.first, this.previous]) button.setAttribute("aria-disabled", here === 0);
    this.next.setAttribute("aria-disabled", here === last);
  }
}

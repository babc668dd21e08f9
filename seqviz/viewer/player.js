// First, previous, next, play.

import { html, icon, iconButton } from "./dom.js";

export class Player {
  constructor(stage) {
    this.stage = stage;
    const button = (name, act) => iconButton(name, stage.say(`viewer.${name}`), act);
    this.toggle = button("play", () => stage.play(!stage.state.playing));
    this.node = html("div", { class: "walk" }, button("first", () => this.go(0)),
      button("previous", () => this.go(stage.here - 1)),
      button("next_step", () => this.go(stage.here + 1)), this.toggle);
  }

  start() {
    this.stage.watch(["playing"], () => this.toggle.replaceChildren(
      icon(this.stage.state.playing ? "pause" : "play")));
  }

  go(row) {
    this.stage.play(false);
    this.stage.moveTo(row);
  }
}

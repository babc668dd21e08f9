// How long one has presented, shown while one does.

import { html } from "./dom.js";

const PRESENTING = "seqviz-presents"; // as in presenter.js

export class Timer {
  // onTurn(isOn): called when presenting begins and ends.
  constructor(onTurn) {
    this.onTurn = onTurn;
    this.node = html("span.timer", { hidden: "", role: "timer", "aria-live": "off" });
    this.watch = new MutationObserver(() => this.look());
    this.watch.observe(document.documentElement, { attributeFilter: ["class"] });
  }

  look() {
    const isOn = document.documentElement.classList.contains(PRESENTING);
    if (isOn === Boolean(this.clock)) return;
    clearInterval(this.clock);
    this.begun = performance.now();
    this.clock = isOn ? setInterval(() => this.draw(), 1000) : undefined;
    this.node.hidden = !isOn;
    this.onTurn(isOn);
    this.draw();
  }

  draw() {
    const seconds = Math.round((performance.now() - this.begun) / 1000);
    this.node.textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
  }

  stop() {
    clearInterval(this.clock);
    this.watch.disconnect();
  }
}

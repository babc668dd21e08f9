// What may be done with the kept selection: quiet buttons that come and go with it.

import { html } from "./dom.js";

export class Acts {
  constructor(name) {
    this.node = html("div.acts", { role: "group", "aria-label": name, hidden: "" });
  }

  // acts: [text, act] each; none: nothing is shown.
  show(acts, told = null) {
    const key = JSON.stringify([told, acts.map(([text]) => text)]);
    this.acts = acts;
    if (key === this.key) return;
    this.key = key;
    this.node.hidden = !acts.length;
    this.node.replaceChildren(...(told ? [html("span.caption", told)] : []), ...acts.map(
      ([text], place) => html("button.plain", { click: () => this.acts[place][1]() }, text)));
  }
}

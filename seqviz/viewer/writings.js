// What a model wrote for a few fixed sentences while it was trained: a slider walks through its steps.

import { html } from "./dom.js";

export class Writings {
  constructor(stage) {
    const { replay: { steps, rows, language }, say } = stage.lesson;
    const told = html("output");
    const written = rows.map(() => html("td", { lang: language }));
    const slider = html("input", { type: "range", min: 0, max: steps.length - 1, value: 0, "aria-label": say("lesson.replay"), input: () => draw() });
    const draw = () => {
      told.textContent = slider.ariaValueText = say("lesson.replay.step", { step: steps[slider.value].toLocaleString("en") });
      rows.forEach(({ right, texts }, row) => {
        const text = texts[slider.value];
        written[row].replaceChildren(html("bdi", text), text === right ? html("b.right", " ✓", html("span.unseen", say("lesson.mark.right"))) : "");
      });
    };
    const heads = ["source", "written", "right"].map((key) => html("th", { scope: "col" }, say(`lesson.replay.${key}`)));
    this.node = html("div.writings", html("label.rate", html("span", say("lesson.replay")), slider, told), html("table", html("thead", html("tr", ...heads)),
      html("tbody", ...rows.map(({ source, right }, row) => html("tr", html("th", { scope: "row" }, html("bdi", source)), written[row], html("td", html("bdi", right)))))));
    draw();
  }

  start() {}
}

// Looking for a sentence on which greedy decoding and beam search part. Python looks; what it found is
// the chapter's sentence from then on.

import { html } from "./dom.js";

export class Find {
  constructor(stage) {
    const { say } = stage.lesson;
    this.stage = stage;
    this.told = html("output.caption");
    this.node = html("div.find", html("button.primary", { click: () => this.begin() }, say("lesson.find.begin")), this.told);
  }

  start() {
    this.stage.watch(["more"], () => this.draw());
  }

  begin() {
    const { stage, stage: { lesson } } = this;
    stage.send("find", { at: lesson.step });
    this.told.textContent = lesson.say("lesson.find.coming");
  }

  draw() {
    const { say, found, sentence, chapter } = this.stage.lesson;
    const last = found() ?? {};
    const isHere = last.chapter === chapter && (!last.text || last.text === sentence);
    const key = last.searching ? "coming" : isHere ? last.text ? "found" : "none" : null;
    this.told.textContent = key ? say(`lesson.find.${key}`, { tried: last.tried }) : "";
  }
}

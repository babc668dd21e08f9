// All chapters of a handout below each other, every bet revealed: what a printer gets.

import { html } from "./dom.js";
import { LessonView } from "./lessonview.js";

// Put them into a node; resolves when all is drawn.
export async function layOut({ chapters, words }, node) {
  for (const chapter of chapters) {
    node.append(html("h1", { class: "printed-chapter" }, chapter.title));
    for (const step of chapter.steps) await lay(chapter, step, words, node);
  }
  await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
}

// One step as a lesson of its own: no more is read than what it shows.
async function lay(chapter, step, words, node) {
  const view = new LessonView({ root: document, words });
  node.append(view.node);
  const only = (from, key) => (from[key] ? { [key]: from[key] } : {});
  await view.open({ ...chapter, own: false, steps: [step], traces: only(chapter.traces, step.trace), computations: only(chapter.computations, step.computation) });
  view.skip();
  for (const slider of view.node.querySelectorAll(".writings input")) { // how it ended, for nothing moves on paper
    slider.value = slider.max;
    slider.dispatchEvent(new Event("input"));
  }
}

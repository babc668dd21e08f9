// The parts that a lesson may show: those of the viewer, and its own.

import { Computation } from "./computation.js";
import { LessonChart } from "./lessonchart.js";
import { PARTS } from "./parts.js";
import { SystemList } from "./systemlist.js";

export const LESSON_PARTS = {
  ...PARTS,
  computation: Computation, // one step with every number
  systems: SystemList, // what several systems made of the sentence
  contrast: LessonChart, // p(y|x) beside p(y) without the sentence
  sequences: LessonChart, // all sequences of a small vocabulary
  scores: LessonChart, // systems on their test sets
  distances: LessonChart, // from reading a symbol to writing it
};

// The parts that a lesson may show: those of the viewer, and its own.

import { Computation } from "./computation.js";
import { PARTS } from "./parts.js";
import { SystemList } from "./systemlist.js";

export const LESSON_PARTS = {
  ...PARTS,
  computation: Computation, // one step with every number
  systems: SystemList, // what several systems made of the sentence
};

// The parts that a lesson may show: those of the viewer, and its own.

import { Computation } from "./computation.js";
import { PARTS } from "./parts.js";

export const LESSON_PARTS = {
  ...PARTS,
  computation: Computation, // one step with every number
};

// The parts that a lesson may show: those of the viewer, and its own.

import { Computation } from "./computation.js";
import { CoveredSentence } from "./coveredsentence.js";
import { Facts } from "./facts.js";
import { NormMap } from "./normmap.js";
import { PARTS } from "./parts.js";
import { PositionField } from "./positionfield.js";
import { StateStrips } from "./statestrips.js";
import { SystemList } from "./systemlist.js";
import { Writings } from "./writings.js";

export const LESSON_PARTS = {
  ...PARTS,
  sentence: CoveredSentence,
  computation: Computation, // one step with every number
  states: StateStrips, // what encoder and decoder had in mind
  positions: PositionField, // what marks each place of the source
  norms: NormMap, // how long the vectors are that are read
  replay: Writings, // what was written while it was trained
  facts: Facts, // model, options and run
  systems: SystemList, // what several systems made of the sentence
};

// Beside the weights of the step's layer: how long the vectors are that it reads.

import { Heatmap } from "./heatmap.js";
import { highest } from "./shades.js";
import { mergedWeights } from "./weights.js";

export class NormMap extends Heatmap {
  draw() {
    const { lesson: { norms }, record, state } = this.stage;
    const found = record.matrix({ ...state, kind: "cross", hypothesis: 0, raw: false });
    const values = state.words ? mergedWeights(norms.values, found.rowStarts, found.columnStarts) : norms.values;
    super.draw({ ...found, values, least: 0, most: highest(values), title: this.stage.say("evidence.title.together", norms) });
  }
}

// Model, options and run, as lists of facts.

import { html } from "./dom.js";
import { fact } from "./node.js";

// A fact is a text, or the key of a sentence and what stands in it; what has no name here shows as
// its code.
export function factText(stage, found) {
  if (typeof found === "string") return found;
  const [key, facts] = found;
  if (!(key in stage.words)) return key.split(".").at(-1);
  const named = Object.entries(facts ?? {}).map(([name, value]) => [name, stage.words[value] ?? value]);
  return stage.say(key, Object.fromEntries(named));
}

export class Facts {
  constructor(stage) {
    this.node = html("div.groups", ...Object.entries(stage.record.data.facts).map(([group, facts]) => html("div",
      html("h3", stage.say(`viewer.group.${group}`)),
      html("dl.facts", ...facts.flatMap(([name, found]) => {
        const key = `viewer.fact.${name}`;
        return fact(key in stage.words ? stage.say(key) : name, factText(stage, found));
      })))));
  }

  start() {} // nothing here changes
}

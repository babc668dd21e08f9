// Model, options and run, as lists of facts.

import { html } from "./dom.js";
import { fact } from "./node.js";
import { filled } from "./text.js";

// A fact is a text, or the key of a sentence and what stands in it; what has no name here shows as
// its code.
export function factText({ words }, found) {
  if (typeof found === "string") return found;
  const [key, facts] = found;
  return key in words ? filled(words[key], facts, words) : key.split(".").at(-1);
}

// What is to be said before all else: that the best translation was cut off.
export function warnings(stage) {
  return stage.record.hypotheses[0].finished ? [] : [html("p.notice", stage.say("header.unfinished"))];
}

export class Facts {
  constructor(stage) {
    this.node = html("div.groups", ...Object.entries(stage.record.data.facts).map(([group, facts]) => html("div",
      html("h3", stage.say(`viewer.group.${group}`)),
      html("dl.facts", ...facts.flatMap(([name, found]) =>
        fact(stage.words[`viewer.fact.${name}`] ?? name, factText(stage, found)))))));
  }

  start() {} // nothing here changes
}

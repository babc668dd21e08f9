// A text whose other words are marked.

import { html } from "./dom.js";
import { languageTag } from "./text.js";

// words: [text, whether it differs]; neighbours are marked as one, without the space after them.
export function marked(words, language) {
  const runs = [];
  for (const [text, differs] of words) {
    if (runs.at(-1)?.differs === differs) runs.at(-1).text += text;
    else runs.push({ text, differs });
  }
  return html("bdi", { dir: "auto", lang: languageTag(language) }, ...runs.flatMap(({ text, differs }) => (
    differs ? [html("mark", text.trimEnd()), text.slice(text.trimEnd().length)] : [text])));
}

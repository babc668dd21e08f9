// Marks on words: each kind has a shape of its own, in the colour of the letters, so that the words stay
// readable on every shade; and what is to be said of a mark.

import { html } from "./dom.js";
import { fixed } from "./text.js";

// A word's text under the lines of its marks.
export function flagged(text, marks) {
  return marks.reduce((inner, { kind, strength }, level) => {
    const flag = html(`span.flag.${kind}`, inner);
    flag.style.textDecorationThickness = `${0.06 + 0.07 * strength}em`;
    flag.style.textUnderlineOffset = `${0.14 + 0.24 * level}em`;
    return flag;
  }, document.createTextNode(text));
}

// Nats, words, or a probability.
function valued(say, kind, value) {
  return say(`evidence.value.${kind}`, { value: fixed(value, kind === "repeated" ? 0 : 2) });
}

// One mark in words: its value, from which one on it is set, how good it is, and on which data.
export function toldMark(say, { kind, value, threshold, auroc, data }) {
  const known = auroc === null ? say("evidence.unmeasured") : say("evidence.measured", { auroc: fixed(auroc, 2), data: say(`evidence.data.${data}`) });
  return say("evidence.mark", { kind: say(`evidence.kind.${kind}`), value: valued(say, kind, value), threshold: valued(say, kind, threshold), known });
}

// What the shapes on some words mean, one entry a kind.
export function flagKeys(say, marks) {
  return [...new Set(marks.map(({ kind }) => kind))].map((kind) => html("span.key", html(`span.flag.${kind}`, say(`evidence.kind.${kind}`))));
}

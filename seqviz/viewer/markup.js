// Texts of a lesson: trees that seqviz.lesson made, as elements; what stands in them is text.

import { build, html } from "./dom.js";

const MATH = "http://www.w3.org/1998/Math/MathML";
const HTML = new Set(["p", "strong", "em", "code", "span", "dfn", "br", "ul", "ol", "li"]);
const LINKED = ["data-light", "data-entry"];

// A node: a text, or [tag, attributes, ...children].
export function grown(node) {
  if (typeof node === "string") return node;
  const [tag, attributes, ...children] = node;
  const made = HTML.has(tag) ? html(tag) : document.createElementNS(MATH, tag);
  const isLinked = LINKED.some((name) => name in attributes);
  return build(made, { ...attributes, tabindex: isLinked ? 0 : null }, children.map(grown));
}

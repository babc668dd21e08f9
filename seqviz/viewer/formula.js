// Formulas whose terms stand for cells: a term that is pointed at or has the focus lights them.

import { html } from "./dom.js";

// A letter with its index, such as the state of a step; before: what is written in front of it.
export function symbol(letter, index, before = "") {
  return html("span.symbol", before, html("i", letter), index === null ? null : html("sub", String(index)));
}

// A term; of: what it stands for, such as {dim: 3}. Its number is bracketed where it is negative.
export function term(of, ...parts) {
  const data = Object.entries(of).map(([name, place]) => [`data-${name}`, place]);
  return html("button.term", { tabindex: -1, ...Object.fromEntries(data) }, ...parts);
}

export function bracketed(text) {
  return text.startsWith("−") ? `(${text})` : text;
}

// Terms with a sign between each two of them.
export function joined(terms, sign = " + ") {
  return terms.flatMap((one, place) => (place ? [sign, one] : [one]));
}

export function formula(...parts) {
  return html("p.formula", ...parts);
}

// A drawing as an SVG file of its own, as it looks in the light. Made in the browser; nothing leaves it.

import { build, html, icon, svg } from "./dom.js";

export const NAMESPACE = "http://www.w3.org/2000/svg";
const LOOK = ["fill", "fill-opacity", "stroke", "stroke-width", "stroke-opacity", "stroke-dasharray", "opacity",
  "font-size", "font-weight", "font-family", "text-anchor", "dominant-baseline"];

// A copy of a drawing that needs no style sheet: what it inherits is not repeated.
export function styled(node, inherited = {}) {
  if (node.nodeType !== Node.ELEMENT_NODE) return document.createTextNode(node.data);
  const computed = getComputedStyle(node);
  if (computed.display === "none") return "";
  const look = Object.fromEntries(LOOK.map((name) => [name, computed.getPropertyValue(name)]));
  const copy = node.cloneNode();
  for (const name of ["class", "style", "role", "tabindex"]) copy.removeAttribute(name);
  const own = Object.entries(look).filter(([name, value]) => (name === "opacity" ? value !== "1" : value !== inherited[name]));
  return build(copy, Object.fromEntries(own), Array.from(node.childNodes, (child) => styled(child, look)));
}

// A page of its own for what was drawn. room: around it; size, font: of letters.
export function sheet(title, { width, height, room, size, font }, ...drawn) {
  const whole = { width: width + 2 * room, height: height + 2 * room };
  return svg("svg", { xmlns: NAMESPACE, ...whole, viewBox: `${-room} ${-room} ${whole.width} ${whole.height}`, "font-size": size, "font-family": font },
    svg("title", title), svg("rect", { ...whole, x: -room, y: -room, fill: "#ffffff" }), ...drawn);
}

// XML knows neither most control characters nor halves of surrogate pairs.
function printable(text) {
  return text.toWellFormed().replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "\ufffd");
}

// A button that offers what make() draws as a file, made while all around it is in the light.
export function saveButton({ words }, name, make) {
  return html("button.plain.save", { click: ({ currentTarget }) => {
    const { style } = currentTarget.closest(".viewer, .root");
    style.colorScheme = "light";
    const picture = printable(new XMLSerializer().serializeToString(make()));
    style.colorScheme = "";
    const address = URL.createObjectURL(new Blob([picture], { type: "image/svg+xml" }));
    html("a", { href: address, download: name }).click();
    setTimeout(() => URL.revokeObjectURL(address), 10_000);
  } }, icon("save"), html("span", words["viewer.download"]));
}

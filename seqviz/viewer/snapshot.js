// A whole component as one SVG file: its pictures, boxes and words, where they stand and as they look.

import { build, svg } from "./dom.js";
import { NAMESPACE, styled } from "./svgfile.js";

const ROOM = 16;
const LEFT_OUT = ".player, button.plain, details, .tip, .unseen, .field, [hidden]";

// The lines into which the page has broken an element's own text.
function linesOf(element) {
  const range = document.createRange();
  const lines = [];
  for (const node of element.childNodes) {
    if (node.nodeType !== Node.TEXT_NODE) continue;
    let end = 0;
    for (const letter of node.data) {
      range.setStart(node, end);
      range.setEnd(node, end += letter.length);
      const box = range.getBoundingClientRect();
      const line = lines.at(-1);
      if (line && Math.abs(line.y - box.y - box.height / 2) < 4) {
        line.text += letter;
        line.right = Math.max(line.right, box.right);
        line.left = Math.min(line.left, box.left);
      } else if (box.height) {
        lines.push({ text: letter, y: box.y + box.height / 2, left: box.left, right: box.right });
      }
    }
  }
  return lines;
}

function written(element, origin) {
  const { color, direction, fontFamily, fontSize, fontWeight } = getComputedStyle(element);
  const isSlanted = element.closest(".slanted .columns");
  return linesOf(element).map(({ text, left, right, y }) => {
    const [x, height] = [(direction === "rtl" ? right : left) - origin.x, y - origin.y];
    const box = element.getBoundingClientRect();
    const [from, below] = [box.left - origin.x, box.bottom - origin.y];
    return svg("text", { fill: color, direction, "dominant-baseline": "central", "font-family": fontFamily,
      "font-size": fontSize, "font-weight": fontWeight, ...(isSlanted ? { x: from, y: below,
        transform: `rotate(-45 ${from} ${below})` } : { x, y: height }) }, text.trim());
  });
}

// A box with a ground, a border or a ring of its own.
function boxed(element, origin) {
  const { backgroundColor, borderTopColor, borderTopWidth, borderRadius, boxShadow } = getComputedStyle(element);
  const { x, y, width, height } = element.getBoundingClientRect();
  const ring = /(.+?\)) 0px 0px 0px ([\d.]+)px/.exec(boxShadow);
  const [stroke, thick] = ring ? [ring[1], ring[2]] : [borderTopColor, parseFloat(borderTopWidth)];
  const isSeen = !/, 0\)$|transparent|\/ 0\)$/.test(backgroundColor) || Number(thick) > 0;
  return isSeen && width && height ? [svg("rect", { x: x - origin.x, y: y - origin.y, width, height,
    rx: parseFloat(borderRadius) || 0, fill: backgroundColor, stroke: Number(thick) ? stroke : "none", "stroke-width": thick })] : [];
}

export function snapshot(root) {
  const origin = root.getBoundingClientRect();
  const shown = Array.from(root.querySelectorAll("*")).filter((node) => node.getClientRects().length
    && !node.closest(LEFT_OUT) && getComputedStyle(node).visibility === "visible" && Number(getComputedStyle(node).opacity) > 0);
  const far = shown.map((node) => node.getBoundingClientRect());
  const at = { x: origin.x - ROOM, y: origin.y - ROOM };
  const size = { width: Math.max(origin.right, ...far.map(({ right }) => right)) - at.x + ROOM,
    height: Math.max(...far.map(({ bottom }) => bottom)) - at.y + ROOM };
  const drawn = shown.flatMap((node) => {
    const { x, y, width, height } = node.getBoundingClientRect();
    const place = { x: x - at.x, y: y - at.y, width, height };
    if (node.drawn) return [build(node.drawn(), { transform: `translate(${place.x} ${place.y})` })];
    if (node.tagName === "svg") return node.closest("button") ? [] : [build(styled(node), { ...place, overflow: "visible" })];
    return node.closest("svg") ? [] : [...boxed(node, at), ...written(node, at)];
  });
  return svg("svg", { xmlns: NAMESPACE, ...size, viewBox: `0 0 ${size.width} ${size.height}` },
    svg("rect", { ...size, fill: "#ffffff" }), ...drawn);
}

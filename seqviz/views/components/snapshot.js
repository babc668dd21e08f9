// A component as one SVG file: its pictures and its words, where they stand and as they look.

const LOOK = ["fill", "fill-opacity", "stroke", "stroke-width", "stroke-opacity", "stroke-dasharray",
  "font-size", "font-weight", "font-family", "text-anchor", "dominant-baseline"];
const ROOM = 16;

// A copy of a drawing that needs no style sheet: what it inherits is not repeated.
function styled(node, inherited = {}) {
  if (node.nodeType !== Node.ELEMENT_NODE) return node.cloneNode();
  const computed = getComputedStyle(node);
  if (computed.display === "none") return "";
  const look = Object.fromEntries(LOOK.map((name) => [name, computed.getPropertyValue(name)]));
  const copy = node.cloneNode();
  for (const name of ["class", "style", "role"]) copy.removeAttribute(name);
  const own = Object.entries(look).filter(([name, value]) => value !== inherited[name]);
  return build(copy, Object.fromEntries(own), Array.from(node.childNodes, (child) => styled(child, look)));
}

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
  return linesOf(element).map(({ text, left, right, y }) => label({ fill: color, direction,
    x: (direction === "rtl" ? right : left) - origin.x, y: y - origin.y, "font-family": fontFamily,
    "font-size": fontSize, "font-weight": fontWeight }, text.trim()));
}

function snapshot(root) {
  const shown = (selector) => Array.from(root.querySelectorAll(selector))
    .filter((node) => !node.closest(".controls, button, svg svg") && node.getClientRects().length);
  const drawings = shown("svg").map((node) => [node, node.getBoundingClientRect()]);
  const origin = { x: root.getBoundingClientRect().x - ROOM,
    y: Math.min(...drawings.map(([, box]) => box.y)) - ROOM };
  const edge = (side) => Math.max(...drawings.map(([, box]) => box[side]),
    root.getBoundingClientRect()[side]);
  const size = { width: edge("right") - origin.x + ROOM, height: edge("bottom") - origin.y + ROOM };
  return svg("svg", { xmlns: SVG, ...size, viewBox: `0 0 ${size.width} ${size.height}` },
    svg("rect", { ...size, fill: getComputedStyle(root).getPropertyValue("--st-background-color") }),
    ...drawings.map(([node, { x, y, width, height }]) => build(styled(node),
      { x: x - origin.x, y: y - origin.y, width, height, overflow: "visible" }, [])),
    ...shown("p, dt, dd, span").flatMap((element) => written(element, origin)));
}

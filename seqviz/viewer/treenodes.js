// How the nodes and the edges of the tree look. Letters are small but where a size is given.

import { svg, write } from "./dom.js";
import { share, shorten } from "./text.js";
import { FATES, PRUNED } from "./treeplan.js";

const SCISSORS = "M9.6 7.6a3.6 3.6 0 1 0-1.8 1.8L10 12l-2.2 2.6a3.6 3.6 0 1 0 1.8 1.8L12 13.9 18.6 21H21v-.6zM6.4 7.9a1.5 1.5 0 1 1 0-3 1.5 1.5 0 0 1 0 3zm0 11.2a1.5 1.5 0 1 1 0-3 1.5 1.5 0 0 1 0 3zM18.6 3 13 9.1l1.6 1.8L21 3.6V3z";

export function scissors(size) {
  return svg("path.scissors", { d: SCISSORS, transform: `scale(${size / 24})` });
}

export function edgePath(from, to) {
  const bend = (to.x - from.x) * 0.55;
  return `M${from.x} ${from.y}C${from.x + bend} ${from.y} ${to.x - bend} ${to.y} ${to.x} ${to.y}`;
}

// grows: what later steps tell is not said.
export function kindOf(record, node, grows) {
  return `is-${FATES[record.tree.fate[node]]}${record.isBest[node] && !grows ? " is-best" : ""}${record.isLost[node] && !grows ? " is-lost" : ""}`;
}

// A node that can be chosen. at: {x, y} of its left upper corner; plan: with how high it is.
function group(stage, node, { x, y }, { u, wide, grows, high }, ...children) {
  const { record, record: { tree } } = stage;
  const told = { token: record.name(node), step: tree.step[node] + 1, prob: probOf(record, node, 3),
    fate: stage.say(`fate.${FATES[tree.fate[node]]}`) };
  const place = grows && !tree.sampled ? write(`#${tree.candidate[node] + 1}`, { class: "place", x: wide + 3 * u, y: high / 2 }) : null;
  return svg(`g.node.${kindOf(record, node, grows)}`, { role: "button", tabindex: -1, "data-node": node,
    "aria-label": stage.say("viewer.node_label", told), transform: `translate(${x} ${y})` }, ...children, place);
}

export function probOf(record, node, digits = 2) {
  return share(Math.exp(record.tree.logProb[node]), digits);
}

// A node that lived: its word, and its probability as a bar and, where there is room, as a number.
export function nodeBox(stage, node, { x, y }, { u, wide, high, isHigh, grows, size, fonts }) {
  const { record, record: { tree } } = stage;
  const isFinished = FATES[tree.fate[node]] === "finished";
  const isBest = record.isBest[node] && !grows;
  const text = shorten(record.name(node), wide - (isFinished ? 36 : 12) * u, fonts[Number(isBest)]);
  const rank = isBest && tree.candidate[node] && !tree.sampled ? `#${tree.candidate[node] + 1} · ` : "";
  const inset = isFinished ? high / 2 : 10 * u;
  const bar = { x: inset, y: high - 6 * u, height: 3 * u, rx: 1.5 * u };
  const [long, part] = [wide - 2 * inset, Math.exp(tree.logProb[node])];
  return group(stage, node, { x, y: y - high / 2 }, { u, wide, grows, high },
    svg("rect.box", { width: wide, height: high, rx: isFinished ? high / 2 : 9 * u }),
    svg("rect.scale", { ...bar, width: long }),
    svg("rect.share", { ...bar, width: Math.max(u, long * part) }),
    write(isFinished ? `✓ ${text}` : text, { class: "word", x: wide / 2, y: high * (isHigh ? 0.29 : 0.44), "font-size": size }),
    isHigh ? write(rank + probOf(record, node), { class: "prob", x: wide / 2, y: high * 0.64 }) : null,
    record.isDead[node] ? svg("g.end", { transform: `translate(${wide + 4 * u} ${high / 2 - 7 * u})` }, scissors(14 * u)) : null);
}

// A node that was cut.
export function cutChip(stage, node, { x, y }, { u, small, wide, chip, grows }) {
  const text = shorten(stage.record.name(node), wide - 28 * u, stage.font(small));
  return group(stage, node, { x, y: y - chip / 2 }, { u, wide, grows, high: chip },
    svg("rect.box", { width: wide, height: chip, rx: 6 * u }),
    svg("g.snip", { transform: `translate(${5 * u} ${chip / 2 - 7 * u})` }, scissors(14 * u)),
    write(text, { class: "word", x: 23 * u, y: chip / 2, "text-anchor": "start" }));
}

// Where every translation starts.
export function rootBox(stage, { x, y }, { u }) {
  const text = stage.say("figure.tree.start");
  return svg("g.node.root", { role: "button", tabindex: -1, "data-node": 0, "aria-label": text,
    transform: `translate(${x} ${y - 13 * u})` },
  svg("rect.box", { width: 46 * u, height: 26 * u, rx: 13 * u }),
  write(text, { class: "word", x: 23 * u, y: 13 * u }));
}

export function isChip(record, node) {
  return record.tree.fate[node] === PRUNED;
}

// Running sums of log-probabilities: how greedy and beam, or the hypotheses, part and end.

import { html, svg, write } from "./dom.js";
import { fixed, isolate } from "./text.js";

const MOST_LINES = 5;

// Few round numbers between low and high.
function ticks(low, high) {
  const rough = (high - low || 1) / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((size) => size >= rough);
  const first = Math.ceil(low / step - 1e-9);
  return Array.from({ length: Math.floor(high / step + 1e-9) - first + 1 }, (_, n) => (first + n) * step);
}

// lines: name, sums, labels. parting: a step to mark, or null.
export function sumsChart(stage, lines, parting, room) {
  const u = stage.unit();
  const size = 12.5 * u;
  const steps = Math.max(...lines.map(({ sums }) => sums.length));
  const low = Math.min(0, ...lines.flatMap(({ sums }) => sums));
  const [left, top, bottom, right] = [52 * u, 16 * u, 44 * u, 20 * u];
  const [width, height] = [Math.max(room, 320 * u), 280 * u];
  const x = (step) => left + (width - left - right) * (steps > 1 ? step / (steps - 1) : 0.5);
  const y = (sum) => top + (height - top - bottom) * (sum / (low || -1));
  const grid = ticks(low, 0).map((tick) => svg("g", { class: "grid" },
    svg("line", { x1: left, x2: width - right, y1: y(tick), y2: y(tick) }),
    write(fixed(tick, Math.abs(low) < 4 ? 1 : 0), { x: left - 8 * u, y: y(tick), "text-anchor": "end", "font-size": size })));
  const every = Math.ceil(steps / Math.max(1, Math.floor((width - left - right) / (26 * u))));
  const axis = Array.from({ length: steps }, (_, step) => step).filter((step) => step % every === 0)
    .map((step) => write(String(step + 1), { x: x(step), y: height - bottom + 16 * u, "text-anchor": "middle", "font-size": size }));
  const name = write(stage.say("figure.step"), { x: left + (width - left - right) / 2, y: height - 8 * u, "text-anchor": "middle", "font-size": size });
  const mark = parting === null ? null : svg("g", { class: "parting" },
    svg("line", { x1: x(parting), x2: x(parting), y1: top - 6 * u, y2: height - bottom }),
    write(stage.say("figure.compare.parting"), { y: top - 4 * u, "font-size": size,
      ...(parting > steps * 0.7 ? { x: x(parting) - 6 * u, "text-anchor": "end" } : { x: x(parting) + 6 * u }) }));
  const drawn = lines.map(({ sums, labels, name: title }, place) => svg("g", { class: `series s${place}` },
    svg("path", { d: sums.map((sum, step) => `${step ? "L" : "M"}${x(step)} ${y(sum)}`).join("") }),
    ...sums.map((sum, step) => svg("circle", { cx: x(step), cy: y(sum), r: (place ? 3.5 : 4.5) * u },
      svg("title", {}, `${isolate(title)}, ${step + 1}: ${isolate(labels[step])} ${fixed(sum, 2)}`)))));
  const alt = lines.map(({ name: title, sums }) => `${title}: ${fixed(sums.at(-1), 2)}`).join("; ");
  return svg("svg", { class: "chart", role: "img", width, height, viewBox: `0 0 ${width} ${height}`,
    "aria-label": `${stage.say("figure.compare.title")}. ${alt}` }, ...grid, ...axis, name, mark ?? "", ...drawn.reverse());
}

export function sumsLegend(lines) {
  return html("ul", { class: "legend series-legend" }, ...lines.map(({ name }, place) => html("li", { class: `s${place}` },
    html("i", { class: "dot" }), html("bdi", {}, name))));
}

export function hypothesisLines(stage) {
  const { record } = stage;
  return record.hypotheses.slice(0, MOST_LINES).map(({ logProbs, tokens }, rank) => {
    let sum = 0;
    return { name: stage.say("viewer.rank", { rank: rank + 1 }), labels: tokens.map((id) => record.token(id)),
      sums: logProbs.map((logProb) => (sum += logProb)) };
  });
}

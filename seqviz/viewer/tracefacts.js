// The facts about model, options and run of a trace file. As seqviz.viewer.facts and seqviz.trace.told.

import { toldNotices } from "./tracenotices.js";

const UNTOLD = ["max_length", "n_best", "distribution_size", "record_attention"]; // seen here, or told otherwise
const IN_SENTENCES = ["length_normalisation", "stop", "sampling"];
const TOLD_WITH_OTHERS = ["alpha", "sampling", "rules", "temperature", "seed"];
const ALWAYS_TOLD = ["length_normalisation", "stop", "beam_size"];
const FINGERPRINT_DIGITS = 16;
const MOST_TARGET = 512;

export function factsOf(trace, reader) {
  return { model: modelFacts(trace.model), search: searchFacts(trace, reader), run: runFacts(trace, reader) };
}

function modelFacts(model) {
  return [
    ["model", model.name],
    ["languages", `${model.source_language} → ${model.target_language}`],
    ["kind", [`viewer.kind.${model.kind}`]],
    ["attention", [`viewer.attention.${model.attention}`]],
    ...(model.reverses_source ? [["reverses", ["figure.yes"]]] : []),
    ["layers", `${model.layers} × ${model.heads}`],
    ["parameters", model.parameters.toLocaleString("en-US")],
    ["fingerprint", model.fingerprint.slice(0, FINGERPRINT_DIGITS)],
  ];
}

function searchFacts({ options, source, vocabulary }, reader) {
  const found = options.sampling === null ? [] : drawnFacts(options, reader.sampling);
  for (const one of reader.options) {
    const { name } = one;
    const isSampled = options.sampling !== null && ALWAYS_TOLD.slice(1).includes(name);
    const isApart = name === "beam_size" ? options.sampling !== null : TOLD_WITH_OTHERS.includes(name);
    const isUsual = isSame(options[name], one.default) && (isSampled || !ALWAYS_TOLD.includes(name));
    if (!isApart && !isUsual && !UNTOLD.includes(name)) found.push(optionFact(one, options, vocabulary));
  }
  const usual = Math.max(2 * source.ids.length + 10, options.min_length, options.prefix.length + 10);
  return [...found, ["max_length", String(options.max_length || Math.min(usual, MOST_TARGET))]];
}

function optionFact({ name, choices }, options, vocabulary) {
  const value = options[name];
  if (name === "length_normalisation") {
    return [name, [`figure.print.normalisation.${options.alpha ? value : "none"}`, { alpha: shortNumber(options.alpha) }]];
  }
  if (IN_SENTENCES.includes(name)) return [name, [`figure.print.${name}.${value}`, {}]];
  if (name === "prefix" || name === "banned") return [name, value.map((token) => vocabulary.get(token) ?? `#${token}`).join(" ")];
  if (name === "interventions") return [name, value.map(editCode).join("_")];
  return [name, String(typeof value === "number" && !choices.length ? shortNumber(value) : value)];
}

function drawnFacts({ beam_size: count, sampling }, declared) {
  const facts = { count, temperature: shortNumber(sampling.temperature), seed: sampling.seed };
  const more = declared.filter((one) => !TOLD_WITH_OTHERS.includes(one.name) && sampling[one.name] !== one.default);
  return [["sampling", [`figure.print.sampled.${count === 1 ? "one" : "other"}`, facts]],
    ...more.map(({ name }) => [name, String(shortNumber(sampling[name]))])];
}

// An edit as links spell it. As seqviz.options.editcode.
function editCode({ kind, steps, heads, sources, temperature, seed, weights }) {
  const fields = { s: steps.join(","), h: heads.map((pair) => pair.join(".")).join(","), j: sources.join(","),
    t: kind === "sharpen" ? decimals(temperature) : "", r: kind === "shuffle" ? String(seed) : "", w: weights.map(decimals).join(",") };
  return [kind, ...Object.entries(fields).filter(([, text]) => text).map(([name, text]) => name + text)].join("-");
}

const decimals = (value) => value.toFixed(4).replace(/\.?0+$/, "");
const shortNumber = (value) => Number(value.toPrecision(6));
const isSame = (one, other) => JSON.stringify(one) === JSON.stringify(other);

function runFacts({ search, hypotheses, stopped_by: stopped, device, precision, milliseconds, notices }, reader) {
  return [
    ["steps", String(search.steps)],
    ["hypotheses", String(hypotheses.texts.length)],
    ["stopped", [`viewer.stopped.${stopped}`]],
    ["device", device],
    ["precision", precision],
    ["milliseconds", `${roundedEven(milliseconds)} ms`],
    ...toldNotices(notices, reader.notices).map(([key, facts]) => [key === "unapplied" ? key : "notice", [`notice.${key}`, facts]]),
  ];
}

// As Python writes it: a half goes to the even number.
function roundedEven(value) {
  const low = Math.floor(value);
  return value - low === 0.5 ? low + (low % 2) : Math.round(value);
}

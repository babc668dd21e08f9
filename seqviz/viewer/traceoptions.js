// The decode options of a trace file, every value checked; those that an earlier format lacks have
// their default. As seqviz.trace.file_options.

import { isId, listOf, refuseUnless, valueOf } from "./tracevalues.js";

export function optionsOf(raw, { options, sampling, edits }) {
  const own = {
    prefix: () => listOf(raw, "prefix", isId),
    banned: () => listOf(raw, "banned", isId),
    sampling: () => raw.sampling === null ? null : declaredOf(valueOf(raw, "sampling", "object"), sampling, {}),
    interventions: () => listOf(raw, "interventions", (edit) => isEdit(edit, edits)),
    rules: () => rulesOf(valueOf(raw, "rules", "object")),
  };
  const found = declaredOf(raw, options, own);
  refuseUnless(found.max_length === null || found.max_length >= Math.max(found.min_length, found.prefix.length), "max_length");
  return found;
}

function declaredOf(raw, declared, own) {
  const given = declared.map((one) => {
    const { name, kind, since } = one;
    if (since > 1 && !Object.hasOwn(raw, name)) return [name, one.default];
    const value = own[name] ? own[name]() : valueOf(raw, name, kind);
    refuseUnless(isWithin(value, one), name);
    return [name, value];
  });
  return Object.fromEntries(given);
}

function isWithin(value, { choices, low, high }) {
  if (choices.length && !choices.includes(value)) return false;
  if (value === null || low === null || high === null) return true;
  const number = typeof value === "string" ? Array.from(value).length : value.length ?? value;
  return low <= number && number <= high;
}

function rulesOf(raw) {
  for (const name of ["start", "first"]) {
    const token = valueOf(raw, name, "whole or none");
    refuseUnless(token === null || isId(token), name);
  }
  return { start: raw.start, first: raw.first, ends: valueOf(raw, "ends", "flag"), never: listOf(raw, "never", isId) };
}

function isEdit(edit, { kinds, temperature, weight }) {
  if (!kinds.includes(edit?.kind)) return false;
  const { kind, steps, sources, heads, weights, seed } = edit;
  const isPair = (pair) => Array.isArray(pair) && pair.length === 2 && pair.every(isId);
  return isBetween(edit.temperature, ...temperature) && isId(seed)
    && [steps, sources].every((places) => Array.isArray(places) && places.every(isId))
    && Array.isArray(heads) && heads.every(isPair) && Array.isArray(weights) && weights.every((one) => isBetween(one, 0, weight))
    && (kind === "set") === weights.length > 0 && (kind === "mute") === sources.length > 0;
}

const isBetween = (value, low, high) => Number.isFinite(value) && low <= value && value <= high;

// A trace file, read by the browser alone: unpacked within bounds, every value checked. As
// seqviz.trace.file; reader: what seqviz.viewer.reader says.

import { Refused } from "./refused.js";
import { checkTrace } from "./tracechecks.js";
import { optionsOf } from "./traceoptions.js";
import { fileColumns, isId, isText, isWhole, listOf, refuseUnless, valueOf } from "./tracevalues.js";

const MB = 2 ** 20;
const VALUE_MARKS = [44, 91, 123]; // a comma, and what begins a list or an object

// bytes: of a file, compressed or not. Returns what the file holds, its columns as typed arrays.
export async function readTrace(bytes, reader) {
  const plain = await unzipped(bytes, reader.limits.unpacked);
  const values = plain.reduce((sum, byte) => sum + VALUE_MARKS.includes(byte), 0);
  if (values > reader.limits.values) throw new Refused("values", { limit: reader.limits.values });
  const raw = parsed(plain);
  refuseUnless(raw !== null && typeof raw === "object", "format");
  const version = valueOf(raw, "format", "whole");
  if (version > reader.format) throw new Refused("version", { found: version, known: reader.format });
  const trace = assembled(raw, reader);
  checkTrace(trace, reader);
  return trace;
}

async function unzipped(bytes, most) {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) {
    if (bytes.length > most) throw new Refused("large", { limit: most / MB });
    return bytes;
  }
  const parts = [];
  let size = 0;
  const unpacking = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip")).getReader();
  try {
    for (let { done, value } = await unpacking.read(); !done; { done, value } = await unpacking.read()) {
      size += value.length;
      if (size > most) throw new Refused("large", { limit: most / MB });
      parts.push(value);
    }
  } catch (error) {
    throw error instanceof Refused ? error : new Refused("gzip");
  }
  return new Uint8Array(await new Blob(parts).arrayBuffer());
}

function parsed(plain) {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(plain));
  } catch {
    throw new Refused("json");
  }
}

function assembled(raw, reader) {
  const { columns, model, precisions } = reader;
  const hypotheses = valueOf(raw, "hypotheses", "object");
  const search = fileColumns(valueOf(raw, "search", "object"), columns.search);
  const found = fileColumns(hypotheses, columns.hypotheses);
  found.coverage_terms ??= { shape: found.scores.shape, data: new Float32Array(found.scores.data.length) };
  const precision = Object.hasOwn(raw, "precision") ? raw.precision : "float32";
  refuseUnless(precisions.includes(precision), "precision");
  return {
    source: sourceOf(valueOf(raw, "source", "object")),
    model: modelOf(valueOf(raw, "model", "object"), model),
    options: optionsOf(valueOf(raw, "options", "object"), reader),
    search,
    hypotheses: { ...found, texts: listOf(hypotheses, "texts", isText) },
    ...fileColumns(raw, columns.trace),
    vocabulary: vocabularyOf(valueOf(raw, "vocabulary", "object")),
    device: valueOf(raw, "device", "text"),
    milliseconds: valueOf(raw, "milliseconds", "number"),
    stopped_by: valueOf(raw, "stopped_by", "text"),
    forced: valueOf(raw, "forced", "flag"),
    notices: Object.hasOwn(raw, "notices") ? listOf(raw, "notices", isText) : [],
    precision,
  };
}

function sourceOf(raw) {
  const text = valueOf(raw, "text", "text");
  const { length } = Array.from(text);
  const isSpan = (span) => Array.isArray(span) && span.length === 2 && span.every(isWhole) && span[0] >= 0 && span[0] <= span[1] && span[1] <= length;
  const [ids, pieces, spans] = [listOf(raw, "ids", isId), listOf(raw, "pieces", isText), listOf(raw, "spans", isSpan)];
  refuseUnless(ids.length === pieces.length && ids.length === spans.length, "source");
  return { text, ids, pieces, spans, characters: length };
}

function modelOf(raw, declared) {
  const found = Object.fromEntries(Object.entries(declared).map(([name, [kind, isLater]]) =>
    [name, isLater && !Object.hasOwn(raw, name) ? "" : valueOf(raw, name, kind)]));
  const alignment = raw.alignment ?? null;
  const isThere = alignment !== null;
  refuseUnless(!isThere || (isWhole(alignment.layer) && alignment.layer >= 0 && alignment.layer < found.layers), "alignment");
  return { ...found, alignment };
}

function vocabularyOf(raw) {
  for (const token of Object.keys(raw)) refuseUnless(/^\d{1,9}$/.test(token) && isText(raw[token]), "vocabulary");
  return new Map(Object.entries(raw).map(([token, piece]) => [Number(token), piece]));
}

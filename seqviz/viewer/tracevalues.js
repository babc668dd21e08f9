// JSON values of a trace file, checked one by one, and arrays out of base64. As seqviz.trace.arrays.

import { Refused } from "./refused.js";

const STORED = { float16: Uint16Array, float32: Float32Array, int32: Int32Array, int8: Int8Array, bool: Uint8Array };
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
const MOST_ID = 2 ** 31;

export function refuseUnless(isRight, what) {
  if (!isRight) throw new Refused("form", { what });
}

export const isWhole = (value) => Number.isSafeInteger(value);
export const isId = (value) => isWhole(value) && value >= 0 && value < MOST_ID;

// A text that can be shown: JSON can hold halves of characters.
export const isText = (value) => typeof value === "string" && !/\p{Surrogate}/u.test(value);

const KINDS = {
  text: isText,
  whole: isWhole,
  number: Number.isFinite,
  flag: (value) => typeof value === "boolean",
  "whole or none": (value) => value === null || isWhole(value),
  object: (value) => value !== null && typeof value === "object" && !Array.isArray(value),
};

// The value under a name, of that kind.
export function valueOf(raw, name, kind) {
  refuseUnless(Object.hasOwn(raw, name) && KINDS[kind](raw[name]), name);
  return raw[name];
}

// The list under a name, each of whose entries is such.
export function listOf(raw, name, isSuch) {
  const found = Object.hasOwn(raw, name) ? raw[name] : null;
  refuseUnless(Array.isArray(found) && found.every(isSuch), name);
  return found;
}

// All columns of a record: {data, shape} by name; those that only later formats have may be missing.
export function fileColumns(raw, columns) {
  const found = {};
  for (const [name, column] of Object.entries(columns)) {
    if (column.optional && (raw[name] ?? null) === null) found[name] = null;
    else if (column.since === 1 || Object.hasOwn(raw, name)) found[name] = arrayOf(raw, name, column);
  }
  return found;
}

function arrayOf(raw, name, { shape: axes, dtype: wanted }) {
  const { dtype, shape, data } = valueOf(raw, name, "object");
  const isFloat = wanted === "float32" && dtype === "float16";
  refuseUnless((dtype === wanted || isFloat) && Array.isArray(shape) && shape.length === axes.length, name);
  refuseUnless(shape.every((size) => isWhole(size) && size >= 0) && typeof data === "string" && BASE64.test(data), name);
  const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
  const Type = STORED[dtype];
  refuseUnless(bytes.length === shape.reduce((product, size) => product * size, Type.BYTES_PER_ELEMENT), name);
  const numbers = new Type(bytes.buffer);
  return { shape, data: isFloat ? Float32Array.from(numbers, fromHalf) : numbers };
}

// The number whose float16 has these bits.
function fromHalf(bits) {
  const [sign, exponent, fraction] = [bits >> 15 ? -1 : 1, bits >> 10 & 31, bits & 1023];
  if (exponent === 31) return fraction ? NaN : sign * Infinity;
  return sign * (exponent ? 2 ** (exponent - 25) * (1024 + fraction) : 2 ** -24 * fraction);
}

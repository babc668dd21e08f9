// Texts and numbers as people read them. Knows no element of a page.

const RIGHT_TO_LEFT = /[\u0590-\u08ff\u200f\u202a-\u202e\u2066-\u2069\ufb1d-\ufdff\ufe70-\ufefc]/;
const UNSPACED = /[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u312f\u3400-\u9fff\uf900-\ufaff\u{20000}-\u{3ffff}]/u;

// A text that may run in another direction than what stands beside it.
export function isolate(text) {
  return RIGHT_TO_LEFT.test(text) ? `\u2068${text}\u2069` : text;
}

// What "lang" may say of a model's code, such as "deu_Latn"; null: it names no language.
export function languageTag(code) {
  const tag = code?.replaceAll("_", "-") ?? "";
  return /^[a-z]{2,3}(-[a-z0-9]{2,8})*$/i.test(tag) ? tag : null;
}

// A template whose {names} are replaced by facts; of those that are keys of words, by the words.
export function filled(template, facts, words = {}) {
  return template.replace(/\{(\w+)\}/g, (_, name) => isolate(`${words[facts[name]] ?? facts[name]}`));
}

// A piece as people read it: a word without its "▁", the rest of a word after a dot; a mark for a
// space alone.
export function label(piece) {
  if (piece.startsWith("▁")) return piece.slice(1) || "␣";
  return /^[\p{L}\p{N}]/u.test(piece) && !UNSPACED.test(piece) ? `·${piece}` : piece;
}

// Of a row of tokens: from right to left where most of its words are.
export function direction(names) {
  const score = names.reduce((sum, name) => sum
    + (RIGHT_TO_LEFT.test(name) ? 1 : /\p{L}/u.test(name.replace(/^⟨.*⟩$/, "")) ? -1 : 0), 0);
  return score > 0 ? "rtl" : "ltr";
}

const NEVER = -1e4; // stands for the logarithm of 0

// Numbers are in English everywhere, so that they can be compared with a table's.
export function fixed(value, digits) {
  if (value === null || Number.isNaN(value)) return "–";
  if (value <= NEVER) return "−∞";
  return value.toFixed(digits).replace(/^-(?=[0.]*$)/, "").replace("-", "−");
}

export function signed(value, digits) {
  return value === null || Number.isNaN(value) ? "–" : (value > 0 ? "+" : "") + fixed(value, digits);
}

export function share(value, digits = 2) {
  const least = 10 ** -digits;
  return value > 0 && value < least / 2 ? `<${least}` : value.toFixed(digits);
}

export function clamp(value, low, high) {
  return Math.max(low, Math.min(value, high));
}

// The last of these starts that is not after a token: its word.
export function unitAt(starts, token) {
  return Math.max(0, starts.findLastIndex((start) => start <= token));
}

// Few round numbers from 0 to most, or to least where that is below 0.
export function ticks(end) {
  const rough = Math.abs(end) / 4 || 0.25;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((size) => size >= rough) * (end < 0 ? -1 : 1);
  return Array.from({ length: Math.floor(end / step + 1e-9) + 1 }, (_, n) => n * step);
}

const ruler = document.createElement("canvas").getContext("2d");

// Pixels; font as in CSS, such as "13px sans-serif".
export function textWidth(text, font) {
  ruler.font = font;
  return ruler.measureText(text).width;
}

// The text, cut with an ellipsis where it would be wider than that many pixels.
export function shorten(text, width, font) {
  if (textWidth(text, font) <= width) return text;
  const letters = Array.from(text).slice(0, 200);
  while (letters.length > 1 && textWidth(`${letters.join("")}…`, font) > width) letters.pop();
  return `${letters.join("")}…`;
}

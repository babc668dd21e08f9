// From pieces to labels and to words. As seqviz.trace.pieces and seqviz.analysis.words.

const WORD_SPACE = "▁";
const SPECIAL_PIECES = { "</s>": "⟨eos⟩", "<s>": "⟨bos⟩", "<pad>": "⟨pad⟩" };
const UNKNOWN_PIECE = "<unk>";
const CONTINUES = "@@";
const BYTE_RUN = /((?:<0x[0-9A-F]{2}>)+)/;
const TAG_PIECE = /^⟨[^⟨⟩]+⟩$/;
const WITHOUT_SPACES = /^[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3040-\u312f\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9f\u{20000}-\u{3ffff}]/u;
const UNPRINTED = /[\p{C}\p{Z}]/u;
const CONTROL = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u;
const JOINERS = ["\u200c", "\u200d"];
const ANY_LETTER = /^[\p{L}\p{N}]$/u;
const DIGIT = /^\p{N}$/u;
const BYTE_LENGTHS = [1, 2, 3, 4];

// A piece as a label: one line, nothing invisible.
export function displayPiece(piece) {
  if (Object.hasOwn(SPECIAL_PIECES, piece)) return SPECIAL_PIECES[piece];
  return piece === UNKNOWN_PIECE ? "⟨unk⟩" : partsOf(piece).map(displayPart).join("") || "∅";
}

// Runs of bytes, and what stands between them.
function partsOf(piece) {
  return piece.split(BYTE_RUN).filter(Boolean);
}

const isBytes = (part) => part.startsWith("<") && part.replace(BYTE_RUN, "") === "";

function displayPart(part) {
  if (!UNPRINTED.test(part) && !part.startsWith("<")) return part;
  if (isBytes(part)) return part.replace(/<0x(..)>/g, "⟨$1⟩");
  const letters = [...part];
  return letters.every((one) => JOINERS.includes(one)) ? letters.map(codePoint).join("") : letters.map(visible).join("");
}

function visible(letter) {
  if (CONTROL.test(letter) && !JOINERS.includes(letter)) return codePoint(letter);
  return /\p{Zs}/u.test(letter) ? "␣" : letter;
}

function codePoint(letter) {
  return `⟨U+${letter.codePointAt().toString(16).toUpperCase().padStart(4, "0")}⟩`;
}

// Pieces as text: bytes are read as UTF-8, tags, ends and a space at the start leave nothing.
function joinedPieces(pieces) {
  let [text, bytes] = ["", []];
  for (const part of [...pieces.flatMap(partsOf), ""]) {
    if (isBytes(part) && part) {
      bytes.push(...part.match(/[0-9A-F]{2}(?=>)/g).map((byte) => parseInt(byte, 16)));
      continue;
    }
    text += decoded(bytes);
    bytes = [];
    if (Object.hasOwn(SPECIAL_PIECES, part) || TAG_PIECE.test(part)) continue;
    const shown = text || !part.startsWith(WORD_SPACE) ? part : part.slice(1);
    text += shown === UNKNOWN_PIECE ? " ⁇ " : shown.replaceAll(WORD_SPACE, " ");
  }
  return text;
}

// UTF-8, one U+FFFD for every byte that belongs to no character.
function decoded(bytes) {
  let text = "";
  for (let start = 0; start < bytes.length;) {
    const length = BYTE_LENGTHS.find((size) => character(bytes.slice(start, start + size)) !== null);
    text += length ? character(bytes.slice(start, start + length)) : "\ufffd";
    start += length ?? 1;
  }
  return text;
}

function character(bytes) {
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(Uint8Array.from(bytes));
    return [...text].length === 1 ? text : null;
  } catch {
    return null;
  }
}

// The words that pieces make: their labels, and the piece at which each starts.
export function wordsOf(pieces) {
  const spaced = pieces.some((piece) => piece.includes(WORD_SPACE));
  const inner = pieces.map((_, place) => isInner(pieces, place));
  const starts = [...pieces.keys()].filter((place) => !place || (isBoundary(pieces[place - 1], pieces[place], spaced)
    && !(spaced && (inner[place - 1] || inner[place]))));
  return { labels: starts.map((start, word) => wordLabel(pieces.slice(start, starts[word + 1]))), starts };
}

function wordLabel(pieces) {
  const [first] = pieces;
  if (pieces.length === 1 && (isWholePiece(first) || !stripped(first))) return displayPiece(first);
  return displayPiece(joinedPieces(pieces.map((piece) => (piece.endsWith(CONTINUES) ? piece.slice(0, -2) : piece))).trim());
}

const stripped = (piece) => piece.replace(/^▁+|▁+$/g, "");
const isWholePiece = (piece) => Object.hasOwn(SPECIAL_PIECES, piece) || piece === UNKNOWN_PIECE || TAG_PIECE.test(piece);

function isBoundary(left, right, spaced) {
  if (isWholePiece(left) || isWholePiece(right)) return true;
  if (left === WORD_SPACE || left.endsWith(CONTINUES)) return false;
  return right.startsWith(WORD_SPACE) || !spaced || standsAlone(left) || standsAlone(right);
}

// Scripts without spaces, and marks; an accent belongs to the letter before it.
function standsAlone(piece) {
  const body = stripped(piece);
  if (!body || /^[\p{M}\p{Cf}]/u.test(body)) return false;
  return WITHOUT_SPACES.test(body) || (!isBytes(body) && /^[\p{P}\p{S}]+$/u.test(body));
}

// One mark inside a word or a number, with no space on either side.
function isInner(pieces, place) {
  const [left, mark, right] = pieces.slice(place - 1, place + 2);
  if (!place || right === undefined || right.startsWith(WORD_SPACE) || isWholePiece(left) || isWholePiece(right)) return false;
  const [before, after] = [[...left].at(-1) ?? "", [...right][0] ?? ""];
  const isBetweenLetters = ANY_LETTER.test(before) && ANY_LETTER.test(after) && !WITHOUT_SPACES.test(before) && !WITHOUT_SPACES.test(before + after);
  return (isBetweenLetters && /^['’‐-]$/.test(mark)) || (DIGIT.test(before) && DIGIT.test(after) && /^[.,:/]$/.test(mark));
}

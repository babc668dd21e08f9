"""From pieces to words: text, labels, and attention merged from pieces into words.

Knows SentencePiece spelling ("▁" for a space, "<0xE4>" for a byte, "</s>" and the like),
subword-nmt's "@@", and ⟨tags⟩, which name a language or a task and are no text; holds no model.
"""

import re
import unicodedata
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating[Any]]
Groups = NDArray[np.signedinteger[Any]]

SPACE = "▁"
CONTINUES = "@@"
UNKNOWN = "<unk>"
SPECIAL = {"</s>": "⟨eos⟩", "<s>": "⟨bos⟩", "<pad>": "⟨pad⟩"}
WHOLE = {*SPECIAL, UNKNOWN}
"""Pieces that are words by themselves, as tags are."""

_BYTE = re.compile(r"<0x([0-9A-F]{2})>")
_BYTES = re.compile(r"((?:<0x[0-9A-F]{2}>)+)")
_TAG = re.compile(r"⟨[^⟨⟩]+⟩")
_LONGEST_UTF8 = 4
_JOINERS = "\u200c\u200d"
# Thai, Lao, Myanmar, Khmer, Kana, Bopomofo, Han and its extensions, half-width Katakana
UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3040-\u312f\u3400-\u4dbf\u4e00-\u9fff"
    "\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003ffff]"
)
_WORD_JOINERS = re.compile(r"['’‐-]")
_NUMBER_JOINERS = re.compile(r"[.,:/]")


def join_pieces(pieces: Sequence[str]) -> str:
    """Spell pieces as text, as SentencePiece's own decoder does.

    Spaces at the start go, tags, end-of-sentence and its like vanish, "<unk>" becomes " ⁇ ", bytes
    are read as UTF-8 and a byte that is none becomes U+FFFD.
    """
    text = ""
    pending = b""
    for part in [*(part for piece in pieces for part in _parts(piece)), ""]:
        if _BYTES.fullmatch(part):
            pending += bytes.fromhex("".join(_BYTE.findall(part)))
            continue
        text += _decode_bytes(pending)
        pending = b""
        if part not in SPECIAL and not _TAG.fullmatch(part):
            text += _surface(part if text else part.removeprefix(SPACE))
    return text


def display_piece(piece: str) -> str:
    """Spell a piece as a label: one line, nothing invisible.

    The "▁" stays, so that subwords can be told from words; special tokens and bytes stand in
    ⟨angle brackets⟩; control and direction marks show as ⟨U+202E⟩, other spaces as "␣".
    """
    if piece in SPECIAL:
        return SPECIAL[piece]
    if piece == UNKNOWN:
        return "⟨unk⟩"
    return "".join(map(_display_part, _parts(piece))) or "∅"


def display_text(text: str) -> str:
    """Spell a whole text in one line: spaces in a row are one, nothing else is invisible."""
    return " ".join("".join(map(_visible, word)) for word in text.split())


def word_groups(pieces: Sequence[str]) -> Groups:
    """Number the word that every piece belongs to, (T,): 0, 1, … without gaps (formulas d9).

    A word starts at "▁", or after a piece without "@@" where the sentence knows no "▁". Where the
    script has no spaces (Han, Kana, Thai, Lao, Khmer, Myanmar) every piece is a word. Punctuation
    and symbols stand alone, except apostrophes and hyphens inside a word ("don't") and points,
    commas, colons and slashes inside a number ("3.5"). Special and unknown tokens stand alone.
    """
    if not pieces:
        return np.zeros(0, np.int32)
    spaced = any(SPACE in piece for piece in pieces)
    inner = _inner_punctuation(pieces)
    starts = [0]
    for position, (left, right) in enumerate(pairwise(pieces)):
        bridged = spaced and (inner[position] or inner[position + 1])
        starts.append(int(_is_boundary(left, right, spaced=spaced) and not bridged))
    return np.cumsum(np.array(starts, np.int32), dtype=np.int32)


def word_labels(pieces: Sequence[str], groups: Groups) -> tuple[str, ...]:
    """Spell every word of ``groups`` as a label."""
    bounds = [*_starts(groups), len(pieces)]
    return tuple(_word_label(pieces[start:end]) for start, end in pairwise(bounds))


def merge_to_words(attention: Array, target_groups: Groups, source_groups: Groups) -> Array:
    """Sum over the pieces of a source word, average over those of a target word (formulas d9).

    Args:
        attention: (…, T, S).
        target_groups: word of every row, (T,).
        source_groups: word of every column, (S,).

    Returns:
        (…, target words, source words); rows that summed to 1 still do.
    """
    starts = _starts(target_groups)
    sizes = np.diff([*starts, len(target_groups)])
    by_column = np.add.reduceat(attention, _starts(source_groups), axis=-1)
    by_row: Array = np.add.reduceat(by_column, starts, axis=-2)
    return by_row / sizes[:, None].astype(attention.dtype)


def merge_log_probs(log_probs: Array, groups: Groups) -> Array:
    """Log-probability of every word: the sum over its pieces, (T,) -> (words,)."""
    merged: Array = np.add.reduceat(log_probs, _starts(groups))
    return merged


def _starts(groups: Groups) -> NDArray[np.intp]:
    return np.flatnonzero(np.diff(groups, prepend=-1))


def _parts(piece: str) -> list[str]:
    """Runs of bytes, and what stands between them: byte-level BPE has both in one piece."""
    return [part for part in _BYTES.split(piece) if part]


def _display_part(part: str) -> str:
    if _BYTES.fullmatch(part):
        return _BYTE.sub(r"⟨\1⟩", part)
    return "".join(map(_visible, part)) if part.strip(_JOINERS) else _code_points(part)


def _surface(piece: str) -> str:
    return " ⁇ " if piece == UNKNOWN else piece.replace(SPACE, " ")


def _decode_bytes(pending: bytes) -> str:
    """UTF-8, one U+FFFD for every byte that belongs to no character."""
    text, start = "", 0
    while start < len(pending):
        for length in range(1, _LONGEST_UTF8 + 1):
            character = pending[start : start + length].decode(errors="ignore")
            if len(character.encode()) == length:
                text, start = text + character, start + length
                break
        else:
            text, start = text + "\ufffd", start + 1
    return text


def _visible(character: str) -> str:
    category = unicodedata.category(character)
    if category in {"Cc", "Cf", "Zl", "Zp", "Cs"} and character not in _JOINERS:
        return _code_points(character)
    return "␣" if category == "Zs" else character


def _code_points(text: str) -> str:
    return "".join(f"⟨U+{ord(character):04X}⟩" for character in text)


def _word_label(pieces: Sequence[str]) -> str:
    if len(pieces) == 1 and (_is_whole(pieces[0]) or not pieces[0].strip(SPACE)):
        return display_piece(pieces[0])
    text = join_pieces([piece.removesuffix(CONTINUES) for piece in pieces]).strip()
    return display_piece(text)


def _is_boundary(left: str, right: str, *, spaced: bool) -> bool:
    """A word ends between these two pieces, as far as these two can tell."""
    if _is_whole(left) or _is_whole(right):
        return True
    if left == SPACE or left.endswith(CONTINUES):
        return False
    if right.startswith(SPACE) or not spaced:
        return True
    return _stands_alone(left) or _stands_alone(right)


def _is_whole(piece: str) -> bool:
    return piece in WHOLE or _TAG.fullmatch(piece) is not None


def _stands_alone(piece: str) -> bool:
    body = piece.strip(SPACE)
    if not body or unicodedata.category(body[0]) in {"Mn", "Mc", "Me", "Cf"}:
        return False  # a mark belongs to the letter before it
    return bool(UNSPACED.match(body)) or _is_punctuation(body)


def _is_punctuation(body: str) -> bool:
    if _BYTES.fullmatch(body):
        return False
    return all(unicodedata.category(character)[0] in "PS" for character in body)


def _inner_punctuation(pieces: Sequence[str]) -> list[bool]:
    """Which pieces are one mark inside a word or a number, with no space on either side."""
    inner = [False] * len(pieces)
    for position in range(1, len(pieces) - 1):
        left, mark, right = pieces[position - 1 : position + 2]
        if right.startswith(SPACE) or _is_whole(left) or _is_whole(right):
            continue
        before, after = left[-1:], right[:1]
        letters = before.isalnum() and after.isalnum() and not UNSPACED.match(before + after)
        numbers = before.isdigit() and after.isdigit()
        inner[position] = bool(
            (letters and _WORD_JOINERS.fullmatch(mark))
            or (numbers and _NUMBER_JOINERS.fullmatch(mark))
        )
    return inner

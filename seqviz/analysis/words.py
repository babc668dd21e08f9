"""From pieces to words: labels, and attention merged from pieces into words.

Knows the spelling that ``seqviz.trace.pieces`` knows, and subword-nmt's "@@"; holds no model.
"""

import re
import unicodedata
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from seqviz.trace.pieces import (
    BYTES,
    SPACE,
    SPECIAL,
    TAG,
    UNKNOWN,
    UNSPACED,
    display_piece,
    display_text,
    join_pieces,
    piece_label,
)

__all__ = [
    "CONTINUES",
    "SPACE",
    "UNSPACED",
    "Groups",
    "display_piece",
    "display_text",
    "join_pieces",
    "merge_log_probs",
    "merge_to_words",
    "piece_label",
    "word_groups",
    "word_labels",
]

Array = NDArray[np.floating[Any]]
Groups = NDArray[np.signedinteger[Any]]

CONTINUES = "@@"
WHOLE = {*SPECIAL, UNKNOWN}
"""Pieces that are words by themselves, as tags are."""

_WORD_JOINERS = re.compile(r"['’‐-]")
_NUMBER_JOINERS = re.compile(r"[.,:/]")


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


def is_punctuation(piece: str) -> bool:
    """Whether a piece is nothing but punctuation and symbols."""
    body = piece.strip(SPACE)
    if not body or _is_whole(piece) or BYTES.fullmatch(body):
        return False
    return all(unicodedata.category(character)[0] in "PS" for character in body)


def _starts(groups: Groups) -> NDArray[np.intp]:
    return np.flatnonzero(np.diff(groups, prepend=-1))


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
    return piece in WHOLE or TAG.fullmatch(piece) is not None


def _stands_alone(piece: str) -> bool:
    body = piece.strip(SPACE)
    if not body or unicodedata.category(body[0]) in {"Mn", "Mc", "Me", "Cf"}:
        return False  # a mark belongs to the letter before it
    return bool(UNSPACED.match(body)) or is_punctuation(body)


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

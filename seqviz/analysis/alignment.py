"""Attention as a word alignment: links, and how far they are from those that people drew.

Letters in shapes: T target tokens (rows), S source tokens (columns), W words.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from seqviz.analysis.gold import GoldPair, Links
from seqviz.analysis.words import Groups
from seqviz.trace.pieces import BYTES, SPACE, SPECIAL, TAG

Array = NDArray[np.floating[Any]]
Counts = NDArray[np.signedinteger[Any]]
Spans = Sequence[tuple[int, int]]

NO_LINK = -1


def shares_by_groups(pieces: Sequence[str], groups: Groups) -> Array:
    """Which word every token belongs to, (tokens, W): 1 for its word; special ones have none.

    Args:
        pieces: of the tokens.
        groups: the word of every token; see ``words.word_groups``.
    """
    shares = np.zeros((len(pieces), int(groups[-1]) + 1 if len(groups) else 0))
    shares[np.arange(len(pieces)), groups] = [not _is_special(piece) for piece in pieces]
    return shares


def shares_by_characters(pieces: Sequence[str], spans: Spans, words: Spans) -> Array:
    """Which words every token belongs to, by the characters that they share, (tokens, W).

    Rows sum to 1, or to 0 for tokens of no word. A token without characters of its own, such as a
    lone "▁" or the first bytes of a character, goes with the next one.

    Args:
        pieces: of the tokens.
        spans: characters of every token, half-open.
        words: characters of every word, half-open, of the same text.
    """
    tokens, places = np.array(spans), np.array(words)  # (tokens, 2), (W, 2)
    ends = np.minimum(tokens[:, None, 1], places[None, :, 1])
    shares: Array = np.maximum(ends - np.maximum(tokens[:, None, 0], places[None, :, 0]), 0.0)
    for token in range(len(pieces) - 2, -1, -1):
        if not shares[token].any() and _goes_on(pieces[token], spans[token][0]):
            shares[token] = shares[token + 1]
    totals = shares.sum(1, keepdims=True)
    shares /= np.where(totals > 0, totals, 1)
    return shares


def rows_when_fed(attention: Array) -> Array:
    """Row t of the step that is *fed* the t-th token, in place of the one that predicts it.

    That is row t + 1; the last token is never fed, and its row is 0 (formulas d6).

    Args:
        attention: (…, T, S).
    """
    rows = np.zeros_like(attention)
    rows[..., :-1, :] = attention[..., 1:, :]
    return rows


def word_links(attention: Array, target: Array, source: Array) -> Counts:
    """The source word that every target word is linked to (formulas d6 and d9).

    Source tokens of a word are summed, target tokens averaged; the largest wins, the first of
    equals. There is no link where that is a token of no word, such as EOS, or where there is
    nothing at all.

    Args:
        attention: (…, T, S).
        target: words of the rows, (T, target words).
        source: words of the columns, (S, source words).

    Returns:
        (…, target words): a source word, or ``NO_LINK``.
    """
    wordless = np.flatnonzero(source.sum(1) == 0)
    columns = np.concatenate((attention @ source, attention[..., wordless]), -1)
    totals = target.sum(0)[:, None]
    weights = np.divide(target.T, totals, out=np.zeros_like(target.T), where=totals > 0)
    merged = weights @ columns  # (…, target words, source words + wordless tokens)
    best = merged.argmax(-1)
    linked = (best < source.shape[1]) & (merged.max(-1) > 0)
    return np.where(linked, best, NO_LINK)


def links_of(found: Counts) -> Links:
    """Links as pairs of source word and target word; found (target words,), of ``word_links``."""
    return frozenset((int(word), place) for place, word in enumerate(found) if word != NO_LINK)


@dataclass(frozen=True, kw_only=True, eq=False)
class Agreement:
    """How many links there are, and how many are those of the gold; numbers, or arrays (…).

    Och & Ney 2003, https://aclanthology.org/J03-1002 (formulas d6).
    """

    links: Counts
    """|A|."""
    sure: Counts
    """|S|, drawn as sure."""
    sure_found: Counts
    """|A ∩ S|."""
    possible_found: Counts
    """|A ∩ P|, drawn at all."""

    def __add__(self, other: "Agreement") -> "Agreement":
        """Of both together, as one corpus."""
        return Agreement(
            links=self.links + other.links,
            sure=self.sure + other.sure,
            sure_found=self.sure_found + other.sure_found,
            possible_found=self.possible_found + other.possible_found,
        )

    @property
    def error_rate(self) -> Array:
        """AER = 1 − (|A ∩ S| + |A ∩ P|) / (|A| + |S|); NaN where there is no link at all."""
        return 1 - _ratio(self.sure_found + self.possible_found, self.links + self.sure)

    @property
    def precision(self) -> Array:
        """|A ∩ P| / |A|."""
        return _ratio(self.possible_found, self.links)

    @property
    def recall(self) -> Array:
        """|A ∩ S| / |S|."""
        return _ratio(self.sure_found, self.sure)


def agreement(found: Counts, pair: GoldPair) -> Agreement:
    """Compare links with the gold.

    Args:
        found: of ``word_links``, (…, target words).
        pair: the gold of the same words.

    Returns:
        its arrays are (…).
    """
    gold = np.zeros((2, len(pair.source) + 1, len(pair.target)), bool)  # the last row: no link
    for kind, links in enumerate((pair.sure, pair.possible)):
        for source, target in links:
            gold[kind, source, target] = True
    sure, possible = gold[:, found, np.arange(len(pair.target))]  # (…, target words) each
    return Agreement(
        links=(found != NO_LINK).sum(-1),
        sure=np.full(found.shape[:-1], len(pair.sure)),
        sure_found=sure.sum(-1),
        possible_found=possible.sum(-1),
    )


def _ratio(part: Counts, whole: Counts) -> Array:
    ratio: Array = np.divide(part, whole, out=np.full(np.shape(whole), np.nan), where=whole > 0)
    return ratio


def _is_special(piece: str) -> bool:
    return piece in SPECIAL or TAG.fullmatch(piece) is not None


def _goes_on(piece: str, start: int) -> bool:
    """Whether a token without characters of its own is the beginning of the next one."""
    if _is_special(piece):
        return False
    return start > 0 or not piece.strip(SPACE) or BYTES.fullmatch(piece) is not None

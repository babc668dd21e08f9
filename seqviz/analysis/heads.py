"""What a head of cross-attention is like over many sentences, not in one.

Letters in shapes: N sentences, M measures, L layers, H heads, T target tokens (rows), S source
tokens (columns). Rows sum to 1. EOS counts on both sides.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from seqviz.analysis.attention import attention_entropy
from seqviz.analysis.words import is_punctuation

Array = NDArray[np.floating[Any]]

OF_SENTENCES = ("entropy", "eos", "punctuation", "diagonality")
"""Measures of a head in every sentence; M is their number."""
OF_TEST_SET = ("aer", "change")
"""Of a head over all sentences, where there is gold, and of those on which it was switched off."""
EXTREMES = 3
"""Sentences that are named at either end."""


def head_measures(attention: Array, pieces: Sequence[str], ends: Sequence[bool]) -> Array:
    """``OF_SENTENCES`` of every head in one sentence, in that order.

    Entropy is divided by log S, and the mean of the rows. The share of the weights that fall on
    EOS, and on punctuation and symbols, is what a head rests on when it has nothing to read (sinks:
    Clark et al. 2019, https://aclanthology.org/W19-4828, of self-attention).

    Args:
        attention: (L, H, T, S).
        pieces: of the source tokens, (S,).
        ends: which of them is EOS, (S,).

    Returns:
        (M, L, H), all 0 to 1.
    """
    columns = [ends, list(map(is_punctuation, pieces))]
    sinks = attention @ np.array(columns, float).T  # (L, H, T, 2)
    entropy = attention_entropy(attention, normalised=True).mean(-1)
    return np.stack((entropy, *np.moveaxis(sinks.mean(2), -1, 0), diagonality(attention)))


def diagonality(attention: Array) -> Array:
    """How near to the diagonal the weights lie: 1 − mean_i Σ_j α_ij |i/(T−1) − j/(S−1)|.

    The distance is that of guided attention (Tachibana et al. 2018,
    https://arxiv.org/abs/1710.08969), which squares it within a Gaussian; ours is linear, and takes
    whole rows, not the expected j, so that a row spread out is not taken for one in the middle. 1
    is the diagonal, 0 the other corners; even rows of long sentences have 2/3.

    Args:
        attention: (…, T, S).

    Returns:
        (…).
    """
    rows, columns = (np.arange(size) / max(size - 1, 1) for size in attention.shape[-2:])
    distances = np.abs(rows[:, None] - columns)  # (T, S)
    mean: Array = (attention * distances).sum(-1).mean(-1)
    return 1 - mean


@dataclass(frozen=True, kw_only=True, eq=False)
class HeadStudy:
    """Every head of a model's cross-attention over a test set."""

    model: str
    """PAIR/SYSTEM."""
    fingerprint: str
    """Of the weights; see ``ModelFacts``."""
    test_set: str
    """Name of the file of sentences."""
    numbers: tuple[int, ...]
    """Of the sentences in their file, from 1; (N,)."""
    sources: tuple[str, ...]
    """The sentences, (N,)."""
    forced: int
    """How many of them had a reference, which was forced; the others were translated."""
    measures: Array
    """``OF_SENTENCES``, (N, M, L, H)."""
    changes: Array
    """What switching the head off adds to log p of a target token, in nats, mean over the tokens of
    the sample; below 0: the head was of use. (L, H); NaN without a sample."""
    sample: int
    """Sentences, the first ones, on which heads were switched off."""
    error_rates: Array
    """AER by the head's weights, (L, H); NaN where there is no gold."""
    gold: str
    """Name of its file; empty: there is none."""

    @property
    def shape(self) -> tuple[int, int]:
        """Layers and heads."""
        layers, heads = self.changes.shape
        return layers, heads

    def values(self) -> dict[str, Array]:
        """Every measure that there is by its name, each (L, H): means over the sentences."""
        found = dict(zip(OF_SENTENCES, self.measures.mean(0), strict=True))
        whole = dict(zip(OF_TEST_SET, (self.error_rates, self.changes), strict=True))
        return found | {name: grid for name, grid in whole.items() if np.isfinite(grid).any()}

    def distances(self) -> Array:
        """How far every sentence is from what is usual of a head, (N, L, H).

        Euclid's distance of its measures from their means, each in standard deviations of that head
        over the sentences; what never changes counts nothing.
        """
        apart = self.measures - self.measures.mean(0)
        spread = self.measures.std(0)
        scaled = np.divide(apart, spread, out=np.zeros_like(apart), where=spread > _SAME)
        distance: Array = np.sqrt((scaled**2).sum(1))
        return distance

    def extremes(self, layer: int, head: int) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """Places of the sentences in which a head is most and least as usual, at most three each.

        No sentence is both; the first of equals comes first.
        """
        order = np.argsort(self.distances()[:, layer, head], kind="stable")
        count = min(EXTREMES, (len(order) + 1) // 2)
        least = order[::-1][: min(EXTREMES, len(order) - count)]
        return tuple(order[:count].tolist()), tuple(least.tolist())


_SAME = 1e-9
"""A smaller spread is rounding."""

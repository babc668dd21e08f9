"""Numbers about one translated sentence that may tell that something is wrong with it.

Numpy only. Letters in shapes: T target tokens, S source tokens, L layers. EOS counts on both sides,
as the last token, unless words are counted. Which of the numbers deserve trust, ``inspection``
says.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from seqviz.analysis.attention import coverage, coverage_deviation
from seqviz.analysis.words import UNSPACED, Groups, merge_log_probs

Array = NDArray[np.floating[Any]]

LOWEST = 3
IGNORED = 0.0
"""Nats by which the source must raise a word's log-probability; below, it is ignored. Of those that
``seqviz validate`` tries, 0 and 0.1 do best, as to planted errors and as to the chrF of own
translations; 0 is the simpler one. The contrast with an empty source is that of Dale et al. 2023
(HalOmi).
"""
UNSEEN = 0.08
"""The most that any target token takes from a source word that is left out. Dale et al. 2023
(HalOmi), for contributions; for attention weights it is a stand-in.
"""
REPEATS = (2, 3, 4)
"""Words of a run."""
LONG_ENOUGH = 4
"""Letters of a word whose sameness on both sides tells something, in scripts with spaces."""


def lowest_mean(log_probs: Array, count: int = LOWEST) -> float:
    """Mean of the lowest log-probabilities, of all where there are fewer; (T,), nats."""
    return float(np.sort(log_probs)[:count].mean())


def ignored_share(contrast: Array, groups: Groups, below: float = IGNORED) -> float:
    """Share of target words that the source makes no more probable.

    After Dale et al. 2023 (HalOmi), https://arxiv.org/abs/2305.11746.

    Args:
        contrast: log p(y_t | y_<t, x) − log p(y_t | y_<t, ∅), nats, (T,).
        groups: the word of every token, (T,); the last is EOS.
        below: nats.

    Returns:
        0 to 1; NaN without a word.
    """
    words = merge_log_probs(contrast, groups)[:-1]
    return float((words < below).mean()) if len(words) else float("nan")


def repeated_share(words: Sequence[str]) -> float:
    """1 − distinct n-grams / n-grams of words, n from 2 to 4 together; 0 to 1."""
    grams = [tuple(words[at : at + n]) for n in REPEATS for at in range(len(words) - n + 1)]
    return 1 - len(set(grams)) / len(grams) if grams else 0.0


def copied_share(words: Sequence[str], source_words: Sequence[str]) -> float:
    """Share of target words that stand in the source as they are.

    Only words that tell something count: of four letters or more, or of a script without spaces.
    Names may be copied; a language may have the same word.

    Returns:
        0 to 1; NaN where no word counts.
    """
    telling = [word for word in words if _tells(word)]
    there = set(source_words)
    return sum(word in there for word in telling) / len(telling) if telling else float("nan")


def _tells(word: str) -> bool:
    if UNSPACED.match(word):
        return True
    return sum(character.isalpha() for character in word) >= LONG_ENOUGH


def least_coverage(attention: Array, source_groups: Groups) -> float:
    """What the source word received that received least.

    Args:
        attention: or contributions, (T, S).
        source_groups: the word of every source token, (S,); the last is EOS.

    Returns:
        at least 0, 1 on average where rows sum to 1 and both sides are equally long; NaN without a
        word.
    """
    received = np.add.reduceat(coverage(attention), _starts(source_groups))[:-1]
    return float(received.min()) if len(received) else float("nan")


def left_out_share(contributions: Array, source_groups: Groups) -> float:
    """Share of source words from which no target token takes as much as ``UNSEEN``; as above."""
    words = np.add.reduceat(contributions, _starts(source_groups), axis=1)[:, :-1]  # (T, words)
    return float((words.max(0) < UNSEEN).mean()) if words.shape[1] else float("nan")


def distance_from_uniform(attention: Array) -> float:
    """Wass-to-Unif: ½ Σ_j |π_j − 1/S|, π the share of all attention that each token received.

    Guerreiro et al. 2023, https://arxiv.org/abs/2212.09631; total variation, 0 to 1.
    """
    shares = coverage(attention) / attention.sum()
    return float(np.abs(shares - 1 / len(shares)).sum() / 2)


def attention_to_end(attention: Array) -> float:
    """Share of all attention (T, S) that the last source token, EOS, received; 0 to 1."""
    return float(attention[:, -1].sum() / attention.sum())


def best_covering(attention: Array) -> Array:
    """The layer of (L, T, S) that deviates least from even coverage, (T, S); the first of equals.

    As ``attention.best_aligned_layer`` chooses.
    """
    chosen: Array = attention[int(np.argmax(coverage_deviation(attention)))]
    return chosen


def _starts(groups: Groups) -> NDArray[np.intp]:
    return np.flatnonzero(np.diff(groups, prepend=-1))

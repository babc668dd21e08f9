"""How alike several translations of one sentence are: chrF between all pairs. Numpy only."""

import math
from collections import Counter
from collections.abc import Sequence
from itertools import combinations

import numpy as np

ORDERS = 6
"""Characters of the longest n-gram."""
BETA = 2
"""How much more recall counts than precision."""
MOST = 10
"""Hypotheses that are compared: the best ones, which have most of the weight."""

Grams = Sequence[frozenset[str | tuple[str, int]]]
"""N-grams of n characters, n from 1, white space left out."""


def agreement(texts: Sequence[str], scores: Sequence[float]) -> float:
    """How alike the finished hypotheses of a search are.

    The mean chrF2 of all pairs, each read both ways and weighted by e^(score + score). Ours: a
    cheap stand-in for the similarity of translations under dropout, Fomicheva et al. 2020,
    https://arxiv.org/abs/2005.10608, section 3.2 (unverified).

    Args:
        texts: of the hypotheses; at most the ``MOST`` best count.
        scores: what they are ranked by.

    Returns:
        0 to 100; NaN for fewer than two hypotheses.
    """
    best = np.argsort(-np.asarray(scores), kind="stable")[:MOST].tolist()
    if len(best) < 2:  # noqa: PLR2004 (a pair)
        return float("nan")
    grams = {place: character_grams(texts[place]) for place in best}
    most = scores[best[0]] + scores[best[1]]
    total, weighted = 0.0, 0.0
    for one, other in combinations(best, 2):
        weight = math.exp(scores[one] + scores[other] - most)
        total += weight
        weighted += weight * sum(chrf_between(grams[one], grams[other])) / 2
    return weighted / total


def disagreement(one: str, other: str) -> float:
    """How different two texts are: 100 − chrF2, the mean of both ways; 0 to 100."""
    return 100 - sum(chrf_between(character_grams(one), character_grams(other))) / 2


def character_grams(text: str) -> Grams:
    """All n-grams of a text."""
    joined = "".join(text.split())
    return [
        _numbered([joined[at : at + order] for at in range(len(joined) - order + 1)])
        for order in range(1, ORDERS + 1)
    ]


def _numbered(grams: Sequence[str]) -> frozenset[str | tuple[str, int]]:
    """A set in which a gram's second and later occurrences are elements of their own."""
    once = frozenset(grams)
    if len(once) == len(grams):
        return once
    counts = Counter(grams)
    again = ((gram, number) for gram, count in counts.items() for number in range(1, count))
    return once.union(again)


def chrf_between(one: Grams, other: Grams) -> tuple[float, float]:
    """ChrF2 of a text against another, and of that against it, 0 to 100; as sacrebleu's.

    Popović 2015, https://aclanthology.org/W15-3049.
    """
    shares = []
    for mine, theirs in zip(one, other, strict=True):
        if not mine or not theirs:
            break
        common = len(mine & theirs)
        shares.append((common / len(mine), common / len(theirs)))
    if not shares:
        return 0.0, 0.0
    precision, recall = (sum(column) / len(shares) for column in zip(*shares, strict=True))
    return _f_score(precision, recall), _f_score(recall, precision)


def _f_score(precision: float, recall: float) -> float:
    if precision + recall == 0:
        return 0.0
    return 100 * (1 + BETA**2) * precision * recall / (BETA**2 * precision + recall)

"""How well a flag finds what it should find: AUROC, average precision, MCC, precision and recall.

Numpy only. N things are judged; a higher value should mean that a thing is bad. NaN is what cannot
be computed, such as the AUROC where nothing is bad.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.floating[Any]]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, kw_only=True)
class Judgement:
    """A flag against the truth."""

    count: int
    """N."""
    bad: int
    """Of these, the bad ones."""
    auroc: float
    """Probability that a bad one has the higher value than one that is not; 0.5 is chance."""
    average_precision: float
    """Mean precision over all bad ones, from the highest value down; chance is ``bad / count``."""
    threshold: float
    """From which value on the flag is raised; the others depend on it."""
    precision: float
    """Share of the flagged ones that are bad."""
    recall: float
    """Share of the bad ones that are flagged."""
    mcc: float
    """Matthews' correlation coefficient, −1 to 1; 0 is chance."""


def judge(values: ArrayLike, bad: ArrayLike, *, threshold: float) -> Judgement:
    """Set a flag against the truth.

    Args:
        values: of the flag, (N,).
        bad: the truth, (N,).
        threshold: from which value on the flag is raised.
    """
    found, truth = np.asarray(values, np.float64), np.asarray(bad, bool)
    raised = found >= threshold
    hits = int((raised & truth).sum())
    return Judgement(
        count=len(truth),
        bad=int(truth.sum()),
        auroc=auroc(found, truth),
        average_precision=average_precision(found, truth),
        threshold=threshold,
        precision=_ratio(hits, int(raised.sum())),
        recall=_ratio(hits, int(truth.sum())),
        mcc=matthews(raised, truth),
    )


def auroc(values: ArrayLike, bad: ArrayLike) -> float:
    """Area under the ROC curve, by the rank sum of Mann and Whitney; equal values share a rank."""
    found, truth = np.asarray(values, np.float64), np.asarray(bad, bool)
    ones, others = int(truth.sum()), int((~truth).sum())
    return _ratio(float(ranks(found)[truth].sum()) - ones * (ones + 1) / 2, ones * others)


def ranks(values: ArrayLike) -> Array:
    """From 1, the lowest, (N,); equal values share the mean of theirs."""
    _, places, counts = np.unique(np.asarray(values), return_inverse=True, return_counts=True)
    found: Array = (np.cumsum(counts) - (counts - 1) / 2)[places]
    return found


def average_precision(values: ArrayLike, bad: ArrayLike) -> float:
    """Σ_k (recall_k − recall_{k−1}) precision_k over all thresholds; equal values go together."""
    found, truth = np.asarray(values, np.float64), np.asarray(bad, bool)
    order = np.argsort(-found, kind="stable")
    last = np.flatnonzero(np.diff(found[order], append=np.nan) != 0)  # of every run of equals
    hits = np.cumsum(truth[order])[last]
    gained = np.diff(hits, prepend=0)
    return _ratio(float((gained * hits / (last + 1)).sum()), int(truth.sum()))


def matthews(raised: ArrayLike, bad: ArrayLike) -> float:
    """Matthews' correlation coefficient of two masks (N,): their Pearson correlation."""
    first, second = np.asarray(raised, bool), np.asarray(bad, bool)
    return pearson(first, second)


def pearson(first: ArrayLike, second: ArrayLike) -> float:
    """Pearson's correlation of two rows of numbers (N,); NaN where one of them is constant."""
    rows = (np.asarray(row, np.float64) for row in (first, second))
    one, two = (row - float(row.mean()) for row in rows)
    return _ratio(float(one @ two), float(np.sqrt((one @ one) * (two @ two))))


def best_threshold(values: ArrayLike, bad: ArrayLike) -> float:
    """The value from which on to raise the flag so that MCC is highest; the lowest of equals.

    Raises:
        ValueError: nothing is bad, or all is.
    """
    found, truth = np.asarray(values, np.float64), np.asarray(bad, bool)
    ones, total = int(truth.sum()), len(truth)
    if not 0 < ones < total:
        raise ValueError("a threshold needs things that are bad and things that are not")
    order = np.argsort(-found, kind="stable")
    last = np.flatnonzero(np.diff(found[order], append=np.nan) != 0)[:-1]
    if not len(last):
        return float(found[0])
    hits, raised = np.cumsum(truth[order])[last].astype(np.float64), last + 1.0
    over = total * hits - raised * ones
    under = np.sqrt(raised * (total - raised) * ones * (total - ones))
    scores = over / under
    return float(found[order][last[np.flatnonzero(scores == scores.max())[-1]]])


def _ratio(over: float, under: float) -> float:
    return over / under if under else float("nan")

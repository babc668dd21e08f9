"""How well each feature of a sentence tells translations with an error from those without."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from seqviz.analysis.judging import auroc
from seqviz.analysis.marks import Array
from seqviz.inspection.features import FEATURES
from seqviz.inspection.validation import UNTOUCHED, Sentences


@dataclass(frozen=True, kw_only=True)
class FeatureReport:
    """One feature on sentences with one kind of error, and those without any."""

    feature: str
    planted: str
    """The kind of error."""
    count: int
    """Sentences."""
    bad: int
    """Of these, with an error."""
    auroc: float
    """Probability that of two, the one with an error looks worse."""


def judged_features(sentences: Sentences) -> list[FeatureReport]:
    """Every feature on every kind of error.

    A low value is bad where ``FEATURES`` says that a high one is good, and the other way round;
    where it says neither, what is far from the median of sentences without an error, as a ratio.
    """
    found = []
    kinds = [kind for kind in dict.fromkeys(sentences.planted.tolist()) if kind != UNTOUCHED]
    for name, values in sentences.features.items():
        for kind in kinds:
            among = np.isin(sentences.planted, [kind, UNTOUCHED]) & ~np.isnan(values)
            bad = sentences.bad[among]
            if not bad.any() or bad.all():
                continue
            found.append(
                FeatureReport(
                    feature=name,
                    planted=kind,
                    count=len(bad),
                    bad=int(bad.sum()),
                    auroc=auroc(badness(name, values[among], usual=values[among][~bad]), bad),
                )
            )
    return found


def mean_worth(
    reports: Sequence[Sequence[FeatureReport]],
) -> dict[str, dict[str, float]]:
    """Feature -> kind of error -> mean AUROC over models."""
    found: dict[str, dict[str, list[float]]] = {}
    for one in (report for several in reports for report in several):
        found.setdefault(one.feature, {}).setdefault(one.planted, []).append(one.auroc)
    return {
        feature: {kind: float(np.mean(numbers)) for kind, numbers in kinds.items()}
        for feature, kinds in found.items()
    }


def badness(name: str, values: Array, *, usual: Array) -> Array:
    """The higher, the worse (N,); see ``judged_features``.

    Args:
        name: of a feature.
        values: (N,).
        usual: values of translations that are as they should be, or mostly.
    """
    better = FEATURES[name].better
    if better is None:
        far: Array = np.abs(np.log(values / np.median(usual)))
        return far
    return -values if better == "high" else values

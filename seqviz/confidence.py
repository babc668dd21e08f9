"""How sure a model is of a translation, beside how sure it is on what is like its training text.

A model's mean log-probabilities on its development set stand in its settings.json; a translation is
placed among them. That says whether a sentence is like those, not whether a translation is right.
Intervals around scores are another thing: ``analysis.confidence``. Knows no models.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from itertools import pairwise
from typing import Any

import numpy as np

UNSURE = 0.02
"""Below this share of the development set a model is unsure."""
SHARES = (0.0, 0.01, UNSURE, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 1.0)
"""Of its sentences, at which the quantiles are kept."""


@dataclass(frozen=True, kw_only=True)
class Confidence:
    """Mean log-probabilities of translations of a development set.

    Raises:
        ValueError: a value is of another type, or cannot be.
    """

    quantiles: Sequence[float]
    """At ``SHARES``; nats a token, EOS counted; they never fall."""
    sentences: int
    data: str
    """Name of the file, or of the task."""

    def __post_init__(self) -> None:
        """Refuse what no measurement leaves."""
        fits = (
            isinstance(self.quantiles, Sequence)
            and len(self.quantiles) == len(SHARES)
            and all(type(one) in (int, float) and one <= 0 for one in self.quantiles)
            and all(low <= high for low, high in pairwise(self.quantiles))
            and type(self.sentences) is int
            and type(self.data) is str
        )
        if not fits:
            raise ValueError("its confidence has a value that cannot be")

    def share_below(self, mean: float) -> float:
        """The share of the development set, 0 to 1, of whose translations the model is less sure.

        Args:
            mean: log-probability a token of a translation, EOS counted; nats.
        """
        return float(np.interp(mean, self.quantiles, SHARES))


def measured(means: Sequence[float], data: str) -> Confidence:
    """The quantiles of mean log-probabilities, at least one, of the sentences of some data."""
    found = np.quantile(np.minimum(means, 0.0), SHARES)
    quantiles = tuple(float(f"{one:.4g}") for one in found)  # a task's lie close to 0
    return Confidence(quantiles=quantiles, sentences=len(means), data=data)


def confidence_of(raw: Any) -> Confidence | None:
    """What a file says; None stays.

    Raises:
        ValueError: it is no such object.
    """
    if raw is None:
        return None
    names = {field.name for field in fields(Confidence)}
    if not isinstance(raw, Mapping) or set(raw) != names:
        raise ValueError(f"its confidence is no object of {', '.join(sorted(names))}")
    return Confidence(**raw)

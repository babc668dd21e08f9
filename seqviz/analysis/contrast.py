"""What of a translation came from the sentence, and what from its language alone. Numpy only.

A translation is scored a second time with an emptied source, EOS alone: so the conditional language
model p(y | x) stands beside a plain one, p(y | ∅).
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from seqviz.errors import InputError
from seqviz.trace import Trace

Array = NDArray[np.floating[Any]]


@dataclass(frozen=True, kw_only=True, eq=False)
class SourceContrast:
    """The tokens of a translation with and without the sentence; T tokens, EOS counted."""

    pieces: tuple[str, ...]
    """(T,)."""
    with_source: Array
    """(T,): log p(y_t | y_<t, x), nats; 0 where the model's rules leave no choice."""
    without_source: Array
    """(T,): log p(y_t | y_<t, ∅), nats."""

    @property
    def difference(self) -> Array:
        """(T,): s_t = log p(y_t | y_<t, x) − log p(y_t | y_<t, ∅), nats.

        Near 0, the word would have come without the sentence. NaN where both are −∞.
        """
        with np.errstate(invalid="ignore"):
            gained: Array = self.with_source - self.without_source
        return gained

    @property
    def total(self) -> float:
        """Σ s_t = log p(y | x) − log p(y | ∅), nats."""
        return float(self.difference.sum())


def source_contrast(trace: Trace, emptied: Trace, rank: int = 0) -> SourceContrast:
    """Set a hypothesis beside itself without the sentence.

    After Dale et al. 2023 (HalOmi), https://arxiv.org/abs/2305.11746, who look at log p(y | x)
    − log p(y | ∅) of whole translations.

    Args:
        trace: the decoding.
        emptied: ``Translator.without_source(trace, rank)``.
        rank: of the hypothesis.

    Raises:
        InputError: the two are not of one model and one translation.
    """
    if trace.model.fingerprint != emptied.model.fingerprint:
        told = {"first": trace.model.name, "second": emptied.model.name}
        raise InputError("traces_differ", told)
    if trace.target(rank) != emptied.target():
        told = {"first": trace.hypotheses.texts[rank], "second": emptied.translation}
        raise InputError("traces_differ", told)
    return SourceContrast(
        pieces=trace.target_pieces(rank),
        with_source=trace.log_probs(rank).astype(np.float64),
        without_source=emptied.log_probs().astype(np.float64),
    )

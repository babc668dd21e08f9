"""The recorded hypotheses ranked anew: another length normalisation, another coverage penalty.

Needs a Trace and no model: only hypotheses that the search recorded can win. M of them, in the
order of ``trace.hypotheses``; T steps, K slots, S source tokens.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from seqviz.errors import InputError
from seqviz.options import SMALLEST_COVERAGE, DecodeOptions, LengthNormalisation
from seqviz.trace import Floats, Ints, Trace

Array = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, eq=False)
class Ranking:
    """All hypotheses under one way to score them, in columns (M,) as in ``trace.hypotheses``."""

    normalisation: LengthNormalisation
    alpha: float
    beta: float
    order: Ints
    """Places in ``trace.hypotheses``, best first."""
    normalisers: Floats
    """What the sum of log-probabilities is divided by."""
    quotients: Floats
    """``log_probs / normalisers``."""
    coverage_terms: Floats
    """β Σ_j log min(c_j, 1); 0 where β is 0."""
    scores: Floats
    """``quotients + coverage_terms``."""

    @property
    def winner(self) -> int:
        """Place of the best in ``trace.hypotheses``; 0 is the one that the search chose."""
        return int(self.order[0])

    @property
    def ranks(self) -> Ints:
        """(M,): rank of every hypothesis now, 1 is the best."""
        ranks = np.empty(len(self.order), np.int32)
        ranks[self.order] = np.arange(1, len(self.order) + 1)
        return ranks


def coverage(trace: Trace) -> Array | None:
    """The attention that every source token received in all along every hypothesis.

    The mean over layers and heads, summed over the steps of the hypothesis; EOS of the source is
    left out, that of the target is not.

    Returns:
        (M, S − 1), or None where the trace holds no cross-attention.
    """
    search, found = trace.search, trace.hypotheses
    if search.cross_attention is None:
        return None
    received = search.cross_attention[..., :-1].mean(axis=(2, 3), dtype=np.float64)  # (T, K, S−1)
    for step in range(1, search.steps):
        kept = np.flatnonzero(search.candidate_slots[step - 1] >= 0)
        slots = search.candidate_slots[step - 1, kept]
        received[step, slots] += received[step - 1, search.candidate_parents[step - 1, kept]]
    sums: Array = received[found.steps, search.candidate_parents[found.steps, found.candidates]]
    return sums


def coverage_penalties(trace: Trace) -> Array | None:
    """Σ_j log min(c_j, 1) of every hypothesis, (M,): the coverage term for β = 1.

    Wu et al. 2016, https://arxiv.org/abs/1609.08144, section 7. Where the search used a β its own
    terms are taken, so that they come out again to the last bit.

    Returns:
        values of at most 0, or None where neither terms nor attention were recorded.
    """
    if trace.options.beta > 0:
        own: Array = trace.hypotheses.coverage_terms.astype(np.float64) / trace.options.beta
        return own
    received = coverage(trace)
    if received is None:
        return None
    penalties: Array = np.log(np.clip(received, SMALLEST_COVERAGE, 1.0)).sum(axis=1)
    return penalties


def rerank(
    trace: Trace, *, normalisation: LengthNormalisation, alpha: float, beta: float
) -> Ranking:
    """Score and order the recorded hypotheses as the search would have at its end.

    Sums and quotients are single precision as in the search; with the trace's own options its own
    order comes out. After an early stop the finished rank before the unfinished, as there.

    Raises:
        InputError: a value is out of its range, or ``no_attention`` for a β above 0.
    """
    options = DecodeOptions(length_normalisation=normalisation, alpha=alpha, beta=beta)
    found = trace.hypotheses
    normalisers = options.normaliser(found.lengths).astype(np.float32)
    quotients = found.log_probs / normalisers
    terms = (beta * penalties_for(trace, beta)).astype(np.float32)
    scores = quotients + terms
    return Ranking(
        normalisation=normalisation,
        alpha=alpha,
        beta=beta,
        order=best_first(trace, scores),
        normalisers=normalisers,
        quotients=quotients,
        coverage_terms=terms,
        scores=scores,
    )


def rerank_as_searched(trace: Trace) -> Ranking:
    """The ranking of the search itself."""
    own = trace.options
    return rerank(trace, normalisation=own.length_normalisation, alpha=own.alpha, beta=own.beta)


def penalties_for(trace: Trace, beta: float) -> Array:
    """Like ``coverage_penalties``, but zeros where there are none and β is 0.

    Raises:
        InputError: ``no_attention`` where there are none and β is above 0.
    """
    penalties = coverage_penalties(trace)
    if penalties is not None:
        return penalties
    if beta > 0:
        raise InputError("no_attention")
    return np.zeros(len(trace.hypotheses))


def behind(trace: Trace) -> NDArray[np.bool_]:
    """Which hypotheses rank behind all others, (M,): after an early stop the unfinished."""
    unfinished: NDArray[np.bool_] = ~trace.hypotheses.finished
    return unfinished & (trace.stopped_by in ("bound", "first"))


def best_first(trace: Trace, scores: NDArray[np.floating[Any]]) -> Ints:
    """Places of the hypotheses, best first, given their scores; both (M,).

    Equals as in the search: finished ones, then the earlier step, then the better candidate.
    """
    found = trace.hypotheses
    order = np.lexsort((found.candidates, found.steps, ~found.finished, -scores, behind(trace)))
    return order.astype(np.int32)

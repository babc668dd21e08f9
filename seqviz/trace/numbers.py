"""Are the numbers of a trace what they say: log-probabilities, weights, entropies?

For traces from files, whose every number may be wrong; ``tracecheck`` has seen to the shapes and
indices. Unused places may hold anything.
"""

import numpy as np
from numpy.typing import NDArray

from seqviz.trace.trace import Fate, Floats, Trace

_SLACK = 1e-3
"""Of a rounded probability, or its logarithm."""


def check_numbers(trace: Trace) -> None:
    """Refuse log-probabilities above 0, weights that are none, and what is not finite.

    A given target may hold a token that was ruled out, with a log-probability of −inf.

    Raises:
        ValueError: what is wrong.
    """
    search, found = trace.search, trace.hypotheses
    present = search.candidate_fates != Fate.ABSENT
    offered = search.next_tokens != -1
    for name, log_probs in {
        "candidate_log_probs": search.candidate_log_probs[present],
        "candidate_cumulative": search.candidate_cumulative[present],
        "next_log_probs": search.next_log_probs[offered],
        "log_probs": found.log_probs,
        "coverage_terms": found.coverage_terms,
    }.items():
        _check_log_probs(name, log_probs, forced=trace.forced)
    if not (np.isfinite(found.scores).all() or trace.forced) or np.isnan(found.scores).any():
        raise ValueError("scores holds what is no number")
    if not (np.isfinite(found.normalisers) & (found.normalisers > 0)).all():
        raise ValueError("normalisers holds a divisor that is not above 0")
    if trace.encoder_self_attention is not None:
        _check_weights("encoder_self_attention", trace.encoder_self_attention)
    for step, live in enumerate(_live_slots(trace)):
        _check_step(trace, step, live)


def _live_slots(trace: Trace) -> list[NDArray[np.intp]]:
    """The slots that hold a prefix, by step."""
    search = trace.search
    kept = search.candidate_fates == Fate.KEPT
    later = [search.candidate_slots[step][kept[step]] for step in range(search.steps - 1)]
    return [np.zeros(1, np.intp), *(slots.astype(np.intp) for slots in later)]


def _check_step(trace: Trace, step: int, live: NDArray[np.intp]) -> None:
    search, model = trace.search, trace.model
    weights = {
        "cross_attention": None if search.cross_attention is None else search.cross_attention[step],
        "self_attention": search.self_attention_at(step, model.layers, model.heads),
    }
    for name, of_step in weights.items():
        if of_step is not None:
            _check_weights(name, of_step[live])
    for name in ("entropies", "context_norms", "decoder_states"):
        values = getattr(search, name)
        if values is not None and not np.isfinite(values[step][live]).all():
            raise ValueError(f"{name} holds what is no number at step {step}")
    if search.raw_scores is not None and not (search.raw_scores[step][live] < np.inf).all():
        raise ValueError(f"raw_scores holds what is no number at step {step}")


def _check_log_probs(name: str, values: Floats, *, forced: bool) -> None:
    least = -np.inf if forced else np.finfo(np.float32).min
    if not ((values >= least) & (values <= _SLACK)).all():
        raise ValueError(f"{name} holds what is no log-probability")


def _check_weights(name: str, values: Floats) -> None:
    if not ((values >= -_SLACK) & (values <= 1 + _SLACK)).all():
        raise ValueError(f"{name} holds what is no weight")

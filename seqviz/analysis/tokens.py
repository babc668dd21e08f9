"""What the model expected next, and how surprised it was. Numpy only."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from seqviz.trace import Floats, Ints, Trace

Array = NDArray[np.floating[Any]]


@dataclass(frozen=True, kw_only=True, eq=False)
class NextTokens:
    """The most probable next tokens of one live prefix, best first. N is how many."""

    tokens: Ints
    """(N,)."""
    pieces: tuple[str, ...]
    """(N,)."""
    probs: Floats
    """(N,), in [0, 1]."""
    chosen_index: int | None
    """The one that was taken, if any; the last entry if it is not among the most probable."""
    entropy: float
    """Of the whole distribution, in nats."""
    drawable: tuple[bool, ...] | None = None
    """(N,): whether sampling could draw each; None: no sampling."""
    kept_mass: float | None = None
    """Share of the allowed tokens' probability, at the sampling temperature, of all that could be
    drawn; None: no sampling.
    """
    given: bool = False
    """The step lies in the fixed start, so nothing was drawn."""
    restricted: bool = False
    """Some tokens were not allowed: banned ones, or the end before the minimum length."""

    @property
    def rest(self) -> float:
        """Probability of all tokens that are not listed."""
        return max(0.0, 1.0 - float(self.probs.sum(dtype=np.float64)))


def next_tokens(trace: Trace, step: int, *, slot: int, candidate: int | None = None) -> NextTokens:
    """The distribution that one live prefix saw at one step.

    Args:
        trace: the decoding.
        step: which one.
        slot: the live prefix.
        candidate: the continuation to mark; it is appended when it is outside the recorded ones.

    Raises:
        ValueError: the candidate does not continue that slot.
    """
    search = trace.search
    recorded = search.next_tokens[step, slot]
    tokens = recorded[recorded >= 0]
    log_probs = search.next_log_probs[step, slot][: len(tokens)]
    chosen = None
    if candidate is not None:
        if search.candidate_parents[step, candidate] != slot:
            raise ValueError(f"candidate {candidate} of step {step} does not continue slot {slot}")
        token = search.candidate_tokens[step, candidate]
        if token not in tokens:
            tokens = np.append(tokens, token)
            log_probs = np.append(log_probs, search.candidate_log_probs[step, candidate])
        chosen = int(np.flatnonzero(tokens == token)[0])
    count, kept_mass = _kept(trace, step, slot=slot)
    return NextTokens(
        tokens=tokens,
        pieces=tuple(trace.vocabulary[int(token)] for token in tokens),
        probs=np.exp(log_probs),
        chosen_index=chosen,
        entropy=float(search.entropies[step, slot]),
        drawable=None if count is None else _drawable(trace, step, tokens, count=count),
        kept_mass=kept_mass,
        given=step < len(trace.options.prefix) and not trace.forced,
        restricted=bool(_not_allowed(trace, step)) and not trace.forced,
    )


def _kept(trace: Trace, step: int, *, slot: int) -> tuple[int | None, float | None]:
    """How many of the most probable tokens that are allowed could be drawn, and their mass."""
    counts, mass = trace.search.kept_counts, trace.search.kept_mass
    if counts is None or mass is None or counts[step, slot] < 0:
        return None, None
    return int(counts[step, slot]), float(mass[step, slot])


def _drawable(trace: Trace, step: int, tokens: Ints, *, count: int) -> tuple[bool, ...]:
    """Of tokens, most probable first: whether they are among the first ``count`` allowed ones."""
    options = trace.options
    if step < len(options.prefix):
        return tuple(bool(token == options.prefix[step]) for token in tokens)
    allowed = ~np.isin(tokens, _not_allowed(trace, step))
    return tuple((allowed & (np.cumsum(allowed) <= count)).tolist())


def _not_allowed(trace: Trace, step: int) -> tuple[int, ...]:
    """What may not come at a step after the fixed start."""
    early = (trace.model.eos,) if step + 1 < trace.options.min_length else ()
    return (*trace.options.banned, *early)


def next_tokens_on_path(trace: Trace, step: int, *, rank: int = 0) -> NextTokens:
    """The distribution at one step of the hypothesis of that rank, its token marked."""
    slots, chosen = trace.path(rank)
    return next_tokens(trace, step, slot=int(slots[step]), candidate=int(chosen[step]))


def surprisal(log_probs: Array) -> Array:
    """−log p of produced tokens, in nats; same shape."""
    return -log_probs

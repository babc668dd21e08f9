"""The translations of a sentence without the search behind them."""

from dataclasses import dataclass, replace

from seqviz.trace import Trace


@dataclass(frozen=True, kw_only=True)
class Translation:
    """The best translation of one of many sentences, found without recording the search."""

    text: str
    log_prob: float
    """Sum of log-probabilities, EOS included where it was produced; nats."""
    score: float
    """What hypotheses are ranked by; higher is better."""
    tokens: int
    """Target tokens, EOS counted where it was produced."""
    finished: bool
    """It ended by itself; False: the maximum length cut it off."""
    unknown: tuple[str, ...] = ()
    """What of the sentence the vocabulary lacks, each once; all of it is read as one token."""
    confidence: float | None = None
    """See ``doubts.confidence_in``."""
    alternatives: tuple["Translation", ...] = ()
    """The next best, as many as ``n_best`` asks for beyond the first."""
    notices: tuple[str, ...] = ()
    """As in ``Trace.notices``."""


def best_of(trace: Trace, count: int) -> Translation:
    """The best hypothesis, and ``count`` − 1 alternatives where there are as many."""
    hypotheses = trace.hypotheses
    best, *others = (
        Translation(
            text=hypotheses.texts[rank],
            log_prob=float(hypotheses.log_probs[rank]),
            score=float(hypotheses.scores[rank]),
            tokens=int(hypotheses.lengths[rank]),
            finished=not trace.cut_off(rank),
            unknown=trace.unknown,
        )
        for rank in range(min(count, len(hypotheses)))
    )
    return replace(best, alternatives=tuple(others), notices=trace.notices)

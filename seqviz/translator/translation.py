"""The translations of a sentence without the search behind them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from seqviz.trace import Trace

SPACELESS = ("zh", "ja")
"""Languages in which no space parts sentences."""


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
    sentences: tuple["Translation", ...] = ()
    """Of a text of several: those of each; see ``joined``."""


def joined_text(texts: Sequence[str], language: str) -> str:
    """The translations of a text's sentences as one text."""
    return ("" if language[:2] in SPACELESS else " ").join(texts)


def joined(found: Sequence[Translation], language: str) -> Translation:
    """The translation of a text, from those of its sentences.

    Args:
        found: at least one, in their order; without alternatives.
        language: of the translations.

    Returns:
        sums of log-probabilities and tokens, the mean score of a token, the least confidence.
    """
    if len(found) == 1:
        return found[0]
    tokens = sum(one.tokens for one in found)
    sure = [one.confidence for one in found if one.confidence is not None]
    return Translation(
        text=joined_text([one.text for one in found], language),
        log_prob=sum(one.log_prob for one in found),
        score=sum(one.score * one.tokens for one in found) / tokens,
        tokens=tokens,
        finished=all(one.finished for one in found),
        unknown=tuple(dict.fromkeys(piece for one in found for piece in one.unknown)),
        confidence=min(sure, default=None),
        notices=tuple(dict.fromkeys(code for one in found for code in one.notices)),
        sentences=tuple(found),
    )


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

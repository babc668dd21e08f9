"""Greedy against beam search: where they part, and what became of greedy's choice.

Both traces are of one sentence and one model, so that a common prefix has one and the same next
distribution. Numpy only.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from seqviz.analysis.words import UNSPACED
from seqviz.trace import Trace
from seqviz.trace.followed import followed

Array = NDArray[np.floating[Any]]

_WORD = re.compile(rf"({UNSPACED.pattern}|\w[\w'’-]*|[^\w\s])\s*|\s+")


class MarkedWord(NamedTuple):
    """A word, with the space after it, and whether the other text lacks it."""

    text: str
    differs: bool


def word_differences(a: str, b: str) -> tuple[list[MarkedWord], list[MarkedWord]]:
    """Mark the words in which two texts differ; joined again, the words are the texts.

    A character of a script without spaces is a word, and so is a punctuation mark.
    """
    first, second = ([match[0] for match in _WORD.finditer(text)] for text in (a, b))
    return _marked((first, second), [[word.strip() for word in side] for side in (first, second)])


def character_differences(a: str, b: str) -> tuple[list[MarkedWord], list[MarkedWord]]:
    """Mark the characters in which two texts differ."""
    return _marked((a, b), (a, b))


def _marked(
    parts: Sequence[Sequence[str]], compared: Sequence[Sequence[str]]
) -> tuple[list[MarkedWord], list[MarkedWord]]:
    """The parts of two texts, each marked where the same place of ``compared`` differs."""
    blocks = SequenceMatcher(a=compared[0], b=compared[1], autojunk=False).get_matching_blocks()
    same = [
        {block[side] + offset for block in blocks for offset in range(block.size)}
        for side in (0, 1)
    ]
    first, second = (
        [MarkedWord(part, place not in same[side]) for place, part in enumerate(parts[side])]
        for side in (0, 1)
    )
    return first, second


@dataclass(frozen=True, kw_only=True)
class Divergence:
    """The first step at which two decodings chose differently."""

    step: int
    """Counted from 0."""
    greedy_piece: str | None
    """None: greedy had stopped there."""
    greedy_prob: float
    """In [0, 1]; NaN where there is no piece."""
    beam_piece: str | None
    beam_prob: float
    log_prob_margin: float
    """Beam's final sum of log-probabilities minus greedy's; above 0, the beam found a more probable
    translation.
    """
    score_margin: float
    """The same of the scores, both under the beam's length normalisation, each with its coverage
    term.
    """


def first_difference(greedy: Trace, beam: Trace) -> Divergence | None:
    """Find where the best hypotheses part; None if they are equal."""
    targets = greedy.target(), beam.target()
    if targets[0] == targets[1]:
        return None
    shared = min(map(len, targets))
    step = next((t for t in range(shared) if targets[0][t] != targets[1][t]), shared)
    greedy_piece, greedy_prob = _choice(greedy, step)
    beam_piece, beam_prob = _choice(beam, step)
    sums = [float(trace.hypotheses.log_probs[0]) for trace in (greedy, beam)]
    lengths = np.array([len(target) for target in targets], np.int32)
    terms = [float(trace.hypotheses.coverage_terms[0]) for trace in (greedy, beam)]
    scores = sums / beam.options.normaliser(lengths) + terms
    return Divergence(
        step=step,
        greedy_piece=greedy_piece,
        greedy_prob=greedy_prob,
        beam_piece=beam_piece,
        beam_prob=beam_prob,
        log_prob_margin=sums[1] - sums[0],
        score_margin=float(scores[1] - scores[0]),
    )


@dataclass(frozen=True, kw_only=True)
class PrefixFate:
    """What a search made of a given translation, such as greedy's."""

    code: str
    """"pruned": cut at ``step``; "unseen": not even among the candidates of ``step``; "finished":
    ended there as a hypothesis; "alive": still there when the search, or the other, stopped.
    """
    step: int
    """Counted from 0."""
    rank: int | None
    """Among the candidates of ``step``, 1 is the best; None where unseen."""
    hypothesis: int | None
    """Place in the final ranking, 0 is the winner; None unless finished or alive at the end."""


def greedy_prefix_fate(greedy: Trace, beam: Trace) -> PrefixFate:
    """Follow greedy's tokens through the recorded beam until they leave it."""
    return prefix_fate(greedy.target(), beam)


def prefix_fate(tokens: Sequence[int], trace: Trace) -> PrefixFate:
    """Follow given tokens through a recorded search, or through samples, until they leave it.

    Several samples may share a prefix; the first of equals stands for them.

    Args:
        tokens: at least one.
        trace: the search.
    """
    found = followed(tokens, trace.search)
    return PrefixFate(
        code=found.code,
        step=found.step,
        rank=found.rank,
        hypothesis=None
        if found.lost or found.rank is None
        else _place(trace, found.step, found.rank - 1),
    )


def cumulative_log_probs(trace: Trace, *, rank: int = 0) -> Array:
    """Running sum of log-probabilities of the hypothesis of that rank, (T,)."""
    sums: Array = np.cumsum(trace.log_probs(rank), dtype=np.float64)
    return sums


DIGITS = 5
"""Of a score or a sum: what follows differs with the order in which a machine adds."""


@dataclass(frozen=True, kw_only=True)
class SweepRow:
    """The best hypothesis of one beam size."""

    beam_size: int
    score: float
    log_prob: float
    length: int
    """Tokens, EOS counted."""
    text: str
    chrf: float | None = None
    """Sentence chrF against a reference, 0–100; None without one."""


def sweep_row(trace: Trace, *, chrf: float | None = None) -> SweepRow:
    """Take from a trace what a sweep over beam sizes shows."""
    best = trace.hypotheses
    return SweepRow(
        beam_size=trace.options.beam_size,
        score=round(float(best.scores[0]), DIGITS),
        log_prob=round(float(best.log_probs[0]), DIGITS),
        length=int(best.lengths[0]),
        text=trace.translation,
        chrf=chrf,
    )


def _choice(trace: Trace, step: int) -> tuple[str | None, float]:
    pieces = trace.target_pieces()
    if step >= len(pieces):
        return None, float("nan")
    return pieces[step], float(np.exp(trace.log_probs()[step]))


def _place(trace: Trace, step: int, candidate: int) -> int | None:
    hypotheses = trace.hypotheses
    places = np.flatnonzero((hypotheses.steps == step) & (hypotheses.candidates == candidate))
    return int(places[0]) if len(places) else None

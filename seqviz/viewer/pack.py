"""Everything that the viewer shows of a trace, as one JSON object; texts as they are."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from seqviz.analysis.compare import (
    cumulative_log_probs,
    first_difference,
    greedy_prefix_fate,
    word_differences,
)
from seqviz.analysis.words import display_piece, word_groups, word_labels
from seqviz.errors import InputError
from seqviz.trace import Trace
from seqviz.trace.pieces import START_PIECE
from seqviz.viewer.attention import packed_attention
from seqviz.viewer.facts import facts
from seqviz.viewer.tree import numbers, packed_next, packed_tree

MOST_HYPOTHESES = 40
ROOM = 115_000
"""Attention weights of all hypotheses together: about 0.25 MB."""


def packed(trace: Trace, *, greedy: Trace | None = None, room: int = ROOM) -> dict[str, Any]:
    """What the viewer shows of a trace, and of another one that it is compared with.

    Args:
        trace: the decoding.
        greedy: another one, to compare with.
        room: attention weights of all hypotheses together; the best one is kept whole all the same.

    Raises:
        InputError: the two are not of one sentence and one model.
    """
    shown = range(min(len(trace.hypotheses), MOST_HYPOTHESES))
    paths = [trace.path(rank) for rank in shown]
    return {
        "source": {
            "text": trace.source.text,
            "language": trace.model.source_language,
            "tokens": [display_piece(piece) for piece in trace.source.pieces],
            "words": _words(trace.source.pieces),
        },
        "translation": {"text": trace.translation, "language": trace.model.target_language},
        "labels": {str(token): display_piece(piece) for token, piece in trace.vocabulary.items()},
        "start": display_piece(START_PIECE),
        "slots": trace.search.slots,
        "beam": trace.options.beam_size,
        "facts": facts(trace),
        "hypotheses": [
            _hypothesis(trace, rank, path) for rank, path in zip(shown, paths, strict=True)
        ],
        "hypothesisCount": len(trace.hypotheses),
        "attention": packed_attention(trace, [slots for slots, _ in paths], room=room),
        "next": packed_next(trace),
        "tree": packed_tree(trace),
        "forced": trace.forced,
        "compare": None if greedy is None else compared(greedy, trace),
    }


def check_same(trace: Trace, other: Trace) -> None:
    """Refuse to compare what has no common ground.

    Raises:
        InputError: another sentence, or another model.
    """
    if trace.source.text != other.source.text:
        told = {"first": trace.source.text, "second": other.source.text}
        raise InputError("traces_differ", told)
    if trace.model.fingerprint != other.model.fingerprint:
        raise InputError("traces_differ", {"first": trace.model.name, "second": other.model.name})


def _hypothesis(trace: Trace, rank: int, path: tuple[Any, Any]) -> dict[str, Any]:
    found = trace.hypotheses
    slots, chosen = path
    return {
        "text": found.texts[rank],
        "marks": _marks(trace.translation, found.texts[rank]),
        "tokens": list(trace.target(rank)),
        "words": _words(trace.target_pieces(rank)),
        "slots": slots.tolist(),
        "candidates": chosen.tolist(),
        "logProbs": numbers(trace.log_probs(rank)),
        "finished": bool(found.finished[rank]),
        "length": int(found.lengths[rank]),
        "sum": numbers(found.log_probs[rank : rank + 1])[0],
        "normaliser": numbers(found.normalisers[rank : rank + 1])[0],
        "coverage": numbers(found.coverage_terms[rank : rank + 1])[0],
        "score": numbers(found.scores[rank : rank + 1])[0],
    }


def _words(pieces: Sequence[str]) -> dict[str, Any]:
    """The words that pieces make: their labels, and the piece at which each starts."""
    groups = word_groups(pieces)
    starts = np.flatnonzero(np.diff(groups, prepend=-1))
    return {"labels": list(word_labels(pieces, groups)), "starts": starts.tolist()}


def _marks(first: str, second: str) -> list[list[Any]]:
    """The words of the second text, each with 1 where the first lacks it."""
    return [[word.text, int(word.differs)] for word in word_differences(first, second)[1]]


def compared(greedy: Trace, beam: Trace) -> dict[str, Any]:
    """Greedy decoding against beam search: both texts, where they part, and what became of greedy.

    Raises:
        InputError: the two are not of one sentence and one model.
    """
    check_same(beam, greedy)
    parting = first_difference(greedy, beam)
    fate = greedy_prefix_fate(greedy, beam)
    return {
        "lines": [_line(greedy, beam.translation), _line(beam, greedy.translation)],
        "parting": None
        if parting is None
        else {
            "step": parting.step,
            "pieces": [
                None if piece is None else display_piece(piece)
                for piece in (parting.greedy_piece, parting.beam_piece)
            ],
            "probs": numbers([parting.greedy_prob, parting.beam_prob]),
            "margin": numbers([parting.log_prob_margin])[0],
            "scoreMargin": numbers([parting.score_margin])[0],
        },
        "fate": {
            "code": fate.code,
            "step": fate.step,
            "rank": fate.rank,
            "place": fate.hypothesis,
        },
    }


def _line(trace: Trace, other: str) -> dict[str, Any]:
    best = trace.hypotheses
    return {
        "beam": trace.options.beam_size,
        "text": trace.translation,
        "marks": _marks(other, trace.translation),
        "labels": [display_piece(piece) for piece in trace.target_pieces()],
        "probs": numbers(np.exp(trace.log_probs())),
        "sums": numbers(cumulative_log_probs(trace)),
        "score": numbers(best.scores[:1])[0],
        "length": int(best.lengths[0]),
    }

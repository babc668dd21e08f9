"""The marks on one translation, by the rules for its model: recorded, or a row of a run."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from seqviz.analysis.marks import LOWEST, Mark, Read, Side, is_special, word_marks, words_of
from seqviz.analysis.words import join_pieces, word_groups
from seqviz.errors import InputError
from seqviz.inspection.kept import known_here
from seqviz.inspection.rules import Known, Rules, family_of
from seqviz.trace import Trace
from seqviz.translator import Translator


@dataclass(frozen=True, kw_only=True)
class ShownWord:
    """A word as one reads it."""

    text: str
    """With the space before or after it; all of them together are the text."""
    surprisal: float
    """−log p of its least expected piece, nats; of the source NaN."""
    marks: tuple[Mark, ...]
    """The strongest first."""


def trace_marks(translator: Translator, trace: Trace, rank: int = 0) -> tuple[Mark, ...]:
    """Mark the words of a hypothesis and of its source.

    It is scored once more, without the source. Without recorded attention, weaker rules stand in,
    and no source word is marked.

    Args:
        translator: of the model that decoded.
        trace: of that model.
        rank: of the hypothesis.

    Raises:
        InputError: there is no such hypothesis, or the trace is of another model.
        ModelError: ``file_corrupt``: what is known of the model cannot be read.
    """
    contrast = translator.evidence(trace, rank).contrast()
    attention, source = trace.cross_attention_of(rank), trace.source.pieces
    words = words_of(
        contrast.pieces,
        contrast.with_source,
        source=source,
        without_source=contrast.without_source,
        read=None if attention is None else Read.of(attention, source),
    )
    return word_marks(words, known_about(translator).rules)


def known_about(translator: Translator) -> Known:
    """What was measured of a model, or else of its family.

    Raises:
        ModelError: ``file_corrupt``: the record in its folder cannot be read.
    """
    entry, weights = translator.entry, translator.facts.fingerprint
    return known_here(entry.folder, family_of(entry.kind, entry.family), weights=weights)


def unmarked_source(rules: Rules, *, attends: bool, model: str) -> InputError | None:
    """Why no source word can be marked as left out; None: it can.

    Args:
        rules: of the model.
        attends: attention was recorded.
        model: its name.
    """
    if not attends:
        return InputError("left_out_no_attention", {"model": model})
    return None if rules.get("left_out") else InputError("left_out_unmeasured", {"model": model})


def row_marks(row: Mapping[Any, Any], rules: Rules) -> tuple[Mark, ...]:
    """Mark the words of a row's translation and of its source, as ``trace_marks`` would.

    Args:
        row: of a run, by the names of ``SCHEMA``; one without pieces has no marks.
        rules: of its model.
    """
    pieces, source = row["pieces"], row["source_pieces"]
    if not (len(pieces) and len(source)):
        return ()
    log_probs, contrast = (np.asarray(row[name], np.float64) for name in ("log_probs", "contrast"))
    read = None
    if row["read_past"] is not None:
        past, most, total = (
            np.asarray(row[f"read_{name}"], np.float64) for name in ("past", "most", "total")
        )
        read = Read(past=past, most=most, total=total)
    with np.errstate(invalid="ignore"):  # impossible with the source and without it
        without = log_probs - contrast
    words = words_of(
        list(pieces), log_probs, source=list(source), without_source=without, read=read
    )
    return word_marks(words, rules)


def row_words(row: Mapping[Any, Any], rules: Rules) -> dict[Side, list[ShownWord]]:
    """The words of a row's source and of its translation, with their marks; see ``row_marks``."""
    pieces, source = list(row["pieces"]), list(row["source_pieces"])
    marks = sorted(row_marks(row, rules), key=lambda mark: -mark.strength)
    log_probs = np.maximum(np.asarray(row["log_probs"], np.float64), LOWEST)

    def marks_at(side: Side, start: int) -> tuple[Mark, ...]:
        return tuple(one for one in marks if (one.side, one.start) == (side, start))

    read = list(_spelled(source))
    written = _written(row["source"], [start for _, start, _ in read], row["source_starts"])
    return {
        "source": [
            ShownWord(
                text=text if written is None else written[place],
                surprisal=math.nan,
                marks=marks_at("source", start),
            )
            for place, (text, start, _) in enumerate(read)
        ],
        "target": [
            ShownWord(
                text=text,
                surprisal=float(-log_probs[start:end].min()),
                marks=marks_at("target", start),
            )
            for text, start, end in _spelled(pieces)
        ],
    }


def _written(text: str, firsts: Sequence[int], starts: Sequence[int] | None) -> list[str] | None:
    """The words as they stand in the text, which models spell anew; None: nobody knows where.

    Args:
        text: the source.
        firsts: the first piece of every word.
        starts: where the pieces start in the text.
    """
    if starts is None:
        return None
    places = [0, *(int(starts[first]) for first in firsts[1:]), len(text)]
    if any(end <= start for start, end in pairwise(places)):
        return None
    return [text[start:end] for start, end in pairwise(places)]


def _spelled(pieces: Sequence[str]) -> Iterator[tuple[str, int, int]]:
    """Every word of text, with the space before it, and its pieces, half-open."""
    starts = np.flatnonzero(np.diff(word_groups(pieces), prepend=-1)).tolist()
    known = ""
    for start, end in pairwise([*starts, len(pieces)]):
        if not is_special(pieces[start]):
            text = join_pieces(pieces[:end])
            yield text[len(known) :], start, end
            known = text

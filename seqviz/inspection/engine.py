"""What examines the parts of a test set, and says which sentences it could not examine.

Knows nothing about files. The engine of this process; ``on_ray`` has the one of many.
"""

from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass

import pyarrow as pa

from seqviz.errors import UNANSWERED, DecodingCancelled, SeqVizError
from seqviz.inspection.reading import Sentence
from seqviz.inspection.rows import Examiner, OnProgress

Part = tuple[int, Sequence[Sentence]]
"""Its place among the parts of a run, and its sentences."""


@dataclass(frozen=True)
class Failed:
    """Some sentences of a part."""

    lines: tuple[int, ...]
    """Their numbers: of those that fail alone, too, or else of all."""
    reason: str
    """Of the first."""


Done = tuple[int, pa.Table | Failed]
"""The place of a part, and its rows in the order of its sentences."""
Engine = Callable[[Iterator[Part], OnProgress], Generator[Done]]
"""Examines parts, and hands each over as soon as it is done, in any order.

The parts are read no further than it takes; the second argument is told what
``translator.corpus.examine`` tells, where that is known."""


def embedded(examiner: Examiner) -> Engine:
    """The engine of this process: one part after the other."""

    def work(parts: Iterator[Part], on_progress: OnProgress) -> Generator[Done]:
        for place, sentences in parts:
            yield place, examined(examiner, sentences, on_progress)

    return work


def examined(
    examiner: Examiner, sentences: Sequence[Sentence], on_progress: OnProgress | None = None
) -> pa.Table | Failed:
    """The rows of a part; where that fails, each sentence is tried alone, to name those that do.

    Raises:
        DecodingCancelled: by ``on_progress``.
        SeqVizError: a backend that has the model is away, or busy: no sentence is to blame.
    """
    try:
        return examiner.rows(sentences, on_progress)
    except DecodingCancelled:
        raise
    except SeqVizError as error:
        if error.code in UNANSWERED:
            raise
        return _failed(examiner, sentences, error)


def _failed(examiner: Examiner, sentences: Sequence[Sentence], first: SeqVizError) -> Failed:
    reasons: dict[int, str] = {}
    for one in sentences:
        try:
            examiner.rows([one])
        except SeqVizError as error:
            if error.code in UNANSWERED:
                raise
            reasons[one.number] = str(error)
    lines = tuple(reasons or (one.number for one in sentences))
    return Failed(lines, next(iter(reasons.values()), str(first)))

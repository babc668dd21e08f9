"""The errors that people marked in a sentence, and those of its reader, on words for the report."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from seqviz.analysis.compare import word_differences
from seqviz.inspection.marot import HumanSpan
from seqviz.inspection.rated import Rated, is_minor, rated_by_reader, rated_in, touched
from seqviz.records.notes import NOTES_FILE, Notes


@dataclass(frozen=True, kw_only=True)
class Spans:
    """All that was marked in a test set."""

    people: Rated = field(default_factory=dict)
    """In sources and in the other system's translations."""
    own: Rated = field(default_factory=dict)
    """By the reader, in sources and in the model's translations."""
    file: Rated = field(default_factory=dict)
    """The segments as a test set of Marot's has them; see ``segments_in``."""

    def of(self, number: int) -> dict[str, list[tuple[HumanSpan, bool]]]:
        """Those of a sentence, by the names of its texts, each with whether it is the reader's."""
        found: dict[str, list[tuple[HumanSpan, bool]]] = {}
        for rated, target, is_own in (
            (self.people, "baseline", False),
            (self.own, "translation", True),
        ):
            for span in rated[number].spans if number in rated else ():
                name = "source" if span.side == "source" else target
                found.setdefault(name, []).append((span, is_own))
        return found


def spans_in(folder: Path, rows: pd.DataFrame) -> Spans:
    """What people marked in the test set of a run, and its reader on the page.

    Args:
        folder: of the run.
        rows: of the run.

    Raises:
        InputError: as ``rated_in``.
        ModelError: ``file_corrupt``: the reader's notes cannot be read.
    """
    notes = NOTES_FILE.read(folder / NOTES_FILE.name) or Notes()
    return Spans(people=rated_in(folder, rows), own=rated_by_reader(notes, rows))


def words_for(text: str, words: Sequence[str]) -> Sequence[str]:
    """The words, where they make up the text; else others, which do."""
    if "".join(words) == text:
        return words
    return [word for word, _ in word_differences(text, text)[1]]


def packed_spans(
    words: Sequence[str], spans: Sequence[tuple[HumanSpan, bool]]
) -> list[Mapping[str, Any]]:
    """Spans as JSON, each on the words from "start" to below "end".

    Args:
        words: with the spaces between them; joined, they are the text.
        spans: of the text, each with whether its reader marked it.
    """
    return list(_packed(words, spans))


def _packed(
    words: Sequence[str], spans: Sequence[tuple[HumanSpan, bool]]
) -> Iterator[Mapping[str, Any]]:
    for span, is_own in spans:
        places = [place for place, here in enumerate(touched(words, [span])) if here]
        if places:
            yield {
                "start": places[0],
                "end": places[-1] + 1,
                "own": is_own,
                "major": not is_minor(span),
                "category": span.category,
                "severity": span.severity,
                "rater": span.rater,
            }

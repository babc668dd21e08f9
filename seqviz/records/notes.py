"""What people noted about the sentences of a test set: ``notes.json`` beside its table.

It lies there, and not in a browser, so that it goes where the table goes and whoever opens the
table reads it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal, get_args

from seqviz.records.file import RecordFile

MOST_CHARACTERS = 1_000
"""Of a note."""
Side = Literal["source", "target"]
Severity = Literal["Minor", "Major"]
Category = Literal[
    "Accuracy/Mistranslation",
    "Accuracy/Omission",
    "Accuracy/Addition",
    "Accuracy/Untranslated text",
    "Fluency/Grammar",
    "Fluency/Spelling",
    "Terminology",
    "Style",
    "Other",
]
"""Of errors: the core of MQM, as Freitag et al. 2021 call them."""
CATEGORIES: tuple[Category, ...] = get_args(Category)
SEVERITIES: tuple[Severity, ...] = get_args(Severity)


@dataclass(frozen=True, kw_only=True)
class Note:
    """What was written about one sentence."""

    number: int
    text: str


@dataclass(frozen=True, kw_only=True)
class ErrorSpan:
    """An error that somebody marked: characters ``start`` to below ``end`` of a sentence's text."""

    number: int
    """Of the sentence."""
    side: Side
    start: int
    end: int
    category: Category
    severity: Severity


@dataclass(frozen=True, kw_only=True)
class Notes:
    """All of one test set; sentences go by their numbers."""

    bookmarks: tuple[int, ...] = ()
    notes: tuple[Note, ...] = ()
    spans: tuple[ErrorSpan, ...] = ()

    @cached_property
    def texts(self) -> Mapping[int, str]:
        """The notes by their sentences."""
        return {one.number: one.text for one in self.notes}

    def of(self, number: int) -> tuple[ErrorSpan, ...]:
        """The errors marked in one sentence."""
        return tuple(one for one in self.spans if one.number == number)

    def with_bookmark(self, number: int, *, on: bool) -> "Notes":
        """The same with a bookmark, or without it."""
        others = {one for one in self.bookmarks if one != number}
        return replace(self, bookmarks=tuple(sorted(others | ({number} if on else set()))))

    def with_note(self, number: int, text: str) -> "Notes":
        """The same with this note in place of the one before; an empty one goes."""
        text = text.strip()[:MOST_CHARACTERS]
        texts = {**self.texts, number: text}
        notes = (Note(number=one, text=texts[one]) for one in sorted(texts) if texts[one])
        return replace(self, notes=tuple(notes))

    def with_spans(self, number: int, spans: Iterable[ErrorSpan]) -> "Notes":
        """The same with these errors of a sentence in place of those before."""
        others = (one for one in self.spans if one.number != number)
        order = sorted((*others, *spans), key=lambda one: (one.number, one.side, one.start))
        return replace(self, spans=tuple(order))


NOTES_FILE = RecordFile("notes.json", Notes, what="record of notes", max_bytes=20_000_000)

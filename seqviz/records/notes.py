"""What people noted about the sentences of a test set: ``notes.json`` beside its table.

It lies there, and not in a browser, so that it goes where the table goes and whoever opens the
table reads it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

from seqviz.records.file import RecordFile

MOST_CHARACTERS = 1_000
"""Of a note."""
CATEGORIES = ("Accuracy", "Fluency", "Terminology", "Style", "Other")
"""Of errors; the first words of MQM's own."""
SEVERITIES = ("Minor", "Major")
Category = Literal["Accuracy", "Fluency", "Terminology", "Style", "Other"]
Severity = Literal["Minor", "Major"]


@dataclass(frozen=True, kw_only=True)
class Note:
    """What was written about one sentence."""

    number: int
    text: str


@dataclass(frozen=True, kw_only=True)
class Span:
    """An error that a person marked in a translation: characters ``start`` to below ``end``."""

    number: int
    start: int
    end: int
    category: Category
    severity: Severity


@dataclass(frozen=True, kw_only=True)
class Notes:
    """All of one test set; sentences go by their numbers."""

    bookmarks: tuple[int, ...] = ()
    notes: tuple[Note, ...] = ()
    spans: tuple[Span, ...] = ()

    @cached_property
    def texts(self) -> Mapping[int, str]:
        """The notes by their sentences."""
        return {one.number: one.text for one in self.notes}

    def of(self, number: int) -> tuple[Span, ...]:
        """The errors marked in one translation."""
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

    def with_span(self, span: Span) -> "Notes":
        """The same with an error in place of those that it overlaps."""
        cleared = self.without(span.number, span.start, span.end)
        order = sorted((*cleared.spans, span), key=lambda one: (one.number, one.start))
        return replace(self, spans=tuple(order))

    def without(self, number: int, start: int, end: int) -> "Notes":
        """The same without the errors that overlap some characters of a translation."""
        left = (
            one
            for one in self.spans
            if one.number != number or one.end <= start or one.start >= end
        )
        return replace(self, spans=tuple(left))


NOTES_FILE = RecordFile("notes.json", Notes, what="record of notes", max_bytes=20_000_000)

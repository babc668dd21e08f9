"""What people noted about the sentences of a test set: ``notes.json`` beside its table.

It lies there, and not in a browser, so that it goes where the table goes and whoever opens the
table reads it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from seqviz.records.file import RecordFile

MOST_CHARACTERS = 1_000
"""Of a note."""


@dataclass(frozen=True, kw_only=True)
class Note:
    """What was written about one sentence."""

    number: int
    text: str


@dataclass(frozen=True, kw_only=True)
class Notes:
    """All of one test set; sentences go by their numbers."""

    bookmarks: tuple[int, ...] = ()
    notes: tuple[Note, ...] = ()

    @cached_property
    def texts(self) -> Mapping[int, str]:
        """The notes by their sentences."""
        return {one.number: one.text for one in self.notes}

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


NOTES_FILE = RecordFile("notes.json", Notes, what="record of notes", max_bytes=20_000_000)

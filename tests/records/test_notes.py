"""Bookmarks, notes and marked errors: kept as they were written."""

from pathlib import Path

import pytest

from seqviz.errors import ModelError
from seqviz.records.notes import MOST_CHARACTERS, NOTES_FILE, Note, Notes, Span

SPAN = Span(number=2, start=4, end=9, category="Accuracy", severity="Major")


def test_what_was_noted_is_read_as_it_was_written(tmp_path: Path) -> None:
    notes = Notes().with_bookmark(7, on=True).with_note(3, " 为什么？ <b> ").with_span(SPAN)
    NOTES_FILE.write(notes, tmp_path / NOTES_FILE.name)
    found = NOTES_FILE.read(tmp_path / NOTES_FILE.name)
    assert found == notes
    assert found == Notes(
        bookmarks=(7,), notes=(Note(number=3, text="为什么？ <b>"),), spans=(SPAN,)
    )
    (tmp_path / NOTES_FILE.name).write_text('{"format": 1, "bookmarks": ["x"]}')
    with pytest.raises(ModelError):
        NOTES_FILE.read(tmp_path / NOTES_FILE.name)


def test_bookmarks_and_notes_go_as_they_came() -> None:
    notes = Notes(bookmarks=(3, 9), notes=(Note(number=3, text="a"),))
    assert notes.with_bookmark(5, on=True).bookmarks == (3, 5, 9)
    assert notes.with_bookmark(3, on=True) == notes
    assert notes.with_bookmark(9, on=False).bookmarks == (3,)
    assert notes.with_note(1, "x" * 2_000).texts == {1: "x" * MOST_CHARACTERS, 3: "a"}
    assert notes.with_note(3, "  ").notes == ()


def test_a_marked_error_takes_the_place_of_those_that_it_overlaps() -> None:
    other = Span(number=2, start=9, end=12, category="Fluency", severity="Minor")
    elsewhere = Span(number=1, start=4, end=9, category="Style", severity="Minor")
    notes = Notes().with_span(other).with_span(SPAN).with_span(elsewhere)
    assert notes.spans == (elsewhere, SPAN, other)
    assert notes.of(2) == (SPAN, other)
    wide = Span(number=2, start=8, end=10, category="Other", severity="Minor")
    assert notes.with_span(wide).of(2) == (wide,)
    assert notes.without(2, 0, 5).of(2) == (other,)

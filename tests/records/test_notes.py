"""Bookmarks, notes and marked errors: kept as they were written."""

from dataclasses import replace
from pathlib import Path

import pytest

from seqviz.errors import ModelError
from seqviz.records.notes import MOST_CHARACTERS, NOTES_FILE, ErrorSpan, Note, Notes

SPAN = ErrorSpan(
    number=2, side="target", start=4, end=9, category="Fluency/Grammar", severity="Major"
)


def test_what_was_noted_is_read_as_it_was_written(tmp_path: Path) -> None:
    notes = Notes().with_bookmark(7, on=True).with_note(3, " 为什么？ <b> ").with_spans(2, [SPAN])
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


def test_the_errors_of_a_sentence_take_the_place_of_those_before() -> None:
    in_source, elsewhere = replace(SPAN, side="source"), replace(SPAN, number=1)
    notes = Notes().with_spans(2, [SPAN, in_source]).with_spans(1, [elsewhere])
    assert notes.spans == (elsewhere, in_source, SPAN)
    assert notes.with_spans(2, [SPAN]).of(2) == (SPAN,)
    assert notes.with_spans(2, []).spans == (elsewhere,)


def test_a_record_without_errors_is_read_and_one_of_unknown_kind_is_not(tmp_path: Path) -> None:
    file = tmp_path / NOTES_FILE.name
    file.write_text('{"format": 1, "bookmarks": [7], "notes": []}')
    assert NOTES_FILE.read(file) == Notes(bookmarks=(7,))
    NOTES_FILE.write(Notes().with_spans(2, [SPAN]), file)
    file.write_text(file.read_text("utf-8").replace("Fluency/Grammar", "Taste"), "utf-8")
    with pytest.raises(ModelError):
        NOTES_FILE.read(file)

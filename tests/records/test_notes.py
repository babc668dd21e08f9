"""Bookmarks and notes: kept as they were written."""

from pathlib import Path

import pytest

from seqviz.errors import ModelError
from seqviz.records.notes import MOST_CHARACTERS, NOTES_FILE, Note, Notes


def test_what_was_noted_is_read_as_it_was_written(tmp_path: Path) -> None:
    notes = Notes().with_bookmark(7, on=True).with_note(3, " 为什么？ <b> ")
    NOTES_FILE.write(notes, tmp_path / NOTES_FILE.name)
    found = NOTES_FILE.read(tmp_path / NOTES_FILE.name)
    assert found == notes
    assert found == Notes(bookmarks=(7,), notes=(Note(number=3, text="为什么？ <b>"),))
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

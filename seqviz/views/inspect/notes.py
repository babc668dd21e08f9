"""Bookmarks, notes and marked errors: the file beside the table, read and written as it changes."""

import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import streamlit as st

from seqviz.errors import InputError, ModelError
from seqviz.records.notes import MOST_CHARACTERS, NOTES_FILE, Notes
from seqviz.server.kept import kept
from seqviz.views.inspect.runs import Run
from seqviz.views.session import state
from seqviz.views.session.access import is_public
from seqviz.views.session.i18n import Words
from seqviz.views.shell.fragment import run_again

REFUSAL = "notes_refusal"
VIEW = "inspect"
"""The name of the fragment that is the view of a test set."""


def notes_of(run: Run) -> Notes:
    """What was noted; nothing where the file holds something else, which ``say`` says."""
    try:
        return _read(run)
    except InputError:
        return Notes()


def _read(run: Run) -> Notes:
    """What was noted.

    Raises:
        InputError: the file holds something else, and is left as it is.
    """
    file = run.folder / NOTES_FILE.name
    state_of_file: tuple[int, ...] = ()  # of none, or of one that cannot be read either
    with suppress(OSError):
        told = file.stat()
        state_of_file = told.st_ino, told.st_mtime_ns, told.st_size
    try:
        return _parsed(file, state_of_file)
    except ModelError as error:
        raise InputError("notes_unreadable", error.facts) from error


@kept(most=4)
def _parsed(file: Path, _state: tuple[int, ...]) -> Notes:
    """What a file holds: a run of the page asks several times, and many marks take time to read."""
    return NOTES_FILE.read(file) or Notes()


def say(run: Run, w: Words) -> None:
    """Say why notes cannot be read, or the last one could not be written."""
    refusal = state.remembered(REFUSAL)
    try:
        _read(run)
    except InputError as error:
        refusal = error
    if isinstance(refusal, InputError):
        st.error(w.error(refusal), icon=":material/error:")


@kept()
def _writing() -> threading.Lock:
    """One change at a time, so that none is lost."""
    return threading.Lock()


def change(run: Run, make: Callable[[Notes], Notes]) -> None:
    """Write what becomes of the notes; for use in a callback.

    All of the view runs again: there are signs in its table, and what the disk refuses is said.
    """
    try:
        with _writing():
            NOTES_FILE.write(make(_read(run)), run.folder / NOTES_FILE.name)
    except InputError as error:
        state.remember(REFUSAL, error)
    else:
        state.remember(REFUSAL, None)
    run_again(VIEW)


def bookmark(run: Run, which: int, w: Words) -> None:
    """The button that puts a bookmark on a sentence, or takes it away."""
    on = which in notes_of(run).bookmarks
    st.button(
        w("inspect.bookmarked" if on else "inspect.bookmark"),
        key="inspect-bookmark",
        icon=":material/star:",
        type="secondary" if on else "tertiary",
        on_click=change,
        args=(run, lambda found: found.with_bookmark(which, on=not on)),
    )


def note_field(run: Run, which: int, w: Words) -> None:
    """The note of a sentence."""
    key = f"inspect-note-{which}"
    if state.choice(key) is None:
        state.put_choice(key, notes_of(run).texts.get(which, ""))
    st.text_area(
        w("inspect.note"),
        key=key,
        max_chars=MOST_CHARACTERS,
        height=68,
        help=w("inspect.note.help.public" if is_public() else "inspect.note.help"),
        on_change=_write,
        args=(run, which, key),
    )


def _write(run: Run, which: int, key: str) -> None:
    text = str(state.choice(key) or "")
    change(run, lambda found: found.with_note(which, text))

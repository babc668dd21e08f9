"""A sentence and its translation as words, with what is to be said of some of them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import streamlit as st

from seqviz.analysis.marks import Mark
from seqviz.records.file import Reader
from seqviz.records.notes import CATEGORIES, SEVERITIES, Category, Severity
from seqviz.viewer import mark_words, script, style
from seqviz.viewer.evidence import packed_mark
from seqviz.views.session import state
from seqviz.views.session.i18n import Words
from seqviz.words import part

HEARD = "marks_heard"
"""Under it a session remembers the token of the marks that came last."""

_judged = st.components.v2.component(
    "seqviz_judged", css=style("base", "flags", "judged"), js=script("judged")
)


@dataclass(frozen=True, kw_only=True)
class Word:
    """One word: its text, with the space before or after it, and how it is marked."""

    text: str
    marks: Sequence[Mark] = ()
    """Ours."""
    said: str = ""
    """What else is known of it, in words."""
    span: str = ""
    """How bad people found it, "minor" or "major"; empty: nobody marked it."""
    differs: bool = False
    """Another text lacks it."""


@dataclass(frozen=True, kw_only=True)
class Row:
    """One text."""

    name: str
    title: str
    language: str
    words: Sequence[Word]


@dataclass(frozen=True, kw_only=True)
class WordMark:
    """An error that was marked: words ``start`` to below ``end`` of a row."""

    row: str
    start: int
    end: int
    category: Category
    severity: Severity


@dataclass(frozen=True, kw_only=True)
class Marking:
    """The errors that one marks oneself."""

    marks: Mapping[str, Sequence[WordMark]]
    """In each row in which one may mark some, by its name."""
    on_change: Callable[[Sequence[WordMark]], None]
    """Called with all errors that are marked now."""


def show(
    rows: Sequence[Row],
    marking: Marking,
    w: Words,
    *,
    sentence: int,
    key: str,
    on_word: Callable[[str, int], None],
) -> None:
    """Draw the texts; who presses a word, or marks some, is told of.

    Args:
        rows: the texts.
        marking: the errors that are marked.
        w: the page's words; a hint says what one can do, as long as nobody points at a word.
        sentence: its number, which comes back with what is told.
        key: unique on the page.
        on_word: called with the name of the row and the place of the word, from 0.
    """
    marks = marking.marks
    marked = {
        "rows": list(marks),
        "marks": [asdict(one) for several in marks.values() for one in several],
        "categories": CATEGORIES,
        "severities": SEVERITIES,
        "heard": state.remembered(HEARD),
        "words": part(w.table, "inspect.own."),
    }
    texts = {
        "rows": [_packed(row) for row in rows],
        "sentence": sentence,
        "hint": w("inspect.words.hint"),
        "known": mark_words(w.language) | part(w.table, "inspect.words.", "inspect.own.list"),
    }
    lengths = {row.name: len(row.words) for row in rows}

    def pass_on() -> None:
        """Pass a word on; what comes from the browser is checked."""
        told: Any = state.told_by(key, "word")
        if not isinstance(told, Mapping) or told.get("sentence") != sentence:
            return
        name, place = told.get("row"), told.get("place")
        if isinstance(name, str) and isinstance(place, int) and 0 <= place < lengths.get(name, 0):
            on_word(name, place)

    def take() -> None:
        """Pass the marks on, in which nothing is left unchecked; a token says that they came."""
        told: Any = state.told_by(key, "marks")
        if not isinstance(told, Mapping) or told.get("sentence") != sentence:
            return
        state.remember(HEARD, told.get("token"))
        found = _marks(told.get("marks"), {name: lengths[name] for name in marks})
        if found is not None:
            marking.on_change(found)

    _judged(key=key, data=texts | {"marking": marked}, on_word_change=pass_on, on_marks_change=take)


def _packed(row: Row) -> dict[str, Any]:
    words = [
        asdict(word) | {"marks": [packed_mark(mark) for mark in word.marks]} for word in row.words
    ]
    return asdict(row) | {"words": words}


def _marks(told: Any, lengths: Mapping[str, int]) -> Sequence[WordMark] | None:
    """What a browser says is marked; None where no such words or kinds of error are there."""
    try:
        found = [Reader().record(WordMark, {**one}) for one in told]
    except (TypeError, ValueError):
        return None
    are_there = all(0 <= one.start < one.end <= lengths.get(one.row, 0) for one in found)
    return found if are_there and len(found) <= sum(lengths.values()) else None

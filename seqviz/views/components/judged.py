"""A sentence and its translation as words, with what is to be said of some of them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import streamlit as st

from seqviz.viewer import script, style
from seqviz.views.session import state

_judged = st.components.v2.component(
    "seqviz_judged", css=style("base", "judged"), js=script("judged")
)


@dataclass(frozen=True, kw_only=True)
class Word:
    """One word: its text, with the space before it, and how it is marked."""

    text: str
    kind: str = "unsure"
    weight: int = 0
    """From 0, no mark, to 3."""
    said: str = ""
    """What the mark means, in words."""
    span: str = ""
    """How bad people found it, "minor" or "major"; empty: nobody marked it."""


@dataclass(frozen=True, kw_only=True)
class Row:
    """One text."""

    name: str
    title: str
    language: str
    words: Sequence[Word]


def show(
    rows: Sequence[Row],
    *,
    sentence: int,
    hint: str,
    key: str,
    on_word: Callable[[str, int], None],
) -> None:
    """Draw the texts; who presses a word is told of.

    Args:
        rows: the texts.
        sentence: its number, which comes back with what is told.
        hint: says what one can do, as long as nobody points at a word.
        key: unique on the page.
        on_word: called with the name of the row and the place of the word, from 0.
    """
    data = {"rows": [asdict(row) for row in rows], "sentence": sentence, "hint": hint}
    lengths = {row.name: len(row.words) for row in rows}

    def pass_on() -> None:
        """Pass a word on; what comes from the browser is checked."""
        told: Any = state.told_by(key, "word")
        if not isinstance(told, Mapping) or told.get("sentence") != sentence:
            return
        name, place = told.get("row"), told.get("place")
        if isinstance(name, str) and isinstance(place, int) and 0 <= place < lengths.get(name, 0):
            on_word(name, place)

    _judged(key=key, data=data, on_word_change=pass_on)

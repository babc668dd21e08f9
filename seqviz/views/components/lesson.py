"""The lesson on the page: what travels to it, and what it tells.

Its program travels once, a chapter once for as long as it is shown: where the lesson stands, and
numbers that it asked for, go as a small note of their own.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import streamlit as st

from seqviz.viewer import LESSON_STYLES, lesson_words, script, style
from seqviz.views.components.parts import read
from seqviz.views.components.viewer import HIDDEN
from seqviz.views.session import state
from seqviz.views.session.i18n import Words

KEY = "lesson"
PROGRAM = {"program": "lesson"}

_program = st.components.v2.component("seqviz_lesson_program", js=script("lesson"))
_lesson = st.components.v2.component(
    "seqviz_lesson", css=style(*LESSON_STYLES), js=read("loader.js")
)
_note = st.components.v2.component("seqviz_lesson_note", js=read("loader.js"))

OnAct = Callable[[str, Mapping[str, Any]], None]


@dataclass(frozen=True)
class _Stands:
    """Where Python last wanted the lesson to be, and where it told it was since."""

    count: int
    at: str


def show(
    name: str,
    chapter: Mapping[str, Any],
    w: Words,
    *,
    menu: Sequence[tuple[str, str]],
    answers: Mapping[str, object],
    on_act: OnAct,
) -> None:
    """Show a chapter at the step of the setting "at", which follows where the visitor goes.

    Args:
        name: another one for another content.
        chapter: as ``seqviz.lesson`` packs it.
        w: the page's words.
        menu: id and title of all chapters.
        answers: to what the lesson asked for last: "computation", "learning", "found", and "acted",
            the one that is large and so a note of its own.
        on_act: called with the name of what was asked, and its facts, before the next run; with
            "bets" and what was bet so far whenever the visitor went on.
    """
    stands = state.remembered(f"{KEY}-stands")
    at = state.text("at")
    if not isinstance(stands, _Stands):
        stands = _Stands(0, at)
    elif stands.at != at:
        stands = _Stands(stands.count + 1, at)
    state.remember(f"{KEY}-stands", stands)
    with st.container(key=f"{HIDDEN}-{KEY}"):
        _program(key=f"{KEY}-program", data={})
        note = {"at": at, "count": stands.count}
        small = {name: answer for name, answer in answers.items() if name != "acted"}
        _note(key=f"{KEY}-note", data=PROGRAM | note | small)
        _note(key=f"{KEY}-acted", data=PROGRAM | {"acted": answers["acted"]})
    _lesson(
        key=KEY,
        data=PROGRAM
        | {
            "name": name,
            "chapter": chapter,
            "language": w.language,
            "words": lesson_words(w.language),
            "menu": [list(one) for one in menu],
            "acts": ["explain", "learn", "find", "act"],
        },
        on_at_change=partial(_moved, on_act),
        on_act_change=partial(_acted, on_act),
    )


def _moved(on_act: OnAct) -> None:
    """Take over where the visitor went, and what was bet; what comes from the browser is checked.

    A late word of the chapter before, from which a link has led away, does not lead back to it.
    """
    told = state.told_by(KEY, "at")
    stands = state.remembered(f"{KEY}-stands")
    if not isinstance(told, Mapping):
        return
    on_act("bets", told)
    if isinstance(stands, _Stands) and told.get("chapter") == state.text("chapter"):
        state.put_if_there("at", told.get("at", ""))
        state.remember(f"{KEY}-stands", replace(stands, at=state.text("at")))


def _acted(on_act: OnAct) -> None:
    act = state.told_by(KEY, "act")
    if isinstance(act, Mapping):
        on_act(str(act.get("name")), act)

"""A training as it goes on, in the browser: its curves, and where its model looks.

The program travels once, as the viewer's does; what travels each second is small.
"""

from collections.abc import Mapping, Sequence
from math import isfinite
from typing import Any

import streamlit as st

from seqviz.analysis.attention import AttentionView
from seqviz.colours import OTHERS
from seqviz.records.live import CurvePoint, LiveState
from seqviz.viewer import script, style
from seqviz.views.components.parts import read
from seqviz.views.components.viewer import HIDDEN
from seqviz.views.session.i18n import Words
from seqviz.words import part
from seqviz.words.numbers import number

PROGRAM = "live"
"""Under this name the browser keeps it."""
OWN_WORDS = ("rows", "columns", "cell", "hover", "heatmap_alt", "table", "download")
"""The viewer's that it shows."""
DIGITS = 4
"""After the point, of what is drawn."""

_program = st.components.v2.component("seqviz_live_program", js=script("live"))
_live = st.components.v2.component(
    "seqviz_live",
    css=style("base", "matrix", "live")
    + f":host{{--score:light-dark({OTHERS[0].light},{OTHERS[0].dark})}}",
    js=read("loader.js"),
)


def load_program() -> None:
    """Let the page have the program; once a run, above all that it draws."""
    with st.container(key=f"{HIDDEN}-live"):
        _program(key="live-program", data={})


def curves(state: LiveState, w: Words, *, key: str) -> None:
    """Draw loss and exact match over the updates.

    Args:
        state: how far the model has learnt.
        w: the page's words.
        key: unique on the page.
    """
    drawn = {
        "step": state.step,
        "losses": _points(state.losses),
        "scores": _points(state.scores),
        "alt": curves_sentence(state, w.table),
    }
    _draw(key, {"curves": drawn}, w)


def matrix(view: AttentionView, w: Words, *, key: str) -> None:
    """Draw where an answer looked, its tokens in rows; colours mean the same from answer to answer.

    Args:
        view: weights of one answer.
        w: the page's words.
        key: unique on the page.
    """
    drawn = {
        "rows": list(view.row_labels),
        "columns": list(view.column_labels),
        "values": [[round(float(weight), DIGITS) for weight in row] for row in view.weights],
    }
    _draw(key, {"matrix": drawn}, w)


def curves_sentence(state: LiveState, words: Mapping[str, str]) -> str:
    """What the curves show, for those who cannot see them."""
    if not state.losses or not state.scores:
        return words["figure.live.curves.alt.empty"]
    facts = {
        "step": state.step,
        "first_loss": number(state.losses[0].value),
        "last_loss": number(state.losses[-1].value, ".3f"),
        "first_score": number(state.scores[0].value, ".0f"),
        "last_score": number(state.scores[-1].value, ".0f"),
    }
    return words["figure.live.curves.alt"].format_map(facts)


def _draw(key: str, drawn: Mapping[str, Any], w: Words) -> None:
    own = (f"viewer.{name}" for name in OWN_WORDS)
    words = part(w.table, "figure.live.", "figure.kind.cross", *own)
    _live(key=key, data={"program": PROGRAM, "words": words, **drawn})


def _points(points: Sequence[CurvePoint]) -> list[tuple[int, float]]:
    """Points that can be drawn: numbers, and finite ones."""
    return [(one.step, round(one.value, DIGITS)) for one in points if isfinite(one.value)]

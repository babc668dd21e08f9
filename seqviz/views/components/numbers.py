"""The panel with every number of one step, on the page; its program comes once it is asked for."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from seqviz.trace import Trace
from seqviz.viewer import numbers_words, script, style
from seqviz.views.components.parts import read
from seqviz.views.components.viewer import HIDDEN, name_of
from seqviz.views.session.i18n import Words

KEY = "numbers-panel"
PROGRAM = {"program": "numbers"}

_program = st.components.v2.component("seqviz_numbers_program", js=script("numbers"))
_ahead = st.components.v2.component("seqviz_numbers_ahead", js=read("loader.js"))
_numbers = st.components.v2.component(
    "seqviz_numbers", css=style("base", "computation"), js=read("loader.js")
)


def show(trace: Trace, packed: Mapping[str, Any], w: Words, *, code: str, key: str) -> None:
    """Show one step, as ``seqviz.viewer.computation`` packed it.

    Args:
        trace: that the viewer shows.
        packed: the step.
        w: the page's words.
        code: of the step, as the browser makes it of the viewer's selection.
        key: of the viewer, whose steps the panel follows.
    """
    with st.container(key=f"{HIDDEN}-{KEY}"):
        _program(key=f"{KEY}-program", data=PROGRAM)
    words = {"language": w.language, "words": numbers_words(w.language)}
    told = {"viewer": key, "trace": name_of(trace), "code": code, "packed": packed}
    _numbers(key=KEY, data=PROGRAM | told | words)


def show_ahead(trace: Trace, steps: Mapping[str, Any]) -> None:
    """Let the panel have steps that may be asked for next, packed, by their codes."""
    with st.container(key=f"{HIDDEN}-{KEY}-ahead"):
        _ahead(key=f"{KEY}-ahead", data=PROGRAM | {"trace": name_of(trace), "steps": steps})

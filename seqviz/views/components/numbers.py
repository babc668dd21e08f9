"""The panel with every number of one step, on the page; its program comes once it is asked for."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from seqviz.viewer import numbers_words, script, style
from seqviz.views.components.parts import read
from seqviz.views.components.viewer import HIDDEN
from seqviz.views.session.i18n import Words

KEY = "numbers-panel"
PROGRAM = {"program": "numbers"}

_program = st.components.v2.component("seqviz_numbers_program", js=script("numbers"))
_numbers = st.components.v2.component(
    "seqviz_numbers", css=style("base", "computation"), js=read("loader.js")
)


def show(packed: Mapping[str, Any], w: Words) -> None:
    """Show one step, as ``seqviz.viewer.computation`` packed it."""
    with st.container(key=f"{HIDDEN}-{KEY}"):
        _program(key=f"{KEY}-program", data=PROGRAM)
    words = numbers_words(w.language)
    _numbers(key=KEY, data=PROGRAM | {"packed": packed, "language": w.language, "words": words})

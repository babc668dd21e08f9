"""What went into a translation, on the page; its program comes once it is asked for."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from seqviz.trace import Trace
from seqviz.viewer import evidence_words, script, style
from seqviz.views.components.parts import read
from seqviz.views.components.viewer import HIDDEN, name_of
from seqviz.views.session.i18n import Words

KEY = "evidence"
PROGRAM = {"program": "evidence"}
STYLE = style("flags", "evidence")

_program = st.components.v2.component("seqviz_evidence_program", js=script("evidence"))
_evidence = st.components.v2.component(
    "seqviz_evidence", css=style("base", "flags", "evidence"), js=read("loader.js")
)


def show(trace: Trace, packed: Mapping[str, Any], w: Words, *, key: str) -> None:
    """Show it below a viewer, and on the words of that viewer.

    Args:
        trace: that the viewer shows.
        packed: of ``seqviz.viewer.evidence``, with "rank", the hypothesis, and "missing", why what
            is not there is not.
        w: the page's words.
        key: of the viewer.
    """
    with st.container(key=f"{HIDDEN}-{KEY}"):
        _program(key=f"{KEY}-program", data=PROGRAM)
    told = {"viewer": key, "trace": name_of(trace), "packed": packed, "style": STYLE}
    words = {"language": w.language, "words": evidence_words(w.language)}
    _evidence(key=KEY, data=PROGRAM | told | words)

"""What a trace says about itself: what went otherwise than one would think, and the cure."""

from collections.abc import Sequence

import streamlit as st

from seqviz.trace.notices import HALF_PRECISION, OUT_OF_MEMORY, SHORT, TRADITIONAL, UNSURE, told
from seqviz.views.session.i18n import Words
from seqviz.views.shell.cures import Cure, cure_of

_ICONS = {
    **dict.fromkeys((OUT_OF_MEMORY, HALF_PRECISION), ":material/memory:"),
    **dict.fromkeys((TRADITIONAL, SHORT, UNSURE), ":material/help:"),
    **dict.fromkeys(("number_missing.one", "number_missing.other"), ":material/pin:"),
    **dict.fromkeys(("name_missing.one", "name_missing.other"), ":material/badge:"),
}


def show_notices(codes: Sequence[str], w: Words, *, cures: bool = False) -> None:
    """The notices of a trace, each once.

    Args:
        codes: of the trace.
        w: the page's words.
        cures: whether what is asked for is this trace, so that a button may change it.
    """
    for key, facts in told(codes):
        named = {name: w.table.get(value, value) for name, value in facts.items()}
        cure = cure_of(key, facts, w) if cures else None
        is_hopeless = cures and key == "other_language" and cure is None
        shown = w.markdown("cure.none" if is_hopeless else f"notice.{key}", named)
        if key == "unapplied":
            st.caption(shown)
        else:
            _warn(shown, _ICONS.get(key, ":material/translate:"), cure)


def _warn(text: str, icon: str, cure: Cure | None) -> None:
    """One line, with its cure beside it."""
    if cure is None:
        st.warning(text, icon=icon)
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.warning(text, icon=icon, width="stretch")
        st.button(cure.label, key=f"cure-{cure.code}", on_click=cure.act, args=cure.arguments)

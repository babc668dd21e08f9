"""The field for a reference translation: one setting, shown on every screen that needs one."""

import streamlit as st

from seqviz.views.session import state
from seqviz.views.session.i18n import Words

MOST_CHARACTERS = 2_000


def reference_field(own: str, w: Words) -> str:
    """Draw the field, and say so where the system's own translation stands in for what it lacks.

    Args:
        own: the system's translation.
        w: the page's words.

    Returns:
        the reference as typed, or the system's own translation; empty where that is empty, too.
    """
    st.text_input(
        w("reference.text"),
        key="reference",
        max_chars=MOST_CHARACTERS,
        placeholder=own,
        help=w("reference.text.help"),
        on_change=state.resume,
        width="stretch",
    )
    typed = state.text("reference").strip()
    if not typed:
        st.caption(w("reference.own" if own.strip() else "reference.empty"))
    return typed or own.strip()


def is_typed() -> bool:
    """Whether there is a reference, none that stands in."""
    return bool(state.text("reference").strip())

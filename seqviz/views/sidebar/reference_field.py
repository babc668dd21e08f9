"""The field for a reference translation: one setting, shown in every view that needs one."""

from collections.abc import Callable

import streamlit as st

MOST_CHARACTERS = 2_000


def reference_field(label: str, about: str, *, on_change: Callable[[], None] | None = None) -> None:
    """Draw the field; what is typed is the setting "reference".

    Args:
        label: above the field.
        about: help.
        on_change: called when another reference was typed.
    """
    st.text_input(
        label,
        key="reference",
        max_chars=MOST_CHARACTERS,
        help=about,
        on_change=on_change,
        width="stretch",
    )

"""In the sidebar: the languages and the instruction of models that take them."""

from collections.abc import Sequence
from functools import partial

import streamlit as st

from seqviz.catalog import ModelEntry
from seqviz.options import MAX_INSTRUCTION
from seqviz.views.session import state
from seqviz.views.session.i18n import Words
from seqviz.views.session.language_names import language_name

USUAL = ""


def render(entry: ModelEntry, w: Words) -> None:
    """Draw what this model can be told; nothing for a model of one language on each side."""
    sides = {"source": entry.source_languages, "target": entry.target_languages}
    for side, choices in sides.items():
        if choices:
            code = f"{side}_language"
            state.keep_choice(code, [USUAL, *choices])
            st.selectbox(
                w(f"own.{code}"),
                [USUAL, *choices],
                key=code,
                format_func=partial(_name, w, side in entry.has_usual),
                help=w(f"own.{code}.help"),
                on_change=state.close_trace,
            )
    if entry.takes_instruction:
        _draw_instruction(entry.instructions, w)


def _draw_instruction(offered: Sequence[str], w: Words) -> None:
    """A field for a text of one's own, with those that the makers name to choose from."""
    title, told = w("own.instruction"), w("own.instruction.help")
    if offered:
        st.selectbox(
            title,
            [USUAL, *offered],
            key="instruction",
            format_func=lambda text: text or w("own.unchosen"),
            accept_new_options=True,
            help=told,
            on_change=state.close_trace,
        )
        return
    st.text_input(
        title,
        key="instruction",
        max_chars=MAX_INSTRUCTION,
        placeholder="translate English to German:",
        help=told,
        on_change=state.close_trace,
    )


def _name(w: Words, has_usual: bool, code: str) -> str:
    if code != USUAL:
        return language_name(code, w)
    return w("own.usual" if has_usual else "own.unchosen")

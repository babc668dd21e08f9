"""In the sidebar's form: the languages and the instruction of models that take them."""

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
                format_func=partial(_name, w),
                help=w(f"own.{code}.help"),
            )
    if entry.takes_instruction:
        st.text_input(
            w("own.instruction"),
            key="instruction",
            max_chars=MAX_INSTRUCTION,
            placeholder="translate English to German:",
            help=w("own.instruction.help"),
        )


def _name(w: Words, code: str) -> str:
    return w("own.usual") if code == USUAL else language_name(code, w)

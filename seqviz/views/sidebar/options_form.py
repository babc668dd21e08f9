"""The sidebar's fields of decoding options, and the part with the rarer ones, closed at first."""

from functools import partial

import streamlit as st

from seqviz.views.session import settings
from seqviz.views.session.i18n import Words

MAX_TYPED_CHARACTERS = 500
FIRST = ("beam", "norm", "alpha", "source_language", "target_language", "instruction")
"""Options that stand above this part of the form."""
LENGTHS, TYPED, LAST = ("min_length", "max_length"), ("start", "banned"), ("top_k", "seed")
"""Those that stand side by side, or in a place of their own."""


def render(w: Words, *, attends: bool) -> None:
    """Draw the options; nothing is decoded before the form is sent."""
    placed = {*FIRST, "beta", *LENGTHS, *TYPED}
    with st.expander(w("options.more"), key="more-options", icon=":material/tune:"):
        _how(w)
        field("beta", w, disabled=not attends)
        if not attends:
            st.caption(w("options.beta.none"))
        _side_by_side(LENGTHS, w)
        for code in settings.SEARCH_OPTIONS:
            if code not in placed:
                field(code, w)
        for code in TYPED:
            _typed(code, w)
        _sampling(w)


def field(code: str, w: Words, *, group: str = "options", disabled: bool = False) -> None:
    """Draw the field of one option, as its declaration says: a choice, a slider or a number.

    Args:
        code: of its setting.
        w: the page's words.
        group: of the words of its label and its help.
        disabled: it can be seen only.
    """
    one = settings.OPTIONS["beam" if code == "samples" else code]
    label, note = w(f"{group}.{code}"), w(f"{group}.{code}.help")
    low, high = one.page_range
    if one.choices:
        names = code if group == "sidebar" else f"{group}.{code}"
        name = partial(_name, w, names)
        st.selectbox(label, one.choices, key=code, format_func=name, help=note)
    elif one.declared.step is not None:
        step = one.declared.step
        st.slider(label, low, high, step=step, key=code, disabled=disabled, help=note)
    else:
        st.number_input(label, low, high, key=code, help=note)


def _how(w: Words) -> None:
    """Nothing can be switched off by the choice, for a form is not run before it is sent."""
    st.radio(
        w("options.how"),
        settings.DECODERS,
        key="how",
        horizontal=True,
        format_func=partial(_name, w, "options.how"),
        help=w("options.how.help"),
    )
    st.caption(w("options.how.ignored"))


def _side_by_side(codes: tuple[str, ...], w: Words) -> None:
    for column, code in zip(st.columns(len(codes)), codes, strict=True):
        with column:
            field(code, w)


def _typed(code: str, w: Words) -> None:
    st.text_input(
        w(f"options.{code}"),
        key=code,
        max_chars=MAX_TYPED_CHARACTERS,
        placeholder=w(f"options.{code}.placeholder"),
        help=w(f"options.{code}.help"),
    )


def _sampling(w: Words) -> None:
    st.caption(w("options.sampling"))
    field("samples", w)
    for code in settings.DRAW_OPTIONS:
        if code not in LAST:
            field(code, w)
    _side_by_side(LAST, w)


def _name(w: Words, group: str, code: str) -> str:
    return w(f"{group}.{code}")

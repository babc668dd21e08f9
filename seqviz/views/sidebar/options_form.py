"""The rarer decoding options, in a part of the sidebar's form that is closed at first."""

from functools import partial

import streamlit as st

from seqviz.options import MAX_TARGET_TOKENS, MAX_TOP_K
from seqviz.options.intervention import MAX_SEED
from seqviz.views.session import settings
from seqviz.views.session.i18n import Words

MAX_TYPED_CHARACTERS = 500


def render(w: Words, *, attends: bool) -> None:
    """Draw the options; nothing is decoded before the form is sent."""
    with st.expander(w("options.more"), key="more-options", icon=":material/tune:"):
        _how(w)
        _scores(w, attends=attends)
        _lengths(w)
        _choices(w)
        _constraints(w)
        _sampling(w)


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


def _scores(w: Words, *, attends: bool) -> None:
    st.slider(
        w("options.beta"),
        0.0,
        settings.MAX_PAGE_BETA,
        step=0.1,
        key="beta",
        disabled=not attends,
        help=w("options.beta.help"),
    )
    if not attends:
        st.caption(w("options.beta.none"))


def _lengths(w: Words) -> None:
    for column, code in zip(st.columns(2), ("min_length", "max_length"), strict=True):
        column.number_input(
            w(f"options.{code}"),
            0,
            MAX_TARGET_TOKENS,
            key=code,
            help=w(f"options.{code}.help"),
        )


def _choices(w: Words) -> None:
    st.selectbox(
        w("options.stop"),
        settings.STOP_RULES,
        key="stop",
        format_func=partial(_name, w, "options.stop"),
        help=w("options.stop.help"),
    )
    st.number_input(
        w("options.n_best"),
        1,
        settings.MAX_PAGE_BEAM_SIZE,
        key="n_best",
        help=w("options.n_best.help"),
    )


def _constraints(w: Words) -> None:
    for code in ("start", "banned"):
        st.text_input(
            w(f"options.{code}"),
            key=code,
            max_chars=MAX_TYPED_CHARACTERS,
            placeholder=w(f"options.{code}.placeholder"),
            help=w(f"options.{code}.help"),
        )


def _sampling(w: Words) -> None:
    st.caption(w("options.sampling"))
    st.slider(
        w("options.samples"),
        1,
        settings.MAX_PAGE_BEAM_SIZE,
        key="samples",
        help=w("options.samples.help"),
    )
    st.slider(
        w("options.temperature"),
        0.1,
        settings.MAX_PAGE_TEMPERATURE,
        step=0.1,
        key="temperature",
        help=w("options.temperature.help"),
    )
    st.slider(w("options.top_p"), 0.05, 1.0, step=0.05, key="top_p", help=w("options.top_p.help"))
    for column, (code, most) in zip(
        st.columns(2), (("top_k", MAX_TOP_K), ("seed", MAX_SEED)), strict=True
    ):
        column.number_input(w(f"options.{code}"), 0, most, key=code, help=w(f"options.{code}.help"))


def _name(w: Words, group: str, code: str) -> str:
    return w(f"{group}.{code}")

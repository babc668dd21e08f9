"""The decoding options in the sidebar; the rarer ones in a part that is closed at first."""

from functools import partial

import streamlit as st

from seqviz.translator.devices import available_devices
from seqviz.views.session import cache, settings, state
from seqviz.views.session.i18n import Words

MAX_TYPED_CHARACTERS = 500
NORMS = ("norm", "alpha")
LANGUAGES = ("source_language", "target_language", "instruction")
LENGTHS, TYPED, LAST = ("min_length", "max_length"), ("start", "banned"), ("top_k", "seed")
"""Those that stand side by side, or in a place of their own."""
BEAM_ONLY = ("stop", "n_best")
"""Those that change nothing where samples are drawn."""


def render(w: Words, *, attends: bool) -> None:
    """Draw the options; a change of any of them translates again."""
    _how(w)
    samples = state.text("how") == "sample"
    if samples:
        _sampling(w)
    else:
        field("beam", w, group="sidebar")
    for code in NORMS:
        field(code, w, group="sidebar")
    placed = {"beam", *NORMS, *LANGUAGES, "beta", *LENGTHS, *TYPED, *(BEAM_ONLY if samples else ())}
    with st.expander(w("options.more"), key="more-options", icon=":material/tune:"):
        field("beta", w, disabled=not attends)
        if not attends:
            st.caption(w("options.beta.none"))
        _side_by_side(LENGTHS, w)
        for code in settings.SEARCH_OPTIONS:
            if code not in placed:
                field(code, w)
        for code in TYPED:
            _typed(code, w)
        _device(w)
    state.remember(state.DRAWN_HOW, state.text("how"))


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
    close = state.close_trace
    if one.choices:
        names = code if group == "sidebar" else f"{group}.{code}"
        name = partial(_name, w, names)
        st.selectbox(label, one.choices, key=code, format_func=name, help=note, on_change=close)
    elif one.declared.step is not None:
        step = one.declared.step
        st.slider(
            *(label, low, high), step=step, key=code, disabled=disabled, help=note, on_change=close
        )
    else:
        st.number_input(label, low, high, key=code, help=note, on_change=close)


def _how(w: Words) -> None:
    st.radio(
        w("options.how"),
        settings.DECODERS,
        key="how",
        horizontal=True,
        format_func=partial(_name, w, "options.how"),
        help=w("options.how.help"),
        on_change=state.close_trace,
    )


def _device(w: Words) -> None:
    """Where the model runs, where there is a choice."""
    devices = available_devices()
    if len(devices) > 1:
        st.selectbox(
            w("sidebar.device"),
            devices,
            key="device",
            format_func=lambda code: w.name("device", code),
            help=w("sidebar.device.help", {"threads": cache.THREADS}),
            on_change=state.close_trace,
        )


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
        on_change=state.close_trace,
    )


def _sampling(w: Words) -> None:
    field("samples", w)
    for code in settings.DRAW_OPTIONS:
        if code not in LAST:
            field(code, w)
    _side_by_side(LAST, w)


def _name(w: Words, group: str, code: str) -> str:
    return w(f"{group}.{code}")

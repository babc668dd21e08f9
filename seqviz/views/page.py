"""The page below the sidebar: one trace, one of the views of it."""

from collections.abc import Callable, Mapping

import streamlit as st

from seqviz.errors import InputError
from seqviz.trace import Trace
from seqviz.views import (
    asked,
    attention,
    beam_tree,
    cache,
    decode,
    edit_panel,
    greedy_vs_beam,
    header,
    intervene,
    reference,
    rerank,
    settings,
    state,
    what_if,
)
from seqviz.views.i18n import Words

RENDER: Mapping[str, Callable[[Trace, cache.Request, Words], None]] = {
    "attention": attention.render,
    "tree": beam_tree.render,
    "compare": greedy_vs_beam.render,
    "rerank": rerank.render,
    "reference": reference.render,
    "intervene": intervene.render,
}


def render(request: cache.Request | InputError | None, w: Words) -> None:
    """Translate, then draw the chosen view; say what is missing where something is."""
    if request is None:
        st.error(w("page.no_models"), icon=":material/folder_off:")
        return
    notices = st.container()
    if not isinstance(request, InputError):
        what_if.keep_for(request)
        edit_panel.keep_for(request)
    trace = _translate(request, w)
    if trace is None or isinstance(request, InputError):
        with notices:
            _say_what_the_link_lost(w)
        return
    header.render(trace, request, w)
    st.segmented_control(
        w("page.view"),
        settings.VIEWS,
        key="view",
        required=True,
        format_func=lambda code: w(f"view.{code}"),
        label_visibility="collapsed",
    )
    RENDER[state.text("view")](trace, request, w)
    with notices:
        _say_what_the_link_lost(w)


def _translate(request: cache.Request | InputError, w: Words) -> Trace | None:
    """The trace; where there is none, the page says why, and how to return to the usual options."""
    if isinstance(request, InputError):
        decode.show_error(request, w)
        header.offer_reset(w)
        return None
    trace = decode.trace_for(request, w)
    if trace is None and asked.unusual(request, w):
        header.offer_reset(w)
    return trace


def _say_what_the_link_lost(w: Words) -> None:
    refused = state.refused()
    if refused:
        names = ", ".join(dict.fromkeys(w(f"setting.{code}") for code in refused))
        st.warning(w("page.link", {"names": names}), icon=":material/link_off:")
    left_out = [w(f"setting.{code}") for code in state.left_out()]
    if left_out:
        st.caption(w("page.link_too_long", {"names": ", ".join(left_out)}))

"""The page: what is asked on top, below it one trace in one of the screens; and the sidebar."""

from collections.abc import Callable, Mapping

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from seqviz.catalog import ModelEntry
from seqviz.errors import InputError, SeqVizError
from seqviz.trace import Trace
from seqviz.views.compare import alignment, beam_sizes, lengths, systems
from seqviz.views.components import browser, viewer
from seqviz.views.experiment import (
    edit_panel,
    intervene,
    reference,
    rerank,
    starts,
    what_if,
)
from seqviz.views.inspect import screen as inspect_screen
from seqviz.views.inspect import watched
from seqviz.views.learn import bottleneck, concept_test, lesson
from seqviz.views.session import cache, decoding, parts, state
from seqviz.views.session import stronger as session_stronger
from seqviz.views.session.i18n import Words
from seqviz.views.session.request import Request
from seqviz.views.session.settings import GROUPS
from seqviz.views.shell import head, header, navigation, several, stronger, style
from seqviz.views.shell import progress as decode
from seqviz.views.sidebar import ask, open_trace, sidebar
from seqviz.views.train import live, teacher_forcing, training
from seqviz.views.watch import screen

SCREEN = "screen"
"""The part of the page that presenter mode shows."""
MOST_NAMED, MOST_SHOWN = 5, 30
"""Names in a link that are no settings, and characters of each, that the page repeats."""

RENDER: Mapping[str, Callable[[Trace, Request, Words], None]] = {
    **dict.fromkeys(GROUPS["watch"], screen.render),
    "systems": systems.render,
    "beam_sizes": beam_sizes.render,
    "lengths": lengths.render,
    "alignment": alignment.render,
    "what_if": what_if.render,
    "intervene": intervene.render,
    "rerank": rerank.render,
    "reference": reference.render,
    "bottleneck": bottleneck.render,
}
WITHOUT_MODEL: Mapping[str, Callable[[Trace, Request | None, Words], None]] = {
    **dict.fromkeys(GROUPS["watch"], screen.render),
    "rerank": rerank.render,
}
"""Those that draw a trace from a file."""
WITHOUT_TRACE: Mapping[str, Callable[[Request, Words], None]] = {
    "training": training.render,
    "teacher": teacher_forcing.render,
    "live": live.render,
    "lesson": lesson.render,
    "concept_test": concept_test.render,
    "inspect": inspect_screen.render,
}


def render(w: Words) -> None:
    """Draw what is asked, translate it, draw the chosen view; say what is missing."""
    style.apply(w)
    viewer.load_program()
    head.render(w)
    if arrived := session_stronger.arrived():
        ask.show(arrived)
    try:
        catalogue = cache.models()
    except SeqVizError as error:  # a backend that is away
        decode.show_error(error, w)
        return
    stronger.follow(w)
    with st.container(key="ask", gap="small"):
        entry = ask.render(catalogue, w)
    sidebar.render(entry if isinstance(entry, ModelEntry) else None, catalogue, w)
    browser.speak(state.text("text"), w)
    _show(_request(entry) if isinstance(entry, ModelEntry) else entry, w)


def _request(entry: ModelEntry) -> Request | InputError:
    try:
        options = decoding.options_for(entry)
    except InputError as error:
        return error
    found = parts.sentences(entry)
    text = parts.chosen(found)
    return Request(
        folder=entry.folder,
        text=text,
        sentences=found if text in found and len(found) > 1 else (),
        options=options,
        device=state.text("device"),
        visitor=state.visitor(),
    )


def _show(request: Request | SeqVizError | None, w: Words) -> None:
    opened = state.opened_trace()
    if request is None and opened is None:
        st.error(w("page.no_models"), icon=":material/folder_off:")
        return
    around = navigation.render(w)
    notices = st.container()
    if opened is not None and state.text("view") in RENDER:
        _opened_view(*opened, w, around=around)
    elif request is None:
        st.error(w("page.no_models"), icon=":material/folder_off:")
    elif isinstance(request, SeqVizError):
        _refuse(request, w)
    elif state.text("view") in WITHOUT_TRACE:
        with st.container(key=SCREEN):
            WITHOUT_TRACE[state.text("view")](request, w)
    else:
        _trace_view(request, w, around=around)
    with notices:
        _say_what_the_link_lost(w)


def _trace_view(request: Request, w: Words, *, around: DeltaGenerator) -> None:
    starts.keep_for(request)
    edit_panel.keep_for(request)
    trace = decode.trace_for(request, w, says_text=True)
    if trace is not None:
        header.render(trace, request, w, around=around)
        stronger.offer(trace, request, w)
        watched.above(trace, request, w)
        whole = st.container(key="whole", gap="xxsmall") if request.sentences else None
        with st.container(key=SCREEN):
            RENDER[state.text("view")](trace, request, w)
        if whole is not None:
            with whole:
                several.render(request, w)
    elif decoding.unusual(request.options, w):
        header.offer_reset(w)


def _opened_view(name: str, trace: Trace, w: Words, *, around: DeltaGenerator) -> None:
    """A trace from a file; views that would ask the model say so."""
    open_trace.say(name, trace, w)
    header.render(trace, None, w, around=around)
    view = state.text("view")
    if view in WITHOUT_MODEL:
        with st.container(key=SCREEN):
            WITHOUT_MODEL[view](trace, None, w)
    else:
        open_trace.say_need(view, trace, w)


def _refuse(error: SeqVizError, w: Words) -> None:
    """Say why there is nothing to draw, and where options are the reason, how to leave them."""
    decode.show_error(error, w)
    if isinstance(error, InputError):
        header.offer_reset(w)


def _say_what_the_link_lost(w: Words) -> None:
    refused = state.refused()
    if refused:
        names = ", ".join(dict.fromkeys(w(f"setting.{code}") for code in refused))
        st.warning(w("page.link", {"names": names}), icon=":material/link_off:")
    unknown = state.unknown()
    if unknown:
        shown = ", ".join(name[:MOST_SHOWN] for name in unknown[:MOST_NAMED])
        names = shown + " …" * (len(unknown) > MOST_NAMED)
        st.caption(w.markdown("page.link_unknown", {"names": names}))
    left_out = [w(f"setting.{code}") for code in state.left_out()]
    if left_out:
        st.caption(w("page.link_too_long", {"names": ", ".join(left_out)}))

"""Watch one search: attention, the tree, greedy against beam, as three views of one screen.

The browser turns from one to the other without asking; here it is only told.
"""

import weakref
from dataclasses import replace
from functools import partial

import streamlit as st

from seqviz.analysis.attention import missing_attention
from seqviz.options import DecodeOptions
from seqviz.trace import Trace
from seqviz.viewer.attention import KINDS
from seqviz.views.components import viewer
from seqviz.views.experiment import acts
from seqviz.views.session import decoding, settings, state
from seqviz.views.session.i18n import Words
from seqviz.views.session.request import Request
from seqviz.views.shell import progress as decode
from seqviz.views.shell.fragment import fragment
from seqviz.views.shell.guard import last_resort
from seqviz.views.watch import evidence, numbers

KEY = "watch"
QUICK_WORK = 2e9
"""Parameters times steps; greedy decoding that takes no more is done before anybody asks for it."""


@last_resort
def render(trace: Trace, request: Request | None, w: Words) -> None:
    """Draw the search; without a request it comes from a file, and no model is asked anything."""
    quick = trace.model.parameters * trace.search.steps <= QUICK_WORK
    wants = quick or state.text("view") == "compare"
    state.remember("compares", wants)
    _settle(trace)
    rank = None if request is None else evidence.wanted(trace)
    state.remember("explains", rank)
    _draw(trace, request, w)
    if rank is not None and request is not None:
        evidence.compute(trace, request, w, rank=rank)
    if wants and request is not None:
        _compare(trace, request, w)


@fragment
def _draw(trace: Trace, request: Request | None, w: Words) -> None:
    """What runs again once the visitor has selected something else."""
    view = state.text("view")
    is_here = view in settings.GROUPS["watch"]
    if not is_here or (view == "compare" and not state.remembered("compares")):
        st.rerun()
    if request is not None and evidence.wanted(trace) != state.remembered("explains"):
        st.rerun()
    possible = () if request is None else acts.possible(trace)
    taken = viewer.Acts(possible, partial(acts.take, weakref.ref(trace)))
    viewer.show(trace, w, key=KEY, acts=taken)
    if request is not None:
        evidence.render(trace, w, key=KEY)
        numbers.render(trace, request, w, key=KEY)
    state.write_link()


def _settle(trace: Trace) -> None:
    """Let settings fall back that belong to another search, or name what this one has not."""
    state.keep_for("step", trace.source.text)
    state.keep_for("source", " ".join(trace.source.pieces))
    for code in ("hypothesis", "window", "node"):
        state.keep_for(code, f"{trace.model.fingerprint} {trace.options} {trace.source.text}")
    state.clamp("hypothesis", high=len(trace.hypotheses) - 1)
    state.clamp("step", high=len(trace.target(state.integer("hypothesis"))) - 1)
    state.clamp("window", high=trace.search.steps)
    state.clamp("source", high=len(trace.source.pieces))
    kinds = [kind for kind in KINDS if missing_attention(trace, kind) is None]
    if kinds:
        state.keep_choice("kind", kinds)
        encoder = trace.encoder_self_attention if state.text("kind") == "encoder" else None
        sizes = (trace.model.layers, trace.model.heads) if encoder is None else encoder.shape[:2]
        for code, count in zip(("layer", "head"), sizes, strict=True):
            state.keep_choice(code, range(count + 1))
    if state.text("node"):
        try:
            acts.start_of(trace, {"node": state.text("node")})
        except (TypeError, ValueError):
            state.refuse("node")
            state.reset(["node"])


def _compare(trace: Trace, request: Request, w: Words) -> None:
    """Search greedily and with a beam, one of which the page has already, and tell the viewer.

    No part of a fragment, so that Cancel can interrupt it.
    """
    if request.options.sampling is not None:
        request = decoding.beam_search_of(request)
    beam_size = request.options.beam_size
    both = []
    for size in (1, beam_size if beam_size > 1 else DecodeOptions.beam_size):
        asked = replace(request, options=replace(request.options, beam_size=size))
        found = decode.trace_for(asked, w)
        if found is None:
            return
        both.append(found)
    viewer.tell_compared(trace, *both, key=KEY)

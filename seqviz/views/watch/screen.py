"""Watch one search: attention, the tree, greedy against beam, as three views of one screen.

The browser turns from one to the other without asking; here it is only told.
"""

import weakref
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import Any

import streamlit as st

from seqviz.errors import InputError
from seqviz.options import DecodeOptions
from seqviz.options.intervention import Intervention
from seqviz.trace import Trace
from seqviz.views.components import viewer
from seqviz.views.experiment import edit_panel, starts
from seqviz.views.session import decoding, settings, state
from seqviz.views.session.i18n import Words
from seqviz.views.session.request import Request
from seqviz.views.shell import progress as decode
from seqviz.views.shell.fragment import fragment

KEY = "watch"
QUICK_WORK = 2e9
"""Parameters times steps; greedy decoding that takes no more is done before anybody asks for it."""
ACTS = ("continue", "mute", "ablate")


def render(trace: Trace, request: Request | None, w: Words) -> None:
    """Draw the search; without a request it comes from a file, and no model is asked anything."""
    quick = trace.model.parameters * trace.search.steps <= QUICK_WORK
    wants = quick or state.text("view") == "compare"
    state.remember("compares", wants)
    _draw(trace, request, w)
    if wants and request is not None:
        _compare(trace, request, w)


@fragment
def _draw(trace: Trace, request: Request | None, w: Words) -> None:
    """What runs again once the visitor has selected something else."""
    view = state.text("view")
    is_here = view in settings.GROUPS["watch"]
    if not is_here or (view == "compare" and not state.remembered("compares")):
        st.rerun()
    acts = () if request is None else [act for act in ACTS if _is_possible(act, trace)]
    viewer.show(trace, w, key=KEY, acts=acts, on_act=partial(_act, weakref.ref(trace)))
    state.write_link()


def _is_possible(act: str, trace: Trace) -> bool:
    return act == "continue" or (act in ACTS and trace.model.attends)


def _act(found: Callable[[], Trace | None], name: str, facts: Mapping[str, Any]) -> None:
    """Take what the visitor did on the picture to the screen where it counts.

    What comes from the browser may be anything.
    """
    trace = found()
    if trace is None or not _is_possible(name, trace):
        return
    with suppress(InputError, KeyError, TypeError, ValueError):
        if name == "continue":
            starts.go(_start(trace, facts["node"]))
        else:
            _edit(trace, name, facts)


def _start(trace: Trace, node: str) -> tuple[int, ...]:
    """The tokens up to a node, "STEP.CANDIDATE"."""
    step, candidate = map(int, node.split("."))
    search = trace.search
    if step not in range(search.steps) or candidate not in range(search.candidates):
        raise ValueError(f"{node} is not there")
    _, path = search.path(step, candidate)
    return tuple(search.candidate_tokens[range(step + 1), path].tolist())


def _edit(trace: Trace, name: str, facts: Mapping[str, Any]) -> None:
    if name == "mute":  # a word may be several tokens
        places = range(len(trace.source.ids))[facts["source"] : facts["end"]]
        edit_panel.add(Intervention(kind="mute", sources=tuple(places)))
    else:
        head = range(trace.model.layers)[facts["layer"]], range(trace.model.heads)[facts["head"]]
        edit_panel.add(Intervention(kind="ablate", heads=(head,)))
    state.put("view", "intervene")


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

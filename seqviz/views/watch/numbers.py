"""Below a search: how the step that is looked at was computed, with every number.

Computed anew once somebody asks, with the edits in force, and compared with the record.
"""

import weakref
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

import streamlit as st

from seqviz.analysis.attention import default_layer, missing_attention
from seqviz.errors import SeqVizError
from seqviz.trace import Trace
from seqviz.trace.computation import Read, StepComputation
from seqviz.translator import Translator
from seqviz.viewer.attention import KINDS
from seqviz.viewer.computation import packed_computation
from seqviz.views.components import numbers
from seqviz.views.session import cache, state
from seqviz.views.session.i18n import Words
from seqviz.views.session.request import Request
from seqviz.views.shell import workbook
from seqviz.views.shell.progress import Progress

CODE = "numbers"
"""Of the setting that says whether they are shown."""
AHEAD_WORK = 5e8
"""Parameters times steps: the path of a larger search is computed step by step, as one asks."""


@dataclass(frozen=True, kw_only=True)
class _Place:
    """Which computation; see ``Translator.explain``."""

    step: int
    rank: int | tuple[int, int]
    read: Read
    layer: int
    head: int


_known: "weakref.WeakKeyDictionary[Trace, tuple[_Place, Mapping[str, Any]]]" = (
    weakref.WeakKeyDictionary()
)
"""Of every trace that is kept the steps of the path that was asked for last."""


def render(trace: Trace, request: Request, w: Words, *, key: str) -> None:
    """Draw the switch; and, where it is on, the numbers of what is selected, or why there are none.

    Args:
        trace: the search that is shown.
        request: of which it came.
        w: the page's words.
        key: of the viewer that shows it.
    """
    st.toggle(w("numbers.ask"), key=CODE, help=w("numbers.ask_about"))
    if not state.flag(CODE):
        return
    place, progress = _place(trace), Progress(w, CODE)
    try:
        with cache.visits().turn(progress.wait, request.visitor):
            translator = cache.translator(str(request.folder), request.device)
            found = _found(translator, trace, place)
    except SeqVizError as error:
        st.info(w.error(error), icon=":material/calculate:")
        return
    finally:
        progress.clear()
    if trace.model.heads > 1:
        st.caption(w("numbers.place", {"layer": found.layer + 1, "head": found.head + 1}))
    numbers.show(trace, packed_computation(found), w, code=_code(place), key=key)
    workbook.offer(found.step, lambda: found, w, key="numbers-workbook")
    numbers.show_ahead(trace, _ahead(trace, place, request, translator=translator))


def _found(translator: Translator, trace: Trace, place: _Place) -> StepComputation:
    return translator.explain(
        trace, place.step, place.rank, read=place.read, layer=place.layer, head=place.head
    )


def _ahead(
    trace: Trace, place: _Place, request: Request, *, translator: Translator
) -> Mapping[str, Any]:
    """All steps along the same path, for a browser that steps without asking; none if it is long.

    What cannot be taken apart is left out.
    """
    path, known = replace(place, step=0), _known.get(trace)
    if known is not None and known[0] == path:
        return known[1]
    encodes = place.read == "encoder"
    steps = len(trace.source.ids) if encodes else len(trace.target(_rank(place)))
    packed = {}
    if isinstance(place.rank, int) and steps * trace.model.parameters <= AHEAD_WORK:
        with suppress(SeqVizError), cache.visits().turn(lambda *_: None, request.visitor):
            for step in range(steps):
                one = replace(place, step=step)
                packed[_code(one)] = packed_computation(_found(translator, trace, one))
    _known[trace] = path, packed
    return packed


def _rank(place: _Place) -> int:
    return place.rank if isinstance(place.rank, int) else 0


def _code(place: _Place) -> str:
    """A name of what is taken apart, as the browser makes it of its selection."""
    node = "" if isinstance(place.rank, int) else f"node {place.rank[1]} "
    return f"{node}{place.read} {place.layer} {place.head} {_rank(place)} {place.step}"


def _place(trace: Trace) -> _Place:
    """What is selected: the step; its hypothesis, or node of the tree; what it reads, and how."""
    kinds = [kind for kind in KINDS if missing_attention(trace, kind) is None]
    read: Read = next((kind for kind in kinds if kind == state.text("kind")), "cross")
    layer, head = state.integer("layer") - 1, max(0, state.integer("head") - 1)
    if layer < 0:
        layer = default_layer(trace, read) if read in kinds else 0
    step, rank, node = state.integer("step"), state.integer("hypothesis"), state.text("node")
    selected: int | tuple[int, int] = rank
    if read == "encoder":
        step = max(0, state.integer("source") - 1)
    elif node and state.text("view") == "tree":
        step, candidate = map(int, node.split("."))
        _, path = trace.path(rank)
        if step >= len(path) or path[step] != candidate:
            selected = step, candidate
    return _Place(step=step, rank=selected, read=read, layer=layer, head=head)

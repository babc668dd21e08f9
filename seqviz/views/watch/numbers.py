"""Below a search: how the step that is looked at was computed, with every number.

Computed anew once somebody asks, with the edits in force, and compared with the record.
"""

from typing import Any

import streamlit as st

from seqviz.analysis.attention import default_layer, missing_attention
from seqviz.errors import SeqVizError
from seqviz.trace import Trace
from seqviz.trace.computation import Read
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


def render(trace: Trace, request: Request, w: Words) -> None:
    """Draw the switch; and, where it is on, the numbers of what is selected, or why there are none.

    Args:
        trace: the search that is shown.
        request: of which it came.
        w: the page's words.
    """
    st.toggle(w("numbers.ask"), key=CODE, help=w("numbers.ask_about"))
    if not state.flag(CODE):
        return
    step, rank, where = _place(trace)
    progress = Progress(w, CODE)
    try:
        with cache.visits().turn(progress.wait, request.visitor):
            translator = cache.translator(str(request.folder), request.device)
            found = translator.explain(trace, step, rank, **where)
    except SeqVizError as error:
        st.info(w.error(error), icon=":material/calculate:")
        return
    finally:
        progress.clear()
    if trace.model.heads > 1:
        st.caption(w("numbers.place", {"layer": found.layer + 1, "head": found.head + 1}))
    numbers.show(packed_computation(found), w)
    workbook.offer(found.step, lambda: found, w, key="numbers-workbook")


def _place(trace: Trace) -> tuple[int, int | tuple[int, int], dict[str, Any]]:
    """What is selected: the step; its hypothesis, or node of the tree; what it reads, and how."""
    kinds = [kind for kind in KINDS if missing_attention(trace, kind) is None]
    read: Read = next((kind for kind in kinds if kind == state.text("kind")), "cross")
    layer, head = state.integer("layer") - 1, max(0, state.integer("head") - 1)
    if layer < 0:
        layer = default_layer(trace, read) if read in kinds else 0
    where = {"read": read, "layer": layer, "head": head}
    step, rank, node = state.integer("step"), state.integer("hypothesis"), state.text("node")
    if read == "encoder":
        step = max(0, state.integer("source") - 1)
    elif node and state.text("view") == "tree":
        step, candidate = map(int, node.split("."))
        return step, (step, candidate), where
    return step, rank, where

"""The whole search: every survivor, the pruned and why, and the ranking of the hypotheses."""

from functools import partial
from typing import cast

import numpy as np
import streamlit as st

from seqviz import figures
from seqviz.analysis.attention import attention_row, missing_attention
from seqviz.analysis.beam import BeamNodes, Layout, Pruned, beam_nodes, fate_reason, prefix_text
from seqviz.analysis.tokens import NextTokens, next_tokens
from seqviz.trace import Fate, Trace
from seqviz.views.experiment import what_if
from seqviz.views.session import settings, state
from seqviz.views.session.i18n import Words, escape_markdown
from seqviz.views.session.request import Request
from seqviz.views.shell import chart
from seqviz.views.shell.fragment import fragment

WINDOW = 12
"""Steps shown at a time."""
FRAME_HEIGHT = 900
"""Pixels; a higher tree scrolls."""
CHART = "tree-chart"


@fragment
def render(trace: Trace, request: Request | None, w: Words) -> None:
    """Draw the tree, the chosen node, and the table of hypotheses.

    Without a request, the trace comes from a file, and no model is asked what if.
    """
    if trace.options.sampling is not None:
        st.caption(w("tree.sampled"))
    first, last = _controls(trace, w)
    nodes = beam_nodes(
        trace,
        pruned=cast(Pruned, state.text("pruned")),
        layout=cast(Layout, state.text("layout")),
        first_step=first,
        last_step=last,
    )
    node = _node(trace, first, last)
    _say_node(trace, node, (first, last), asks=request is not None, w=w)
    _tree(trace, nodes, node=node, code=request.code if request else "file", w=w)
    _details(trace, node, w=w)
    st.subheader(w("tree.hypotheses"), anchor=False)
    st.caption(w(f"tree.stopped.{trace.stopped_by}", {"beam": trace.options.beam_size}))
    chart.draw_table(figures.hypotheses_table(trace, words=w.table))
    st.caption(w("tree.hypotheses.order"))
    if trace.options.beta > 0:
        st.caption(w("tree.hypotheses.coverage"))
    state.write_link()


def _controls(trace: Trace, w: Words) -> tuple[int, int]:
    """Draw the controls; return the first and the last step shown."""
    choices = {"pruned": settings.PRUNED, "layout": settings.LAYOUTS}
    if trace.options.sampling is not None:  # nothing is pruned
        del choices["pruned"]
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        for code, options in choices.items():
            st.segmented_control(
                w(f"tree.{code}"),
                options,
                key=code,
                required=True,
                format_func=partial(_option_name, w, code),
                help=w("tree.pruned.help") if code == "pruned" else None,
            )
        steps = trace.search.steps
        last_start = max(1, steps - WINDOW + 1)
        state.clamp("window", high=last_start)
        if last_start > 1:
            st.slider(
                w("tree.window"),
                1,
                last_start,
                key="window",
                help=w("tree.window.help", {"size": WINDOW, "steps": steps}),
            )
    first = state.integer("window") - 1
    return first, min(first + WINDOW, steps) - 1


def _option_name(w: Words, code: str, option: str) -> str:
    return w(f"tree.{code}.{option}")


def _node(trace: Trace, first: int, last: int) -> tuple[int, int]:
    """The chosen node, or where the best path enters the window when none is chosen there."""
    step, _, candidate = state.text("node").partition(".")
    if step.isdecimal() and candidate.isdecimal():
        at, chosen = int(step), int(candidate)
        fates = trace.search.candidate_fates
        if at >= len(fates) or chosen >= len(fates[at]) or fates[at, chosen] == Fate.ABSENT:
            state.refuse("node")
        elif first <= at <= last:
            return at, chosen
    _, path = trace.path()
    return first, int(path[first]) if first < len(path) else 0


def _tree(trace: Trace, nodes: BeamNodes, *, node: tuple[int, int], code: str, w: Words) -> None:
    """Draw the tree; one that is higher than the frame scrolls inside it."""
    shown = (state.text("pruned"), state.text("layout"), state.integer("window"))
    key = f"{CHART}-{code}-" + "-".join(map(str, shown))
    picture = figures.beam_tree_picture(nodes, trace, selected=nodes.row_of(*node), words=w.table)
    too_high = picture.height > FRAME_HEIGHT
    with st.container(height=FRAME_HEIGHT if too_high else "content", border=False):
        chart.draw_echarts(picture, key=key, on_select=partial(_pick, key, nodes))
    chart.show_table(picture.table, w, key=CHART)


def _pick(key: str, nodes: BeamNodes) -> None:
    row = state.clicked_index(key)
    if row is not None and nodes.candidate[row] >= 0:
        state.put("node", f"{nodes.step[row]}.{nodes.candidate[row]}")


def _say_node(
    trace: Trace, node: tuple[int, int], window: tuple[int, int], *, asks: bool, w: Words
) -> None:
    """Above the tree: the chosen node, why it lived or fell, and the choice for the keyboard."""
    with st.container(border=True, key="node"):
        words, choice = st.columns([3, 2], gap="medium", vertical_alignment="center")
        with words:
            st.caption(w("tree.prefix"))
            st.text(prefix_text(trace, *node) or w("tree.prefix.start"))
            reason = figures.reason_text(fate_reason(trace, *node), words=w.table)
            st.markdown(str(escape_markdown(reason)))
        with choice:
            _choose_node(trace, node, window, w=w)
        if asks:
            what_if.offer(trace, node, w)
        else:
            st.caption(w("open.needs.whatif"))


def _choose_node(trace: Trace, node: tuple[int, int], window: tuple[int, int], *, w: Words) -> None:
    step, candidate = node
    steps, candidates = st.columns([1, 3], gap="small")
    state.put_choice("node-step", step)
    steps.selectbox(
        w("tree.step"),
        range(window[0], window[1] + 1),
        key="node-step",
        format_func=lambda at: str(at + 1),
        on_change=_pick_step,
    )
    state.put_choice("node-candidate", candidate)
    present = [int(c) for c in np.flatnonzero(trace.search.candidate_fates[step])]
    names = {c: _candidate_name(trace, step, c, w=w) for c in present}
    candidates.selectbox(
        w("tree.candidate"),
        present,
        key="node-candidate",
        format_func=names.__getitem__,
        on_change=_pick_candidate,
        help=w("tree.candidate.help"),
    )


def _pick_step() -> None:
    state.put("node", f"{state.choice('node-step')}.0")


def _pick_candidate() -> None:
    state.put("node", f"{state.choice('node-step')}.{state.choice('node-candidate')}")


def _candidate_name(trace: Trace, step: int, candidate: int, *, w: Words) -> str:
    fate = Fate(int(trace.search.candidate_fates[step, candidate]))
    text = prefix_text(trace, step, candidate)
    return f"{candidate + 1}. {text} ({w(f'fate.{fate.name.lower()}')})"


def _details(trace: Trace, node: tuple[int, int], *, w: Words) -> None:
    step, candidate = node
    search = trace.search
    slot = int(search.candidate_parents[step, candidate])
    chosen, follows = st.columns(2, gap="large")
    with chosen:
        st.subheader(w("tree.chosen"), anchor=False)
        _bars(next_tokens(trace, step, slot=slot, candidate=candidate), key="chosen", w=w)
    next_slot = int(search.candidate_slots[step, candidate])
    with follows:
        st.subheader(w("tree.follows"), anchor=False)
        if next_slot >= 0 and step + 1 < search.steps:
            _bars(next_tokens(trace, step + 1, slot=next_slot), key="follows", w=w)
        else:
            st.caption(w("tree.follows.nothing"))
    _looked(trace, node, w=w)


def _bars(distribution: NextTokens, *, key: str, w: Words) -> None:
    picture = figures.next_tokens_picture(distribution, words=w.table)
    chart.draw(picture, key=f"bars-{key}", w=w)


def _looked(trace: Trace, node: tuple[int, int], *, w: Words) -> None:
    if missing_attention(trace) is not None:
        return
    row = attention_row(trace, node[0], candidate=node[1])
    st.subheader(w("tree.looked"), anchor=False)
    picture = figures.attention_picture(row, trace, words=w.table)
    chart.draw(picture, key="node-attention", w=w)

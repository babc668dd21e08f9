"""Histograms of features: who drags over one asks, in the filter, for what lies between."""

import hashlib
import time
from collections.abc import Mapping, Sequence
from functools import partial

import numpy as np
import streamlit as st

from seqviz import figures
from seqviz.figures.picture import Picture
from seqviz.server.kept import kept
from seqviz.server.store import Store
from seqviz.views.inspect.listed import Mask, brushed
from seqviz.views.inspect.runs import Run
from seqviz.views.session import state
from seqviz.views.session.i18n import Words
from seqviz.views.shell import chart

MOST = 6
Ends = Mapping[str, tuple[float, float]]
"""By the names of features, in the order of the chart: where the outermost bars meet the others."""
PANEL, BRUSHES, DRAWN = "inspect-histograms", "inspect-brushes", "inspect-drawn"
"""The key of the panel; under the others a session remembers how often one brushed, and what was
drawn last."""
WAITS, WAIT_SECONDS = 10, 0.02
"""Before other histograms: a browser draws them in 0.2 s, and the table not before it is done."""


def render(run: Run, passed: Mask, names: Sequence[str], *, w: Words) -> None:
    """Draw the histograms of the table's first columns, once their panel is open.

    Args:
        run: whose features they are.
        passed: which sentences pass the filter.
        names: of the features that the table shows.
        w: the page's words.
    """
    panel = st.expander(
        w("inspect.histograms"),
        key=PANEL,
        icon=":material/bar_chart:",
        expanded=True,
        on_change="rerun",
    )
    if not panel.open:
        return
    names = names[:MOST]
    facts = run.name, run.changed, tuple(names), w.language
    drawn = (*facts, hashlib.sha256(passed.tobytes()).digest())
    if state.remembered(DRAWN) not in (None, drawn):
        _let_the_table_be_drawn()
    made = _drawn().find_or_make(drawn, lambda: _made(run, passed, names, w=w))
    state.remember(DRAWN, drawn)
    key = f"histograms-{state.remembered(BRUSHES) or 0}"
    with panel:
        st.caption(w("inspect.histograms.about"))
        chart.draw(made[0], key=key, w=w, on_select=partial(take, key, made[1]), selects="box")


def _let_the_table_be_drawn() -> None:
    """Wait; where the visitor does something else meanwhile, Streamlit breaks off."""
    for _ in range(WAITS):
        time.sleep(WAIT_SECONDS)
        state.text("view")


def _made(run: Run, passed: Mask, names: Sequence[str], *, w: Words) -> tuple[Picture, Ends]:
    """The picture, and where its outermost bars begin."""
    values = {name: run.frame[name].to_numpy(np.float64, na_value=np.nan) for name in names}
    edges = {name: figures.bar_edges(one) for name, one in values.items()}
    ends = {name: (float(one[1]), float(one[-2])) for name, one in edges.items()}
    named = {w(f"inspect.feature.{name}"): one for name, one in values.items()}
    return figures.histogram_picture(named, passed, words=w.table), ends


@kept()
def _drawn() -> Store[tuple[Picture, Ends]]:
    """What was drawn last: another order or sentence leaves the histograms as they are."""
    return Store(lambda _: 0, most=20, most_bytes=0)


def take(key: str, ends: Ends) -> None:
    """Ask for the range that was brushed; into an outermost bar, it is open."""
    state.remember(BRUSHES, int(str(state.remembered(BRUSHES) or 0)) + 1)
    told = state.told_by(key, "selection")
    boxes = told["box"] if isinstance(told, Mapping) else []
    if boxes:
        name = list(ends)[int(boxes[0]["xref"][1:] or 1) - 1]
        low, high = min(boxes[0]["x"]), max(boxes[0]["x"])
        asked = (None if low <= ends[name][0] else low), (None if high >= ends[name][1] else high)
        state.put("filter", brushed(state.text("filter"), name, asked))

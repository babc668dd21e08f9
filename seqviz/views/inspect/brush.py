"""Histograms of features: who drags over one asks, in the filter, for what lies between."""

import hashlib
from collections.abc import Mapping, Sequence
from functools import partial

import numpy as np
import streamlit as st

from seqviz import figures
from seqviz.figures.picture import Picture
from seqviz.inspection.evidence import feature_help
from seqviz.server.kept import kept
from seqviz.server.store import Store
from seqviz.views.inspect import runs
from seqviz.views.inspect.listed import Mask, brushed
from seqviz.views.inspect.runs import Run
from seqviz.views.session import state
from seqviz.views.session.i18n import Words
from seqviz.views.shell import chart

A_ROW, MOST = 3, 6
PANEL, BRUSHES = "inspect-histograms", "inspect-brushes"


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
    with panel:
        st.caption(w("inspect.histograms.about"))
        for start in range(0, min(len(names), MOST), A_ROW):
            row = names[start : start + A_ROW]
            for column, name in zip(st.columns(A_ROW), row, strict=False):
                with column:
                    _histogram(run, passed, name, w=w)


def _histogram(run: Run, passed: Mask, name: str, *, w: Words) -> None:
    label = w(f"inspect.feature.{name}")
    facts = run.name, run.changed, name, w.language, hashlib.sha256(passed.tobytes()).digest()
    picture, ends = _drawn().find_or_make(facts, lambda: _made(run, passed, name=name, w=w))
    key = f"histogram-{name}-{state.remembered(BRUSHES) or 0}"
    st.caption(label, help=feature_help(name, runs.known(run), w.table))
    chart.draw(picture, key=key, w=w, on_select=partial(take, key, name, ends), selects="box")


def _made(run: Run, passed: Mask, *, name: str, w: Words) -> tuple[Picture, tuple[float, float]]:
    """The picture, without the name that stands above it with its help; and where bars end."""
    values = run.frame[name].to_numpy(np.float64, na_value=np.nan)
    label, edges = w(f"inspect.feature.{name}"), figures.bar_edges(values)
    picture = figures.histogram_picture(values, passed, name=label, words=w.table, titled=False)
    return picture, (float(edges[0]), float(edges[-1]))


@kept()
def _drawn() -> Store[tuple[Picture, tuple[float, float]]]:
    """What was drawn last: another order or sentence leaves the histograms as they are."""
    return Store(lambda _: 0, most=60, most_bytes=0)


def take(key: str, name: str, ends: tuple[float, float]) -> None:
    """Ask for the range that was brushed; up to the outermost bars, it is open."""
    state.remember(BRUSHES, int(str(state.remembered(BRUSHES) or 0)) + 1)
    told = state.told_by(key, "selection")
    boxes = told["box"] if isinstance(told, Mapping) else []
    low, high = (min(boxes[0]["x"]), max(boxes[0]["x"])) if boxes else ends
    asked = (None if low <= ends[0] else low), (None if high >= ends[1] else high)
    state.put("filter", brushed(state.text("filter"), name, asked))

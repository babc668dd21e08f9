"""How the sentences of a test set spread over one feature: all of them, and those that pass."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from numpy.typing import NDArray

from seqviz.figures import theme
from seqviz.figures.picture import Picture
from seqviz.figures.words import WORDS
from seqviz.words.numbers import number

BARS = 30
EDGES = (0.5, 99.5)
"""Percentiles between which the bars stand: what lies beyond is counted with the outermost."""
HEIGHT = 190
MARGIN = {"l": 44, "r": 8, "t": 36, "b": 28}
"""Pixels, for numbers of four signs: to find them out takes a third of the time of drawing."""
UNTITLED = 8
"""Pixels above, where something else has the name."""
FEW = 3
"""Sentences in a bar, at most, for which plotly would number halves, too."""


def histogram_picture(
    values: NDArray[np.floating[Any]],
    passed: NDArray[np.bool_],
    *,
    name: str,
    words: Mapping[str, str] = WORDS,
    titled: bool = True,
) -> Picture:
    """Draw the bars of all sentences, and before them those of the sentences that pass a filter.

    Args:
        values: of one feature, one a sentence, (N,); NaN: it has none.
        passed: which sentences pass, (N,).
        name: of the feature, as people read it.
        words: of the language.
        titled: whether the name stands above.
    """
    edges = bar_edges(values)
    every, some = (_counts(chosen, edges) for chosen in (values, values[passed]))
    facts = {
        "name": name,
        "sentences": int(every.sum()),
        "passed": int(some.sum()),
        "low": number(float(edges[0])),
        "high": number(float(edges[-1])),
        "median": number(float(np.nanmedian(values))) if every.sum() else number(float("nan")),
    }
    table = pd.DataFrame(
        {
            words["figure.histogram.from"]: edges[:-1],
            words["figure.histogram.to"]: edges[1:],
            words["figure.histogram.all"]: every,
            words["figure.histogram.passed"]: some,
        }
    )
    chart = _chart(edges, every, some, name=name if titled else "", words=words)
    return Picture(chart, words["figure.histogram.alt"].format_map(facts), table)


def bar_edges(values: NDArray[np.floating[Any]]) -> NDArray[np.float64]:
    """Where bars end and begin, (bars + 1,)."""
    finite = values[np.isfinite(values)]
    if not finite.size:
        return np.array([0.0, 1.0])
    low, high = (float(edge) for edge in np.percentile(finite, EDGES))
    if low == high:
        low, high = low - 0.5, high + 0.5
    return np.linspace(low, high, BARS + 1)


def _counts(
    values: NDArray[np.floating[Any]], edges: NDArray[np.float64]
) -> NDArray[np.signedinteger[Any]]:
    finite = values[np.isfinite(values)]
    return np.histogram(np.clip(finite, edges[0], edges[-1]), edges)[0]


def _chart(
    edges: NDArray[np.float64],
    every: NDArray[np.signedinteger[Any]],
    some: NDArray[np.signedinteger[Any]],
    *,
    name: str,
    words: Mapping[str, str],
) -> go.Figure:
    width = float(edges[1] - edges[0])
    looks = {
        "all": {"color": theme.LINE, "line": {"color": theme.SOFT, "width": 1}},
        "passed": {"color": theme.HOW_MUCH, "line": {"width": 0}},
    }
    bars = [
        go.Bar(
            x=(edges[:-1] + edges[1:]) / 2,
            y=counts,
            width=width * share,
            name=words[f"figure.histogram.{which}"],
            marker=looks[which],
            hovertemplate="%{x:.2f}: %{y}<extra>%{fullData.name}</extra>",
            selected={"marker": {"opacity": 1}},
            unselected={"marker": {"opacity": 1}},
        )
        for which, counts, share in (("all", every, 1.0), ("passed", some, 0.7))
    ]
    steps = {"dtick": 1} if every.max() <= FEW else {"nticks": 4}
    layout = theme.layout(theme.escape(name), height=HEIGHT) | {
        "margin": MARGIN if name else MARGIN | {"t": UNTITLED},
        "barmode": "overlay",
        "dragmode": "select",
        "selectdirection": "h",
        "showlegend": False,
        "bargap": 0,
        "xaxis": {
            "range": [float(edges[0]) - width / 2, float(edges[-1]) + width / 2],
            "automargin": False,
        },
        "yaxis": {"fixedrange": True, "rangemode": "tozero", "automargin": False, **steps},
    }
    return go.Figure(bars, layout)

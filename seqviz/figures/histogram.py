"""How the sentences of a test set spread over features: all of them, and those that pass."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
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
A_ROW = 3
"""Histograms beside each other."""
HIGH, ABOVE, BELOW = 130, 32, 28
"""Pixels of the bars, of the name above them, and of the numbers below."""
NUMBERS, BETWEEN = 36, 0.08
"""For the numbers beside the bars: pixels before the first, and the share of the width between."""
FEW = 3
"""Sentences in a bar, at most, for which plotly would number halves, too."""

UNUSED = ("zoom", "pan", "select2d", "lasso2d", "zoomin", "zoomout", "autoscale", "resetscale")
"""Of plotly's buttons: one drags to choose, and nothing else."""
HEADS = ("feature", "from", "to", "all", "passed")
"""Columns of the table."""

Values = NDArray[np.floating[Any]]


@dataclass(frozen=True, eq=False)
class _Histogram:
    """One feature: its name, where its bars begin and end, and how many sentences each holds."""

    name: str
    edges: NDArray[np.float64]
    every: NDArray[np.signedinteger[Any]]
    passed: NDArray[np.signedinteger[Any]]
    median: float

    def facts(self) -> Mapping[str, object]:
        """What its sentence says."""
        return {
            "name": self.name,
            "sentences": int(self.every.sum()),
            "passed": int(self.passed.sum()),
            "low": number(float(self.edges[0])),
            "high": number(float(self.edges[-1])),
            "median": number(self.median),
        }


def histogram_picture(
    features: Mapping[str, Values], passed: NDArray[np.bool_], *, words: Mapping[str, str] = WORDS
) -> Picture:
    """Draw the bars of all sentences, and before them those of the sentences that pass a filter.

    All features stand in one chart: a browser draws it in half the time of a chart for each.

    Args:
        features: by its name, as people read it, the values of each, one a sentence, (N,); NaN: it
            has none.
        passed: which sentences pass, (N,).
        words: of the language.
    """
    found = [_counted(name, values, passed) for name, values in features.items()]
    heads = [words[f"figure.histogram.{part}"] for part in HEADS]
    table = pd.DataFrame([row for one in found for row in _rows(one)], columns=heads)
    said = [words["figure.histogram.alt"].format_map(one.facts()) for one in found]
    return Picture(_chart(found, words), " ".join(said), table)


def bar_edges(values: Values) -> NDArray[np.float64]:
    """Where bars end and begin, (bars + 1,)."""
    finite = values[np.isfinite(values)]
    if not finite.size:
        return np.array([0.0, 1.0])
    low, high = (float(edge) for edge in np.percentile(finite, EDGES))
    if low == high:
        low, high = low - 0.5, high + 0.5
    return np.linspace(low, high, BARS + 1)


def _counted(name: str, values: Values, passed: NDArray[np.bool_]) -> _Histogram:
    edges = bar_edges(values)
    finite = values[np.isfinite(values)]
    some = values[passed & np.isfinite(values)]
    every, passing = (
        np.histogram(np.clip(one, edges[0], edges[-1]), edges)[0] for one in (finite, some)
    )
    median = float(np.median(finite)) if finite.size else float("nan")
    return _Histogram(name, edges, every, passing, median)


def _rows(one: _Histogram) -> Iterator[tuple[str, float, float, int, int]]:
    for place, (low, high) in enumerate(zip(one.edges[:-1], one.edges[1:], strict=True)):
        yield one.name, float(low), float(high), int(one.every[place]), int(one.passed[place])


def _chart(found: Sequence[_Histogram], words: Mapping[str, str]) -> go.Figure:
    rows = max(1, -(-len(found) // A_ROW))
    height = rows * (ABOVE + HIGH + BELOW)
    layout = theme.layout("", height=height, top=0) | {
        "margin": {"l": NUMBERS, "r": 4, "t": 0, "b": 0},
        "barmode": "overlay",
        "dragmode": "select",
        "modebar": {"remove": UNUSED},  # a longer one would lie over the names
        "selectdirection": "h",
        "showlegend": False,
        "bargap": 0,
        "annotations": [],
    }
    for place, one in enumerate(found):
        row, column = divmod(place, A_ROW)
        top = height - row * (ABOVE + HIGH + BELOW) - ABOVE
        left = column * (1 + BETWEEN) / A_ROW
        right = left + (1 + BETWEEN) / A_ROW - BETWEEN
        name: dict[str, Any] = {"text": theme.escape(one.name), "xref": "paper", "yref": "paper"}
        name |= {"x": left, "y": top / height, "xanchor": "left", "yanchor": "bottom"}
        layout["annotations"].append(name | {"showarrow": False, "yshift": 4})
        domains = [left, right], [(top - HIGH) / height, top / height]
        layout |= _axes(one, _number(place), domains)
    bars = [bar for place, one in enumerate(found) for bar in _bars(one, _number(place), words)]
    return go.Figure(bars, layout)


def _number(place: int) -> str:
    """Plotly's number of the axes at a place, from 0: the first have none."""
    return str(place + 1) if place else ""


def _axes(
    one: _Histogram, which: str, domains: tuple[Sequence[float], Sequence[float]]
) -> dict[str, Any]:
    """Both axes, fixed: to find out how much room numbers need takes a third of the drawing.

    Args:
        one: whose.
        which: plotly's number of them.
        domains: what they take of the chart's width, and of its height.
    """
    across, upward = domains
    width = float(one.edges[1] - one.edges[0])
    steps = {"dtick": 1} if one.every.max() <= FEW else {"nticks": 4}
    return {
        f"xaxis{which}": {
            "range": [float(one.edges[0]) - width / 2, float(one.edges[-1]) + width / 2],
            "domain": across,
            "anchor": f"y{which}",
            "nticks": 6,
            "tickangle": 0,
            "automargin": False,
        },
        f"yaxis{which}": {
            "domain": upward,
            "anchor": f"x{which}",
            "fixedrange": True,
            "rangemode": "tozero",
            "automargin": False,
            **steps,
        },
    }


def _bars(one: _Histogram, which: str, words: Mapping[str, str]) -> Iterator[go.Bar]:
    width = float(one.edges[1] - one.edges[0])
    looks = {
        "all": {"color": theme.LINE, "line": {"color": theme.SOFT, "width": 1}},
        "passed": {"color": theme.HOW_MUCH, "line": {"width": 0}},
    }
    told = theme.named("%{x:.2f}", "%{y}", words)
    for code, counts, share in (("all", one.every, 1.0), ("passed", one.passed, 0.7)):
        yield go.Bar(
            x=(one.edges[:-1] + one.edges[1:]) / 2,
            y=counts,
            width=width * share,
            xaxis=f"x{which}",
            yaxis=f"y{which}",
            name=words[f"figure.histogram.{code}"],
            marker=looks[code],
            hovertemplate=f"{told}<extra>%{{fullData.name}}</extra>",
            selected={"marker": {"opacity": 1}},
            unselected={"marker": {"opacity": 1}},
        )

"""The small picture of a system without attention, and the numbers of several.

Made for cards some 400 pixels wide; labels are left out where they would not be read.
"""

from collections.abc import Mapping, Sequence
from itertools import chain, zip_longest
from math import ceil
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from seqviz.analysis.systems import HIGHER_IS_BETTER, SystemRow, best_systems
from seqviz.analysis.words import piece_label, word_groups, word_labels
from seqviz.figures import theme
from seqviz.figures.picture import Picture
from seqviz.figures.words import WORDS
from seqviz.trace import Trace
from seqviz.words.numbers import number

Words = Mapping[str, str]

CELL_HEIGHT, LEAST_HEIGHT, MOST_HEIGHT = 18, 150, 420
MOST_LABELS = 20
LABEL = 9
"""Most characters of a label."""
LABEL_HEIGHT = 24
LEFT, RIGHT = 0.44, 0.56
"""Sides of the vector, as shares of the picture's width."""
BEST = "★"


def one_vector_picture(trace: Trace, *, words_level: bool = False, words: Words = WORDS) -> Picture:
    """How a system without attention reads: all tokens into one vector, all tokens from it.

    A drawing, no measurement: every line is the same. The table has the tokens on both sides, or
    the words, one a row.
    """
    source, target = _vector_tokens(trace, words_level=words_level)
    backwards = ".reversed" if trace.model.reverses_source else ""
    count = {"source": len(trace.source.pieces), "target": len(trace.target_pieces())}
    rows = zip_longest(source, target, fillvalue="")
    table = pd.DataFrame(
        [(place, *tokens) for place, tokens in enumerate(rows, 1)],
        columns=["#", words["figure.source"], words["figure.target"]],
    )
    return Picture(
        _vector_drawing(source, target, words),
        words[f"figure.systems.vector.alt{backwards}"].format_map(count),
        table,
    )


def _vector_drawing(source: Sequence[str], target: Sequence[str], words: Words) -> go.Figure:
    left, right = (
        _axis(tokens) | {"automargin": True, "fixedrange": True} for tokens in (source, target)
    )
    vector = {"xref": "x", "x0": LEFT, "x1": RIGHT, "yref": "paper", "y0": 0.36, "y1": 0.64}
    above = {"x": 0.5, "xref": "x", "y": 0.68, "yref": "paper", "yanchor": "bottom"}
    name = f"<b>{theme.escape(words['figure.systems.vector'])}</b>"
    layout = _layout(max(len(source), len(target))) | {
        "showlegend": False,
        "shapes": [{"type": "rect", "fillcolor": theme.BLIND, "line": {"width": 0}} | vector],
        "annotations": [{"text": name, "showarrow": False} | above],
        "xaxis": {"visible": False, "range": [0, 1], "fixedrange": True},
        "yaxis": left | {"range": left["range"][::-1]},
        "yaxis2": right | {"range": right["range"][::-1], "side": "right", "overlaying": "y"},
    }
    fans = [
        _fan(len(source), outer=0, inner=LEFT, axis="y"),
        _fan(len(target), outer=1, inner=RIGHT, axis="y2"),
    ]
    return go.Figure(fans, layout)


def _fan(count: int, *, outer: float, inner: float, axis: str) -> go.Scatter:
    """Lines from the tokens of one side to the middle of the vector's."""
    middle = (count - 1) / 2
    return go.Scatter(
        x=[outer, inner, None] * count,
        y=list(chain.from_iterable((place, middle, None) for place in range(count))),
        yaxis=axis,
        mode="lines",
        line={"color": theme.SOFT, "width": 1},
        hoverinfo="skip",
    )


def systems_table(
    rows: Sequence[SystemRow], names: Sequence[str], *, words: Words = WORDS
) -> pd.DataFrame:
    """All numbers of all systems as texts, a star before the best of each column.

    Columns that nobody measured are left out.

    Args:
        rows: one a system.
        names: how each is called; they are shown as they are.
        words: the table's words.
    """
    best = best_systems(rows)
    columns: dict[str, list[str]] = {words["figure.systems.system"]: list(names)}
    for field, form in _FORMATS.items():
        if any(getattr(row, field) is not None for row in rows):
            columns[words[f"figure.systems.{field}"]] = [
                _cell(row, field, form, best=row.system in best.get(field, ())) for row in rows
            ]
    return pd.DataFrame(columns)


_FORMATS: Mapping[str, str] = {
    "score": ".3f",
    "log_prob": ".2f",
    "tokens": "d",
    "milliseconds": ".0f",
    "parameters": ",d",
    "reference_log_prob": ".2f",
    "reference_per_token": ".3f",
    "chrf": ".1f",
    "bleu": ".1f",
    "exact_match": ".2f",
}


def _cell(row: SystemRow, field: str, form: str, *, best: bool) -> str:
    value = getattr(row, field)
    if value is None:
        return "–"
    shown = number(value, form)
    return f"{BEST}\u00a0{shown}" if best and field in HIGHER_IS_BETTER else shown


def _vector_tokens(trace: Trace, *, words_level: bool) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Labels of the source and of the output."""
    source, target = trace.source.pieces, trace.target_pieces()
    if words_level:
        return word_labels(source, word_groups(source)), word_labels(target, word_groups(target))
    return tuple(map(piece_label, source)), tuple(map(piece_label, target))


def _layout(rows: int) -> dict[str, Any]:
    height = min(MOST_HEIGHT, max(LEAST_HEIGHT, rows * CELL_HEIGHT)) + LABEL_HEIGHT
    margin = {"l": 4, "r": 28, "t": LABEL_HEIGHT, "b": 4}
    return theme.layout("", height=height) | {"title": None, "margin": margin}


def _axis(labels: Sequence[str]) -> dict[str, Any]:
    every = ceil(len(labels) / MOST_LABELS)
    return theme.token_axis(labels, limit=LABEL, every=every)

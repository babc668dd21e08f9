"""Attention as one matrix: its heatmap for notebooks, its table and its sentence."""

from collections.abc import Mapping, Sequence
from math import ceil, radians, sin
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from seqviz.analysis.attention import AttentionView, Kind, attention_matrix
from seqviz.colours import on_ramp
from seqviz.figures import theme
from seqviz.figures.words import WORDS
from seqviz.trace import Trace
from seqviz.words.numbers import number

Words = Mapping[str, str]

CELL_HEIGHT, LEAST_HEIGHT, MOST_HEIGHT = 30, 200, 1500
TITLE_HEIGHT = 56
MOST_LABELS = 50
"""Above the columns, and MOST_ROWS beside the rows."""
MOST_ROWS = 100
MOST_NUMBERED = 20
"""Up to so many columns have their weights written into the cells."""
LEAST_NUMBERED = 0.05
LONG_LABEL, SHORT_LABEL = 18, 10
FEW, CROWDED = 9, 26
"""Up to FEW columns labels are slanted a little, from CROWDED on they stand upright."""


def attention_heatmap(  # noqa: PLR0913 - for notebooks: one call, every choice by its name
    trace: Trace,
    *,
    kind: Kind = "cross",
    layer: int | None = None,
    head: int | None = None,
    words_level: bool = False,
    raw: bool = False,
    step: int | None = None,
    words: Words = WORDS,
) -> go.Figure:
    """Draw where the best hypothesis looked: rows are queries, columns are keys.

    Args:
        trace: the decoding.
        kind: "cross", "encoder" or "decoder".
        layer: counted from 0; None is the best aligned one (self-attention: the last one).
        head: counted from 0; None is the mean over the heads.
        words_level: words instead of pieces.
        raw: recurrent models' scores before the softmax.
        step: the step whose row is outlined.
        words: the figure's words.

    Raises:
        ValueError: the trace has no such attention.
    """
    view = attention_matrix(trace, kind, layer=layer, head=head, words_level=words_level, raw=raw)
    numbers = theme.TEXT if len(view.column_labels) <= MOST_NUMBERED else None
    return heatmap(view, trace, step=step, numbers=numbers, words=words)


def heatmap(
    view: AttentionView,
    trace: Trace,
    *,
    step: int | None = None,
    numbers: float | None,
    words: Words,
) -> go.Figure:
    """One matrix; ``numbers`` is the size of those in the cells, None: there are none."""
    rows, columns = view.weights.shape
    low, high = colour_range(view)
    value = words["figure.raw_score" if view.raw else "figure.weight"]
    link = words["figure.attention.cell"].format_map({"row": "%{y}", "column": "%{x}"})
    told = theme.named(value, "%{z:.3f}", words)
    cells = go.Heatmap(
        z=np.round(view.weights, 4),
        zmin=low,
        zmax=high,
        colorscale=theme.SCALE,
        hovertemplate=f"<b>{link}</b><br>{told}<extra></extra>",
        xgap=1 if columns < CROWDED else 0,
        ygap=1 if rows < CROWDED else 0,
        colorbar={"title": {"text": value, "side": "right"}, "thickness": 12, "outlinewidth": 0},
    )
    above = _labels_height(view.column_labels)
    title = words[f"figure.kind.{view.kind}"]
    layout = theme.layout(
        title,
        height=_height(rows) + above,
        subtitle=" · ".join([*layer_and_head(view, words), trace.model.name]),
        top=TITLE_HEIGHT + above,
    )
    if step is not None and step < len(view.row_of_step):
        layout["shapes"] = [_outline(int(view.row_of_step[step]), columns)]
    named = [] if numbers is None or view.raw else [_numbers(view, high, size=numbers)]
    return go.Figure([cells, *named], layout | _axes(view, words))


def _numbers(view: AttentionView, high: float, *, size: float) -> go.Scatter:
    """The weights in the cells, but for the small ones, in letters that are read on each."""
    rows, columns = np.nonzero(view.weights >= LEAST_NUMBERED)
    weights = view.weights[rows, columns]
    return go.Scatter(
        x=columns,
        y=rows,
        mode="text",
        text=[number(weight).removeprefix("0") for weight in weights],
        textfont={
            "size": theme.TEXT,
            "color": [on_ramp(weight / high).light for weight in weights],
        },
        hoverinfo="skip",
    )


def colour_range(view: AttentionView) -> tuple[float, float]:
    """Ends of the colour scale: of the whole matrix, so that it stays put from step to step."""
    if view.raw:
        return float(view.weights.min()), float(view.weights.max())
    return 0.0, max(0.1, min(1.0, ceil(float(view.weights.max()) * 10 - 1e-6) / 10))


def attention_title(view: AttentionView, *, words: Words = WORDS) -> str:
    """Name the matrix: what kind, which layer and head."""
    return ", ".join([words[f"figure.kind.{view.kind}"], *layer_and_head(view, words)])


def attention_table(view: AttentionView, words: Words) -> pd.DataFrame:
    """The matrix as a table: a row a query, a numbered column a key."""
    row_name, column_name = axis_names(view, words=words)
    numbered = [f"{place}. {label}" for place, label in enumerate(view.column_labels, 1)]
    table = pd.DataFrame(np.round(view.weights, 4), columns=numbered)
    table.insert(0, f"{row_name} ↓ {column_name} →", view.row_labels)
    table.insert(0, "#", np.arange(1, len(table) + 1))
    return table


def attention_sentence(view: AttentionView, words: Words) -> str:
    """Say in a sentence what the heatmap shows: every row's strongest column."""
    best = view.weights.argmax(1)
    links = [
        words["figure.attention.link"].format_map(
            {
                "row": label,
                "column": view.column_labels[column],
                "value": number(view.weights[row, column]),
            }
        )
        for row, (label, column) in enumerate(zip(view.row_labels, best, strict=True))
    ]
    facts = {
        "title": attention_title(view, words=words),
        "rows": len(view.row_labels),
        "columns": len(view.column_labels),
        "strongest": "; ".join(links),
    }
    return words["figure.attention.alt"].format_map(facts)


def layer_and_head(view: AttentionView, words: Words) -> list[str]:
    """Name the layer and the head, where there are several."""
    parts = []
    if view.layers > 1:
        chosen = (".best" if view.kind == "cross" else ".last") if view.automatic else ""
        parts.append(words[f"figure.layer{chosen}"].format_map({"layer": view.layer + 1}))
    if view.heads > 1:
        parts.append(
            words["figure.head.mean"].format_map({"heads": view.heads})
            if view.head is None
            else words["figure.head_number"].format_map({"head": view.head + 1})
        )
    return parts


def axis_names(view: AttentionView, *, words: Words = WORDS) -> tuple[str, str]:
    """What the rows and what the columns are."""
    rows = "figure.source" if view.kind == "encoder" else "figure.target"
    columns = "figure.fed" if view.kind == "decoder" else "figure.source"
    return words[rows], words[columns]


def _height(rows: int) -> int:
    return min(MOST_HEIGHT, max(LEAST_HEIGHT, TITLE_HEIGHT + rows * CELL_HEIGHT))


def _labels_height(labels: Sequence[str]) -> int:
    """Pixels above the matrix that the column labels and the axis' name need."""
    limit, angle = _label_limit(len(labels)), _slant(len(labels))
    longest = max(theme.label_width(theme.shorten(label, limit)) for label in labels)
    return 34 + int(longest * abs(sin(radians(angle))))


def _axes(view: AttentionView, words: Words) -> dict[str, Any]:
    row_name, column_name = axis_names(view, words=words)
    rows, columns = view.weights.shape
    every = ceil(columns / MOST_LABELS)
    across = theme.token_axis(view.column_labels, limit=_label_limit(columns), every=every)
    down = theme.token_axis(view.row_labels, limit=LONG_LABEL, every=ceil(rows / MOST_ROWS))
    return {
        "xaxis": across
        | {"title": {"text": column_name, "standoff": 6}, "side": "top"}
        | {"tickangle": _slant(columns)},
        "yaxis": down
        | {"title": {"text": row_name, "standoff": 6}, "automargin": True}
        | {"range": down["range"][::-1]},
    }


def _label_limit(columns: int) -> int:
    return SHORT_LABEL if columns >= CROWDED else LONG_LABEL


def _slant(columns: int) -> int:
    """Degrees of the labels above the columns: the steeper the more there are."""
    return -40 if columns <= FEW else -65 if columns < CROWDED else -90


def _outline(row: int, columns: int) -> dict[str, Any]:
    """A frame around a row."""
    corners = {"x0": -0.5, "x1": columns - 0.5, "y0": row - 0.5, "y1": row + 0.5}
    return {"type": "rect", "line": {"color": theme.SELECTED, "width": 3}} | corners

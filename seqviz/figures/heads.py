"""All heads of a layer as one picture of small multiples, made for 48 heads of 100 × 100."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil, sqrt
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from numpy.typing import NDArray
from plotly.colors import get_colorscale

from seqviz.analysis.attention import (
    Array,
    Kind,
    attention_entropy,
    attention_stack,
    axis_labels,
    default_layer,
)
from seqviz.figures import theme
from seqviz.figures.words import WORDS
from seqviz.trace import Trace

Words = Mapping[str, str]

GRID_WIDTH = 620
"""Pixels that the picture is expected to be wide; it stretches."""
LEAST_TILE, MOST_TILE = 56, 240
TITLE_HEIGHT, TARGET = 26, 40
MOST_NAMES = 5
"""With more columns than this a tile's title is a number only."""
LEVELS = 255
"""Shades of a cell; 0 is the ground between the tiles."""


def head_grid(
    trace: Trace,
    *,
    kind: Kind = "cross",
    layer: int | None = None,
    shown: int | None = None,
    words: Words = WORDS,
) -> go.Figure:
    """Draw all heads of a layer, on one colour scale.

    On every tile lies an invisible point that answers to a click; its ``customdata`` is the head,
    counted from 0. A click anywhere goes to the nearest one. The head ``shown`` elsewhere, if any,
    is framed.

    Raises:
        ValueError: the trace has no such attention.
    """
    heads, title = _heads(trace, kind, layer=layer, words=words)
    grid = _Grid.of(heads)
    height = grid.rows * (grid.tile_height + TITLE_HEIGHT) + 56
    figure = go.Figure(layout=theme.layout(theme.escape(title), height=height))
    figure.add_heatmap(
        z=_tiles(heads, grid),
        x=grid.edges(grid.columns, heads.shape[2], grid.gap[1]),
        y=grid.edges(grid.rows, heads.shape[1], grid.gap[0]),
        zmin=0,
        zmax=LEVELS,
        colorscale=_scale_with_ground(),
        showscale=False,
        hoverinfo="skip",
    )
    figure.add_trace(_targets(heads, grid, words))
    figure.update_layout(
        hovermode="closest", hoverdistance=-1, annotations=_titles(heads, grid, words)
    )
    if shown is not None:
        _frame(figure, heads, grid, head=shown)
    axis: dict[str, Any] = {"visible": False, "fixedrange": True}
    bottom = grid.rows * (heads.shape[1] + grid.gap[0]) - grid.gap[0]
    right = grid.columns * (heads.shape[2] + grid.gap[1]) - grid.gap[1]
    figure.update_yaxes(axis | {"range": [bottom, -grid.gap[0]]})
    figure.update_xaxes(axis | {"range": [0, right]})
    return figure


def head_grid_table(
    trace: Trace, *, kind: Kind = "cross", layer: int | None = None, words: Words = WORDS
) -> pd.DataFrame:
    """Every head's mean entropy, and the key that it attends to most."""
    heads, _ = _heads(trace, kind, layer=layer, words=words)
    _, labels = axis_labels(trace, kind)
    return pd.DataFrame(
        {
            words["figure.head"]: np.arange(1, len(heads) + 1),
            words["figure.entropy"]: np.round(attention_entropy(heads).mean(1), 3),
            words["figure.mostly"]: [labels[column] for column in heads.sum(1).argmax(1)],
        }
    )


def head_grid_alt(
    trace: Trace, *, kind: Kind = "cross", layer: int | None = None, words: Words = WORDS
) -> str:
    """Say in a sentence which heads are the most focused and the most spread."""
    heads, title = _heads(trace, kind, layer=layer, words=words)
    entropy = attention_entropy(heads).mean(1)
    facts = {
        "title": title,
        "sharpest": int(entropy.argmin()) + 1,
        "low": f"{entropy.min():.2f}",
        "widest": int(entropy.argmax()) + 1,
        "high": f"{entropy.max():.2f}",
    }
    return words["figure.heads.alt"].format_map(facts)


@dataclass(frozen=True, kw_only=True)
class _Grid:
    """How the tiles are laid out, in cells of a head's matrix and in pixels."""

    rows: int
    columns: int
    tile_height: int
    """Pixels."""
    gap: tuple[float, float]
    """Cells between two tiles, downwards and sideways."""

    @classmethod
    def of(cls, heads: Array) -> "_Grid":
        count, queries, keys = heads.shape
        columns = _grid_columns(count)
        width = GRID_WIDTH / columns
        tile_height = int(min(MOST_TILE, max(LEAST_TILE, width * queries / keys)))
        return cls(
            rows=ceil(count / columns),
            columns=columns,
            tile_height=tile_height,
            gap=(queries * TITLE_HEIGHT / tile_height, keys * 10 / width),
        )

    def corners(self, heads: Array) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Left edge and upper edge of every head's tile, in cells."""
        rows, columns = np.divmod(np.arange(len(heads)), self.columns)
        return columns * (heads.shape[2] + self.gap[1]), rows * (heads.shape[1] + self.gap[0])

    def edges(self, tiles: int, cells: int, gap: float) -> NDArray[np.float32]:
        """Where cells begin and end along one side; the gaps are cells of their own."""
        starts = np.arange(tiles)[:, None] * (cells + gap)
        return (starts + np.arange(cells + 1)).ravel().astype(np.float32)


def _grid_columns(count: int) -> int:
    """The first number from √count on that leaves no hole, if there is one up to twice that."""
    side = ceil(sqrt(count))
    return next((n for n in range(side, 2 * side) if count % n == 0), side)


def _heads(trace: Trace, kind: Kind, *, layer: int | None, words: Words) -> tuple[Array, str]:
    """The layer's heads, (H, T, S), and the title."""
    chosen = default_layer(trace, kind) if layer is None else layer
    heads = attention_stack(trace, kind)[chosen]
    facts = {
        "kind": words[f"figure.kind.{kind}"],
        "heads": len(heads),
        "layer": chosen + 1,
    }
    return heads, words["figure.heads.title"].format_map(facts)


def _tiles(heads: Array, grid: _Grid) -> NDArray[np.uint8]:
    """Every head's matrix in its place, as shades."""
    count, queries, keys = heads.shape
    shades = (1 + (LEVELS - 1) * (heads / max(float(heads.max()), 1e-9))).astype(np.uint8)
    canvas = np.zeros((grid.rows, queries + 1, grid.columns, keys + 1), np.uint8)
    for head in range(count):
        row, column = divmod(head, grid.columns)
        canvas[row, :queries, column, :keys] = shades[head]
    return canvas.reshape(grid.rows * (queries + 1), -1)[:-1, :-1]


def _targets(heads: Array, grid: _Grid, words: Words) -> go.Scatter:
    """One invisible square over every tile."""
    count, queries, keys = heads.shape
    lefts, tops = grid.corners(heads)
    entropy = attention_entropy(heads).mean(1)
    hover = words["figure.heads.hover"]
    return go.Scatter(
        x=lefts + keys / 2,
        y=tops + queries / 2,
        mode="markers",
        marker={"symbol": "square", "size": TARGET, "color": theme.CLEAR},
        customdata=np.arange(count),
        hovertext=[
            theme.escape(hover.format_map({"head": n + 1, "entropy": f"{entropy[n]:.2f}"}))
            for n in range(count)
        ],
        hoverinfo="text",
        selected={"marker": {"opacity": 1}},
        unselected={"marker": {"opacity": 1}},
    )


def _titles(heads: Array, grid: _Grid, words: Words) -> list[go.layout.Annotation]:
    """Every head's name above its tile; only its number where tiles are narrow."""
    lefts, tops = grid.corners(heads)
    name = words["figure.heads.tile"] if grid.columns <= MOST_NAMES else "{head}"
    return [
        go.layout.Annotation(
            x=lefts[head] + heads.shape[2] / 2,
            y=tops[head],
            text=theme.escape(name.format_map({"head": head + 1})),
            yanchor="bottom",
            showarrow=False,
        )
        for head in range(len(heads))
    ]


def _frame(figure: go.Figure, heads: Array, grid: _Grid, *, head: int) -> None:
    """Mark one tile by a frame and its title by a triangle."""
    lefts, tops = grid.corners(heads)
    right, bottom = lefts[head] + heads.shape[2], tops[head] + heads.shape[1]
    corners = {"x0": lefts[head], "x1": right, "y0": tops[head], "y1": bottom}
    figure.add_shape(type="rect", **corners, line={"color": theme.VERMILION, "width": 4})
    title = figure.layout.annotations[head]
    title.update(text=f"▶ <b>{title.text}</b>")


def _scale_with_ground() -> list[list[float | str]]:
    """The sequential scale on shades 1 to 255, and nothing on shade 0."""
    first = 0.5 / LEVELS
    scale = get_colorscale(theme.SEQUENTIAL)
    ground: list[list[float | str]] = [[0, theme.CLEAR], [first, theme.CLEAR]]
    return ground + [[first + (1 - first) * place, colour] for place, colour in scale]

"""All heads of a layer as one picture of small multiples, made for 48 heads of 100 × 100."""

from collections.abc import Mapping, Sequence
from math import ceil, sqrt

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from seqviz.analysis.attention import (
    Array,
    Kind,
    attention_entropy,
    attention_stack,
    axis_labels,
    default_layer,
)
from seqviz.figures import theme
from seqviz.figures.picture import Picture
from seqviz.figures.tiles import Tiles, tiles_figure
from seqviz.figures.words import WORDS
from seqviz.trace import Trace
from seqviz.words.numbers import number

Words = Mapping[str, str]

GRID_WIDTH = 620
"""Pixels that the picture is expected to be wide; it stretches."""
LEAST_TILE, MOST_TILE = 56, 240
TITLE_HEIGHT, GAP = 26, 10
MOST_NAMES = 5
"""With more columns than this a tile's title is a number only."""


def heads_picture(
    trace: Trace,
    *,
    kind: Kind = "cross",
    layer: int | None = None,
    shown: int | None = None,
    words: Words = WORDS,
) -> Picture:
    """All heads of a layer on one colour scale; the table has every head's mean entropy.

    On every tile lies an invisible point that answers to a click; its ``customdata`` is the head,
    counted from 0. A click anywhere goes to the nearest one. The head ``shown`` elsewhere, if any,
    is framed.

    Raises:
        ValueError: the trace has no such attention.
    """
    chosen = default_layer(trace, kind) if layer is None else layer
    heads = attention_stack(trace, kind)[chosen]  # (H, T, S)
    entropies = attention_entropy(heads).mean(1)  # (H,)
    named = {"kind": words[f"figure.kind.{kind}"], "heads": len(heads), "layer": chosen + 1}
    title = words["figure.heads.title"].format_map(named)
    facts = {
        "title": title,
        "sharpest": int(entropies.argmin()) + 1,
        "low": number(entropies.min()),
        "widest": int(entropies.argmax()) + 1,
        "high": number(entropies.max()),
    }
    _, keys = axis_labels(trace, kind)
    table = {
        words["figure.head"]: np.arange(1, len(heads) + 1),
        words["figure.entropy"]: np.round(entropies, 3),
        words["figure.mostly"]: [keys[column] for column in heads.sum(1).argmax(1)],
    }
    return Picture(
        _grid(heads, _hover(entropies, words), title=title, shown=shown, words=words),
        words["figure.heads.alt"].format_map(facts),
        pd.DataFrame(table),
    )


def _grid(
    heads: Array, hover: Sequence[str], *, title: str, shown: int | None, words: Words
) -> go.Figure:
    count, queries, keys = heads.shape
    columns = _grid_columns(count)
    width = GRID_WIDTH / columns
    tile_height = int(min(MOST_TILE, max(LEAST_TILE, width * queries / keys)))
    tiles = Tiles.of(heads, columns=columns, tile=(tile_height, width), gap=(TITLE_HEIGHT, GAP))
    figure = tiles_figure(
        tiles,
        hover,
        title=title,
        height=tiles.rows * (tile_height + TITLE_HEIGHT) + 56,
        margin=(tiles.gap[0], 0),
    )
    figure.layout.annotations = _titles(tiles, words)
    if shown is not None:
        _mark(figure, tiles, head=shown)
    return figure


def _grid_columns(count: int) -> int:
    """The first number from √count on that leaves no hole, if there is one up to twice that."""
    side = ceil(sqrt(count))
    return next((n for n in range(side, 2 * side) if count % n == 0), side)


def _hover(entropies: Array, words: Words) -> list[str]:
    """What is said over every tile."""
    return [
        words["figure.heads.hover"].format_map({"head": head, "entropy": number(entropy)})
        for head, entropy in enumerate(entropies, 1)
    ]


def _titles(tiles: Tiles, words: Words) -> list[go.layout.Annotation]:
    """Every head's name above its tile; only its number where tiles are narrow."""
    name = words["figure.heads.tile"] if tiles.columns <= MOST_NAMES else "{head}"
    return [
        go.layout.Annotation(
            x=left + tiles.matrices.shape[2] / 2,
            y=top,
            text=theme.escape(name.format_map({"head": head})),
            yanchor="bottom",
            showarrow=False,
        )
        for head, (left, top) in enumerate(zip(*tiles.corners(), strict=True), 1)
    ]


def _mark(figure: go.Figure, tiles: Tiles, *, head: int) -> None:
    """Mark one tile by a frame and its title by a triangle."""
    figure.layout.shapes = [tiles.frame(head, head)]
    title = figure.layout.annotations[head]
    title.update(text=f"▶ <b>{title.text}</b>")

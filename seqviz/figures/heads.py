"""All heads of a layer as one picture of small multiples, made for 48 heads of 100 × 100."""

from collections.abc import Mapping
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
from seqviz.figures.tiles import Tiles, tiles_figure
from seqviz.figures.words import WORDS
from seqviz.trace import Trace

Words = Mapping[str, str]

GRID_WIDTH = 620
"""Pixels that the picture is expected to be wide; it stretches."""
LEAST_TILE, MOST_TILE = 56, 240
TITLE_HEIGHT, GAP = 26, 10
MOST_NAMES = 5
"""With more columns than this a tile's title is a number only."""


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
    count, queries, keys = heads.shape
    columns = _grid_columns(count)
    width = GRID_WIDTH / columns
    tile_height = int(min(MOST_TILE, max(LEAST_TILE, width * queries / keys)))
    tiles = Tiles.of(heads, columns=columns, tile=(tile_height, width), gap=(TITLE_HEIGHT, GAP))
    figure = tiles_figure(
        tiles,
        _hover(heads, words),
        title=title,
        height=tiles.rows * (tile_height + TITLE_HEIGHT) + 56,
        margin=(tiles.gap[0], 0),
    )
    figure.update_layout(annotations=_titles(tiles, words))
    if shown is not None:
        _mark(figure, tiles, head=shown)
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


def _hover(heads: Array, words: Words) -> list[str]:
    """What is said over every tile."""
    return [
        words["figure.heads.hover"].format_map({"head": head, "entropy": f"{entropy:.2f}"})
        for head, entropy in enumerate(attention_entropy(heads).mean(1), 1)
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
    figure.add_shape(tiles.frame(head, head))
    title = figure.layout.annotations[head]
    title.update(text=f"▶ <b>{title.text}</b>")

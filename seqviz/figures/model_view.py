"""All heads of all layers as one picture: a row a layer, a column a head."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from seqviz.analysis.attention import Array, Kind, attention_entropy, attention_stack, axis_labels
from seqviz.figures import theme
from seqviz.figures.picture import Picture
from seqviz.figures.tiles import Tiles, tiles_figure
from seqviz.figures.words import WORDS
from seqviz.trace import Trace
from seqviz.words.numbers import number

Words = Mapping[str, str]

WIDTH = 900
"""Pixels that the picture is expected to be wide; it stretches."""
NAME_WIDTH, HEAD_HEIGHT, TITLE_HEIGHT = 70, 26, 38
GAP, MARGIN = 8, 8
LEAST_TILE, MOST_TILE, MOST_WIDTH = 24, 84, 220
MOST_TILES_HEIGHT = 520
"""Pixels of all layers together, unless their tiles would be lower than LEAST_TILE."""


def model_view(
    trace: Trace,
    *,
    kind: Kind = "cross",
    layer: int | None = None,
    head: int | None = None,
    words: Words = WORDS,
) -> go.Figure:
    """Draw all heads of all layers, for notebooks; see ``model_view_picture``."""
    return model_view_picture(trace, kind=kind, layer=layer, head=head, words=words).chart


def model_view_picture(
    trace: Trace,
    *,
    kind: Kind = "cross",
    layer: int | None = None,
    head: int | None = None,
    words: Words = WORDS,
) -> Picture:
    """All heads of all layers, on one colour scale; the table has every head's mean entropy.

    On every tile lies an invisible point that says under the pointer which head it is.

    Args:
        trace: the decoding.
        kind: "cross", "encoder" or "decoder".
        layer: the one that is framed, counted from 0; None: none is.
        head: the only one of that layer that is framed, counted from 0; None: all are.
        words: the figure's words.

    Raises:
        ValueError: the trace has no such attention.
    """
    stack = attention_stack(trace, kind)  # (L, H, T, S)
    layers, heads, *_ = stack.shape
    entropies = attention_entropy(stack).mean(2)  # (L, H)
    facts = {"kind": words[f"figure.kind.{kind}"], "layers": layers, "heads": heads}
    title = words["figure.model_view.title"].format_map(facts)
    chart, tiles = _grid(stack, _hover(entropies, words), title=title, words=words)
    if layer is not None:
        first, last = (0, heads - 1) if head is None else (head, head)
        frame = tiles.frame(layer * heads + first, layer * heads + last)
        chart.layout.shapes = [frame]
    _, keys = axis_labels(trace, kind)
    places = np.indices(entropies.shape).reshape(2, -1) + 1
    table = {
        words["figure.model_view.layer_number"]: places[0],
        words["figure.head"]: places[1],
        words["figure.entropy"]: np.round(entropies.ravel(), 3),
        words["figure.mostly"]: [keys[column] for column in stack.sum(2).argmax(2).ravel()],
    }
    return Picture(chart, _sentence(title, entropies, words), pd.DataFrame(table))


def _grid(
    stack: Array, hover: Sequence[str], *, title: str, words: Words
) -> tuple[go.Figure, Tiles]:
    layers, heads, queries, keys = stack.shape
    width = min(MOST_WIDTH, (WIDTH - NAME_WIDTH) / heads - GAP)
    height = max(LEAST_TILE, min(MOST_TILE, MOST_TILES_HEIGHT / layers, width * queries / keys))
    tiles = Tiles.of(
        stack.reshape(-1, queries, keys), columns=heads, tile=(height, width), gap=(GAP, GAP)
    )
    names = (HEAD_HEIGHT / GAP * tiles.gap[0], NAME_WIDTH / GAP * tiles.gap[1])
    figure = tiles_figure(
        tiles,
        hover,
        title=title,
        height=int(TITLE_HEIGHT + MARGIN + HEAD_HEIGHT + layers * (height + GAP)),
        margin=names,
    )
    share = (NAME_WIDTH + heads * (width + GAP)) / WIDTH
    figure.layout.annotations = _names(tiles, words)
    figure.layout.margin.t = TITLE_HEIGHT
    figure.layout.xaxis.domain = [0, min(1.0, share)]
    return figure, tiles


def _sentence(title: str, entropies: Array, words: Words) -> str:
    """Say which heads of the model are the most focused and the most spread."""
    sharpest, widest = (
        divmod(int(place), entropies.shape[1]) for place in (entropies.argmin(), entropies.argmax())
    )
    facts = {
        "title": title,
        "sharpest_layer": sharpest[0] + 1,
        "sharpest": sharpest[1] + 1,
        "low": number(entropies.min()),
        "widest_layer": widest[0] + 1,
        "widest": widest[1] + 1,
        "high": number(entropies.max()),
    }
    return words["figure.model_view.alt"].format_map(facts)


def _hover(entropies: Array, words: Words) -> list[str]:
    """What is said over every tile."""
    return [
        words["figure.model_view.hover"].format_map(
            {"layer": layer + 1, "head": head + 1, "entropy": number(float(entropy))}
        )
        for (layer, head), entropy in np.ndenumerate(entropies)
    ]


def _names(tiles: Tiles, words: Words) -> list[go.layout.Annotation]:
    """The layers' names to the left, the heads' numbers above, and what these are."""
    lefts, tops = tiles.corners()
    _, height, width = tiles.matrices.shape
    layers = [
        _name(
            words["figure.model_view.layer"].format_map({"layer": row + 1}),
            x=-tiles.gap[1],
            y=tops[row * tiles.columns] + height / 2,
            anchors=("right", "middle"),
        )
        for row in range(tiles.rows)
    ]
    heads = [
        _name(str(column + 1), x=lefts[column] + width / 2, y=0, anchors=("center", "bottom"))
        for column in range(tiles.columns)
    ]
    corner = _name(words["figure.head"], x=-tiles.gap[1], y=0, anchors=("right", "bottom"))
    return [*layers, corner, *heads]


def _name(text: str, *, x: float, y: float, anchors: tuple[str, str]) -> go.layout.Annotation:
    return go.layout.Annotation(
        x=x,
        y=y,
        text=theme.escape(text),
        xanchor=anchors[0],
        yanchor=anchors[1],
        showarrow=False,
    )

"""What every head does over a test set: two of its measures, a point a head."""

from collections.abc import Iterator, Mapping
from itertools import product
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from seqviz.analysis.heads import HeadStudy
from seqviz.figures import theme
from seqviz.figures.picture import Picture
from seqviz.figures.words import WORDS
from seqviz.words.numbers import number

Words = Mapping[str, str]

HEIGHT = 460
MOST_NAMED = 48
"""Heads; of more, the names would hide each other."""
DIGITS = 3
SYMBOLS = ("circle", "square", "diamond", "cross", "x", "triangle-up")


def heads_picture(study: HeadStudy, *, across: str, up: str, words: Words = WORDS) -> Picture:
    """A point a head, named by layer and head from 1; layers differ by colour and symbol.

    The table has every measure, and the sentences in which the head is most and least typical.

    Args:
        study: of a test set.
        across: the measure along the page, one of ``study.values()``.
        up: the measure up the page.
        words: the words on it.
    """
    return Picture(
        _chart(study, across, up, words=words),
        _sentence(study, (across, up), words),
        _table(study, words),
    )


def _chart(study: HeadStudy, across: str, up: str, *, words: Words) -> go.Figure:
    values, (layers, heads) = study.values(), study.shape
    named = layers * heads <= MOST_NAMED
    points = [
        go.Scatter(
            x=values[across][layer].round(4),
            y=values[up][layer].round(4),
            mode="markers+text" if named else "markers",
            text=[f"{layer + 1}.{head + 1}" for head in range(heads)] if named else None,
            textposition="top center",
            textfont={"size": theme.TEXT, "color": theme.INK},
            name=words["figure.layer"].format_map({"layer": layer + 1}),
            marker={
                "size": 10,
                "color": theme.SERIES[layer % len(theme.SERIES)],
                "symbol": SYMBOLS[layer % len(SYMBOLS)],
            },
            hovertext=[_hover(study, (layer, head), words) for head in range(heads)],
            hovertemplate="%{hovertext}<extra></extra>",
        )
        for layer in range(layers)
    ]
    facts = {"model": study.model, "count": len(study.numbers)}
    title = words["figure.heads.title"].format_map(facts)
    layout = theme.layout(title, height=HEIGHT) | {
        "showlegend": layers > 1,
        "legend": theme.LEGEND_BELOW,
    }
    for axis, name in (("xaxis", across), ("yaxis", up)):
        layout[axis] = {"title": {"text": words[f"figure.heads.{name}"]}, "zeroline": False}
        layout[axis] |= {"automargin": True, "gridcolor": theme.LINE}
    return go.Figure(points, layout)


def _hover(study: HeadStudy, place: tuple[int, int], words: Words) -> str:
    lines = (
        theme.named(theme.escape(words[f"figure.heads.{name}"]), number(grid[place], ".3f"), words)
        for name, grid in study.values().items()
    )
    return "<br>".join((f"<b>{theme.escape(head_name(*place, words=words))}</b>", *lines))


def head_name(layer: int, head: int, *, words: Words = WORDS) -> str:
    """Such as "layer 2, head 7"; both are given from 0."""
    return words["figure.heads.name"].format_map({"layer": layer + 1, "head": head + 1})


def _sentence(study: HeadStudy, axes: tuple[str, str], words: Words) -> str:
    def parts() -> Iterator[str]:
        facts = {"count": study.changes.size, "model": study.model}
        yield words["figure.heads.alt"].format_map(facts)
        for name in dict.fromkeys(axes):
            grid = study.values()[name]
            told: dict[str, object] = {"measure": words[f"figure.heads.{name}"]}
            for end, place in (("low", grid.argmin()), ("high", grid.argmax())):
                layer, head = divmod(int(place), study.shape[1])
                told[end] = number(grid[layer, head], ".3f")
                told[f"{end}_head"] = head_name(layer, head, words=words)
            yield words["figure.heads.alt.measure"].format_map(told)

    return " ".join(parts())


def _table(study: HeadStudy, words: Words) -> pd.DataFrame:
    def rows() -> Iterator[dict[str, Any]]:
        for layer, head in product(*map(range, study.shape)):
            ends = study.extremes(layer, head)
            yield {
                words["figure.model_view.layer_number"]: layer + 1,
                words["figure.head"]: head + 1,
                **{
                    words[f"figure.heads.{name}"]: round(float(grid[layer, head]), DIGITS)
                    for name, grid in study.values().items()
                },
                **{
                    words[f"figure.heads.{end}"]: ", ".join(str(study.numbers[at]) for at in places)
                    for end, places in zip(("most", "least"), ends, strict=True)
                },
            }

    return pd.DataFrame(rows())

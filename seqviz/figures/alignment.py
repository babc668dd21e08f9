"""How well attention agrees with links that people drew: all layers, heads and ways to read it."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from numpy.typing import NDArray

from seqviz.aligned import Reading
from seqviz.colours import on_ramp
from seqviz.figures import theme
from seqviz.figures.picture import Picture
from seqviz.figures.words import WORDS
from seqviz.records.alignment import AlignmentStudy

Words = Mapping[str, str]

ROW_HEIGHT, ABOVE = 30, 128
LONGEST_LABEL = 60
BETWEEN = " · "
RATE = "AER, %"


def alignment_picture(study: AlignmentStudy, *, words: Words = WORDS) -> Picture:
    """Error rates as a heatmap: a row a way to read a layer, a column a head; the default framed.

    The darker, the lower the error rate. The table has precision and recall, too.
    """
    return Picture(_chart(study, words), _sentence(study, words), _table(study, words))


def reading_name(reading: Reading, study: AlignmentStudy, *, words: Words = WORDS) -> str:
    """Name a reading by what tells it from the others: layer, head, measure and row."""
    layers, columns = study.grids[0].shape
    parts = [_layer(reading, words)] * (layers > 1) + [_head(reading, words)] * (columns > 1)
    return BETWEEN.join([*parts, *_way(reading, words)])


def _chart(study: AlignmentStudy, words: Words) -> go.Figure:
    layers, count = study.grids[0].shape
    rates = 100 * np.array([layer for grid in study.grids for layer in grid.error_rates])
    rows = [
        BETWEEN.join([*_way(one, words), *[_layer(one, words)] * (layers > 1)])
        for one in study.choices()
        if one.head is None
    ]
    columns = [words["figure.alignment.mean"] if count > 1 else RATE]
    columns += [_numbered(head, words) for head in range(count - 1)]
    cell = words["figure.attention.cell"].format_map({"row": "%{y}", "column": "%{x}"})
    cells = go.Heatmap(
        z=rates.round(2),
        zmin=0,
        zmax=100,
        colorscale=theme.SCALE,
        reversescale=True,
        hovertemplate=f"<b>{cell}</b><br>AER: %{{z:.1f}} %<extra></extra>",
        xgap=1,
        ygap=1,
        showscale=False,
    )
    facts = {"model": study.model, "gold": study.gold}
    default = {"default": reading_name(study.chosen(), study, words=words)}
    layout = theme.layout(
        theme.escape(words["figure.alignment.title"].format_map(facts)),
        height=ABOVE + ROW_HEIGHT * len(rows),
        subtitle=theme.escape(words["figure.alignment.subtitle"].format_map(default)),
        top=ABOVE - 24,
    )
    layout["shapes"] = [_outline(study)]
    across = theme.token_axis(columns, limit=LONGEST_LABEL) | {"side": "top", "fixedrange": True}
    down = theme.token_axis(rows, limit=LONGEST_LABEL)
    down |= {"range": down["range"][::-1], "automargin": True, "fixedrange": True}
    return go.Figure([cells, _numbers(rates)], layout | {"xaxis": across, "yaxis": down})


def _numbers(rates: NDArray[np.float64]) -> go.Scatter:
    """The rates in the cells, in letters that are read on each."""
    rows, columns = np.indices(rates.shape).reshape(2, -1)
    found = rates[rows, columns]
    return go.Scatter(
        x=columns,
        y=rows,
        mode="text",
        text=[f"{rate:.1f}" for rate in found],
        textfont={"size": theme.TEXT, "color": [on_ramp(1 - rate / 100).light for rate in found]},
        hoverinfo="skip",
        showlegend=False,
    )


def _outline(study: AlignmentStudy) -> dict[str, Any]:
    """A frame around the default."""
    chosen = study.chosen()
    ways = [(grid.measure, grid.row) for grid in study.grids]
    row = ways.index((chosen.measure, chosen.row)) * study.grids[0].shape[0] + chosen.layer
    column = 0 if chosen.head is None else chosen.head + 1
    corners = {"x0": column - 0.5, "x1": column + 0.5, "y0": row - 0.5, "y1": row + 0.5}
    return {"type": "rect", "line": {"color": theme.BEST, "width": 4}} | corners


def _sentence(study: AlignmentStudy, words: Words) -> str:
    choices, chosen = list(study.choices()), study.chosen()
    lowest = min(choices, key=lambda one: one.error_rate)
    highest = max(choices, key=lambda one: one.error_rate)
    facts: dict[str, object] = {"count": len(choices)}
    for name, rate, one in (
        ("best", "lowest", lowest),
        ("worst", "highest", highest),
        ("default", "rate", chosen),
    ):
        facts |= {rate: f"{100 * one.error_rate:.1f}", name: reading_name(one, study, words=words)}
    return words["figure.alignment.alt"].format_map(facts)


def _table(study: AlignmentStudy, words: Words) -> pd.DataFrame:
    def rows() -> Iterator[dict[str, Any]]:
        for one in study.choices():
            measure, row = _way(one, words)
            yield {
                words["figure.alignment.measure"]: measure,
                words["figure.alignment.row"]: row,
                words["figure.model_view.layer_number"]: one.layer + 1,
                words["figure.head"]: _head(one, words),
                RATE: round(100 * one.error_rate, 1),
                words["figure.alignment.precision"]: round(100 * one.precision, 1),
                words["figure.alignment.recall"]: round(100 * one.recall, 1),
            }

    return pd.DataFrame(rows())


def _way(reading: Reading, words: Words) -> tuple[str, str]:
    return (
        words[f"figure.alignment.{reading.measure}"],
        words[f"figure.alignment.{reading.row}"],
    )


def _layer(reading: Reading, words: Words) -> str:
    return words["figure.layer"].format_map({"layer": reading.layer + 1})


def _head(reading: Reading, words: Words) -> str:
    if reading.head is None:
        return words["figure.alignment.mean"]
    return _numbered(reading.head, words)


def _numbered(head: int, words: Words) -> str:
    return words["figure.head_number"].format_map({"head": head + 1})

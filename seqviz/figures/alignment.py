"""How well attention agrees with links that people drew: all layers, heads and ways to read it."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from seqviz.aligned import Alignment, Reading
from seqviz.colours import on_ramp
from seqviz.figures import theme
from seqviz.figures.picture import Picture
from seqviz.figures.words import WORDS
from seqviz.records.alignment import AlignmentStudy

Words = Mapping[str, str]

ROW_HEIGHT, ABOVE = 30, 128
LONGEST_LABEL = 60


def alignment_picture(study: AlignmentStudy, *, words: Words = WORDS) -> Picture:
    """Error rates as a heatmap: a row a way to read a layer, a column a head; the default outlined.

    The darker, the lower the error rate. The table has precision and recall, too.
    """
    chosen, choices = study.chosen(), list(study.choices())
    return Picture(
        _chart(study, chosen, words), _sentence(chosen, choices, words), _table(choices, words)
    )


def reading_name(reading: Reading, *, words: Words = WORDS) -> str:
    """Name a reading: its layer, head, measure and row."""
    where = (_layer(reading, words), _head(reading, words))
    return ", ".join((*where, *_way(reading, words)))


def _chart(study: AlignmentStudy, chosen: Alignment, words: Words) -> go.Figure:
    rates = 100 * np.array([layer for grid in study.grids for layer in grid.error_rates])
    readings = [one for one in study.choices() if one.head is None]
    rows = [", ".join((*_way(one, words), _layer(one, words))) for one in readings]
    columns = [words["figure.alignment.mean"]]
    columns += [
        words["figure.head_number"].format_map({"head": head}) for head in range(1, rates.shape[1])
    ]
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
    title = words["figure.alignment.title"].format_map(facts)
    subtitle = words["figure.alignment.subtitle"].format_map(
        {"default": reading_name(chosen, words=words)}
    )
    layout = theme.layout(
        theme.escape(title),
        height=ABOVE + ROW_HEIGHT * len(rows),
        subtitle=theme.escape(subtitle),
        top=ABOVE - 24,
    )
    layout["shapes"] = [_outline(study, chosen)]
    across = theme.token_axis(columns, limit=LONGEST_LABEL) | {"side": "top", "fixedrange": True}
    down = theme.token_axis(rows, limit=LONGEST_LABEL)
    down |= {"range": down["range"][::-1], "automargin": True, "fixedrange": True}
    return go.Figure([cells, _numbers(rates)], layout | {"xaxis": across, "yaxis": down})


def _numbers(rates: Any) -> go.Scatter:
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


def _outline(study: AlignmentStudy, chosen: Alignment) -> dict[str, Any]:
    """A frame around the default."""
    ways = [(grid.measure, grid.row) for grid in study.grids]
    row = ways.index((chosen.measure, chosen.row)) * study.grids[0].shape[0] + chosen.layer
    column = 0 if chosen.head is None else chosen.head + 1
    corners = {"x0": column - 0.5, "x1": column + 0.5, "y0": row - 0.5, "y1": row + 0.5}
    return {"type": "rect", "line": {"color": theme.BEST, "width": 4}} | corners


def _sentence(chosen: Alignment, choices: list[Alignment], words: Words) -> str:
    lowest = min(choices, key=lambda one: one.error_rate)
    highest = max(choices, key=lambda one: one.error_rate)
    facts = {
        "count": len(choices),
        "lowest": f"{100 * lowest.error_rate:.1f}",
        "best": reading_name(lowest, words=words),
        "highest": f"{100 * highest.error_rate:.1f}",
        "worst": reading_name(highest, words=words),
        "default": reading_name(chosen, words=words),
        "rate": f"{100 * chosen.error_rate:.1f}",
    }
    return words["figure.alignment.alt"].format_map(facts)


def _table(choices: list[Alignment], words: Words) -> pd.DataFrame:
    def rows() -> Iterator[dict[str, Any]]:
        for one in choices:
            measure, row = _way(one, words)
            yield {
                words["figure.alignment.measure"]: measure,
                words["figure.alignment.row"]: row,
                words["figure.model_view.layer_number"]: one.layer + 1,
                words["figure.head"]: _head(one, words),
                "AER, %": round(100 * one.error_rate, 1),
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
    return words["figure.head_number"].format_map({"head": reading.head + 1})

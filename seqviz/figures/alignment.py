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
from seqviz.records.alignment import AlignmentGrid, AlignmentStudy

Words = Mapping[str, str]

ROW_HEIGHT, ABOVE = 28, 122
LONGEST_LABEL = 20
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
    parts = [_layer(reading.layer, words)] * (layers > 1) + [_head(reading, words)] * (columns > 1)
    return BETWEEN.join([*parts, *_way(reading, words)])


def _chart(study: AlignmentStudy, words: Words) -> go.Figure:
    """Below the name of each way to read, a row a layer; the names stand in rows of their own."""
    rates = np.concatenate([_with_head(grid) for grid in study.grids])  # (grids · (1 + L), 1 + H)
    layers, count = study.grids[0].shape
    rows = ["", *(_layer(layer, words) for layer in range(layers))] * len(study.grids)
    columns = [words["figure.alignment.mean"] if count > 1 else RATE, *map(str, range(1, count))]
    cells = go.Heatmap(
        z=rates.round(2),
        zmin=0,
        zmax=100,
        colorscale=theme.SCALE,
        reversescale=True,
        hovertext=_hovers(study, words),
        hovertemplate=f"%{{hovertext}}<br>{theme.named('AER', '%{z:.1f} %', words)}<extra></extra>",
        hoverongaps=False,
        xgap=1,
        ygap=1,
        showscale=False,
    )
    facts = {"model": study.model, "gold": study.gold}
    layout = theme.layout(
        words["figure.alignment.title"],
        height=ABOVE + ROW_HEIGHT * len(rows),
        subtitle=words["figure.alignment.subtitle"].format_map(facts),
        top=ABOVE,
    )
    layout |= {"shapes": [_outline(study)], "annotations": list(_names(study, words))}
    across = theme.token_axis(columns, limit=LONGEST_LABEL) | {"side": "top", "fixedrange": True}
    across |= {"tickangle": 0} | ({"title": words["figure.head"]} if count > 1 else {})
    down = theme.token_axis(rows, limit=LONGEST_LABEL)
    down |= {"range": down["range"][::-1], "automargin": True, "fixedrange": True}
    return go.Figure([cells, _numbers(rates)], layout | {"xaxis": across, "yaxis": down})


def _with_head(grid: AlignmentGrid) -> NDArray[np.float64]:
    """In percent, below a row for the name, (1 + L, 1 + H)."""
    rates = 100 * np.array(grid.error_rates)
    return np.concatenate((np.full((1, rates.shape[1]), np.nan), rates))


def _hovers(study: AlignmentStudy, words: Words) -> list[list[str]]:
    """The name of every cell, as ``_with_head`` has them."""
    layers, columns = study.grids[0].shape
    names = [theme.escape(reading_name(one, study, words=words)) for one in study.choices()]
    by_grid = np.array(names).reshape(-1, columns, layers).transpose(0, 2, 1)
    return [row for grid in by_grid.tolist() for row in ([""] * columns, *grid)]


def _names(study: AlignmentStudy, words: Words) -> Iterator[dict[str, Any]]:
    """The name of every way to read, above its rows."""
    layers, _ = study.grids[0].shape
    for place, grid in enumerate(study.grids):
        name = BETWEEN.join(words[f"figure.alignment.{code}"] for code in (grid.measure, grid.row))
        yield {
            "text": f"<b>{theme.escape(name)}</b>",
            "font": {"size": theme.TEXT},
            "x": -0.5,
            "y": place * (1 + layers),
            "xanchor": "left",
            "showarrow": False,
        }


def _numbers(rates: NDArray[np.float64]) -> go.Scatter:
    """The rates in the cells, in letters that are read on each."""
    rows, columns = np.nonzero(np.isfinite(rates))
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
    above = ways.index((chosen.measure, chosen.row)) * (1 + study.grids[0].shape[0])
    row, column = above + 1 + chosen.layer, 0 if chosen.head is None else chosen.head + 1
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


def _layer(layer: int, words: Words) -> str:
    return words["figure.layer"].format_map({"layer": layer + 1})


def _head(reading: Reading, words: Words) -> str:
    if reading.head is None:
        return words["figure.alignment.all"]
    return words["figure.head_number"].format_map({"head": reading.head + 1})

"""Where the words of a translation come from: as a table, and how soon the decoder knows them."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from seqviz.analysis.trust import WordTrust
from seqviz.analysis.words import piece_label
from seqviz.colours import on_ramp
from seqviz.figures import theme
from seqviz.figures.picture import Picture
from seqviz.figures.words import WORDS
from seqviz.trace.evidence import DecoderLens

Words = Mapping[str, str]

ROW_HEIGHT, ABOVE = 34, 112
MOST_NUMBERS = 30
"""Columns in whose cells a number can be read."""
LABEL = 12
"""Most characters of a token's label."""


def trust_table(found: Sequence[WordTrust], *, words: Words = WORDS) -> pd.DataFrame:
    """A row for every word; columns that the model does not have are left out."""
    columns: dict[str, Sequence[object]] = {
        words["figure.trust.word"]: [word.label for word in found],
        "log p": [round(word.log_prob, 3) for word in found],
        words["figure.trust.gain"]: [round(word.contrast, 3) for word in found],
        words["figure.trust.share"]: [_rounded(word.source_share) for word in found],
        words["figure.trust.layer"]: [_layer(word.layer) for word in found],
    }
    lacking = {words["figure.trust.share"], words["figure.trust.layer"]}
    return pd.DataFrame(
        {
            name: values
            for name, values in columns.items()
            if name not in lacking or any(value is not None for value in values)
        }
    )


def lens_picture(pieces: Sequence[str], lens: DecoderLens, *, words: Words = WORDS) -> Picture:
    """How probable each token was after every layer of the decoder, and where it first led.

    Cells have the rank in them; a frame marks the first layer after which it is 1.
    """
    labels = [piece_label(piece) for piece in pieces]
    return Picture(
        _chart(labels, lens, words), _sentence(labels, lens, words), _table(labels, lens, words)
    )


def _rounded(share: float | None) -> float | None:
    return None if share is None else round(share, 3)


def _layer(layer: int | None) -> str | None:
    """From 1; a dash where a word never led."""
    return None if layer is None else "–" if layer < 0 else str(layer + 1)


def _chart(labels: Sequence[str], lens: DecoderLens, words: Words) -> go.Figure:
    steps, layers = lens.probs.shape
    rows = [_layer_name(layer, words) for layer in range(layers)]
    cell = words["figure.attention.cell"].format_map({"row": "%{y}", "column": "%{x}"})
    rank = words["figure.trust.rank"]
    cells = go.Heatmap(
        z=lens.probs.T.round(4),
        customdata=lens.ranks.T,
        zmin=0,
        zmax=1,
        colorscale=theme.SCALE,
        showscale=False,
        hovertemplate=f"<b>{cell}</b><br>p = %{{z:.3f}}<br>{rank}: %{{customdata}}<extra></extra>",
        xgap=1,
        ygap=1,
    )
    layout = theme.layout(
        theme.escape(words["figure.trust.lens"]),
        height=ABOVE + ROW_HEIGHT * layers,
        top=ABOVE - 16,
    )
    layout["shapes"] = [
        _frame(step, int(layer)) for step, layer in enumerate(lens.first_layer) if layer >= 0
    ]
    across = theme.token_axis(labels, limit=LABEL) | {"side": "top", "tickangle": -60}
    down = theme.token_axis(rows, limit=LABEL)
    down |= {"range": down["range"][::-1], "automargin": True, "fixedrange": True}
    parts = [cells, _numbers(lens)] if steps <= MOST_NUMBERS else [cells]
    return go.Figure(parts, layout | {"xaxis": across | {"fixedrange": True}, "yaxis": down})


def _numbers(lens: DecoderLens) -> go.Scatter:
    """The ranks in the cells, in letters that are read on each."""
    steps, layers = np.indices(lens.probs.shape).reshape(2, -1)
    colours = [on_ramp(float(prob)).light for prob in lens.probs[steps, layers]]
    return go.Scatter(
        x=steps,
        y=layers,
        mode="text",
        text=[f"{rank}" for rank in lens.ranks[steps, layers]],
        textfont={"size": theme.TEXT, "color": colours},
        hoverinfo="skip",
        showlegend=False,
    )


def _frame(step: int, layer: int) -> dict[str, Any]:
    corners = {"x0": step - 0.5, "x1": step + 0.5, "y0": layer - 0.5, "y1": layer + 0.5}
    return {"type": "rect", "line": {"color": theme.BEST, "width": 3}} | corners


def _sentence(labels: Sequence[str], lens: DecoderLens, words: Words) -> str:
    layers = lens.probs.shape[1]
    told = [
        words["figure.trust.lens.first"].format_map(
            {
                "layer": layer + 1,
                "tokens": ", ".join(np.array(labels)[lens.first_layer == layer]),
            }
        )
        for layer in range(layers)
        if (lens.first_layer == layer).any()
    ]
    return words["figure.trust.lens.alt"].format_map({"layers": layers, "first": "; ".join(told)})


def _table(labels: Sequence[str], lens: DecoderLens, words: Words) -> pd.DataFrame:
    columns: dict[str, Any] = {words["figure.trust.word"]: labels}
    for layer in range(lens.probs.shape[1]):
        name = _layer_name(layer, words)
        columns[f"{name}: {words['figure.trust.rank']}"] = lens.ranks[:, layer]
        columns[f"{name}: p"] = lens.probs[:, layer].round(4)
    return pd.DataFrame(columns)


def _layer_name(layer: int, words: Words) -> str:
    return words["figure.layer"].format_map({"layer": layer + 1})

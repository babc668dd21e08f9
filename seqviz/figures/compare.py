"""Pictures of the translations of one sentence by several beam sizes."""

from collections.abc import Mapping, Sequence
from math import ceil
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from seqviz.analysis.compare import SweepRow
from seqviz.figures import theme
from seqviz.figures.picture import Picture
from seqviz.figures.words import WORDS
from seqviz.words.numbers import number

Words = Mapping[str, str]

PANEL_HEIGHT = 170


def sweep_picture(rows: Sequence[SweepRow], *, words: Words = WORDS) -> Picture:
    """Score and length, and chrF where a reference was given, against the beam size.

    At least one row. The table has the translations, too.
    """
    return Picture(_sweep(rows, words), _sweep_sentence(rows, words), _sweep_table(rows, words))


def _sweep(rows: Sequence[SweepRow], words: Words) -> go.Figure:
    panels = _panels(rows, words)
    sizes = [row.beam_size for row in rows]
    lines = [
        _panel(rows, values, name=name, place=place, words=words)
        for place, (name, values) in enumerate(panels.items())
    ]
    axes: list[dict[str, Any]] = [{"title": {"text": name}} for name in panels]
    lengths = [row.length for row in rows]
    axes[1]["dtick"] = ceil((max(lengths) - min(lengths) + 1) / 5)
    title = words["figure.sweep.title"]
    layout = theme.layout(title, height=100 + PANEL_HEIGHT * len(panels)) | {"showlegend": False}
    layout |= theme.stacked(axes, [1 / len(axes)] * len(axes), gap=0.08)
    layout["xaxis"] |= {"title": {"text": words["figure.beam_size"]}, "tickvals": sizes}
    return go.Figure(lines, layout)


def _panel(
    rows: Sequence[SweepRow],
    values: Sequence[float | None],
    *,
    name: str,
    place: int,
    words: Words,
) -> go.Scatter:
    told = theme.named(name, "%{y:.3f}", words)
    hover = f"{words['figure.beam_size']} %{{x}}<br>{told}<br>%{{hovertext}}"
    return go.Scatter(
        x=[row.beam_size for row in rows],
        y=values,
        yaxis=theme.axis_name("y", place),
        mode="lines+markers",
        marker={"size": 9, "symbol": ("circle", "square", "diamond")[place]},
        line={"color": theme.BEAM, "width": 2.5},
        hovertext=[theme.escape(row.text) for row in rows],
        hovertemplate=f"{hover}<extra></extra>",
    )


def _sweep_table(rows: Sequence[SweepRow], words: Words) -> pd.DataFrame:
    table = {
        words["figure.beam_size"]: [row.beam_size for row in rows],
        words["figure.score"]: [round(row.score, 4) for row in rows],
        words["figure.cumulative"]: [round(row.log_prob, 3) for row in rows],
        words["figure.length"]: [row.length for row in rows],
    }
    if any(row.chrf is not None for row in rows):
        table[words["figure.chrf"]] = [row.chrf for row in rows]
    return pd.DataFrame(table | {words["figure.text"]: [row.text for row in rows]})


def _sweep_sentence(rows: Sequence[SweepRow], words: Words) -> str:
    best = max(rows, key=lambda row: row.score)
    facts = {
        "first": rows[0].beam_size,
        "last": rows[-1].beam_size,
        "first_score": number(rows[0].score, ".3f"),
        "last_score": number(rows[-1].score, ".3f"),
        "first_length": rows[0].length,
        "last_length": rows[-1].length,
        "best": best.beam_size,
        "best_score": number(best.score, ".3f"),
    }
    return words["figure.sweep.alt"].format_map(facts)


def _panels(rows: Sequence[SweepRow], words: Words) -> dict[str, list[float | None]]:
    panels: dict[str, list[float | None]] = {
        words["figure.score"]: [row.score for row in rows],
        words["figure.length"]: [row.length for row in rows],
    }
    if any(row.chrf is not None for row in rows):
        panels[words["figure.chrf"]] = [row.chrf for row in rows]
    return panels

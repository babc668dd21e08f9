"""Pictures of greedy decoding against beam search, and of beam sizes against each other."""

from collections.abc import Mapping, Sequence
from math import ceil
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from seqviz.analysis.compare import Array, SweepRow, cumulative_log_probs, first_difference
from seqviz.analysis.words import piece_label
from seqviz.figures import theme
from seqviz.figures.picture import Picture
from seqviz.figures.words import WORDS
from seqviz.trace import Trace
from seqviz.words.numbers import number

Words = Mapping[str, str]

LINES_HEIGHT = 340
PANEL_HEIGHT = 170
FEW_STEPS = 30
LOOKS = (
    {"color": theme.GREEDY, "dash": "dash", "symbol": "diamond"},
    {"color": theme.BEAM, "dash": "solid", "symbol": "circle"},
)
"""Of greedy decoding, and of beam search."""


class _Side(NamedTuple):
    """One of the two translations, token by token."""

    name: str
    pieces: list[str]
    probs: Array
    """(T,), in [0, 1]."""
    sums: Array
    """(T,), of log-probabilities, in nats."""

    @classmethod
    def of(cls, name: str, trace: Trace) -> "_Side":
        """Of the best hypothesis."""
        pieces = [piece_label(piece) for piece in trace.target_pieces()]
        return cls(name, pieces, np.exp(trace.log_probs()), cumulative_log_probs(trace))


def cumulative_picture(greedy: Trace, beam: Trace, *, words: Words = WORDS) -> Picture:
    """The running sum of log-probabilities of both translations, token by token."""
    size = {"beam": beam.options.beam_size}
    sides = (
        _Side.of(words["figure.compare.greedy"], greedy),
        _Side.of(words["figure.compare.beam"].format_map(size), beam),
    )
    parting = first_difference(greedy, beam)
    return Picture(
        _lines(sides, None if parting is None else parting.step, words),
        _lines_sentence(sides, beam.options.beam_size, words),
        _lines_table(sides, words),
    )


def _lines(sides: tuple[_Side, _Side], parting: int | None, words: Words) -> go.Figure:
    """Draw both; a vertical line stands at the step at which they part."""
    title = theme.escape(words["figure.compare.title"])
    steps = max(len(side.pieces) for side in sides)
    layout = theme.layout(title, height=LINES_HEIGHT, top=84) | {
        "xaxis": {"title": {"text": words["figure.step"]}, "range": [0.5, steps + 0.5]}
        | {"tick0": 1, "dtick": ceil(steps / FEW_STEPS)},
        "yaxis": {"title": {"text": words["figure.cumulative"]}},
        "legend": {"orientation": "h", "x": 0, "y": 1.1, "yanchor": "bottom"},
    }
    if parting is not None:
        left = parting > steps / 2
        layout |= theme.mark(parting + 1, words["figure.compare.parting"], left=left, above=True)
    looks = zip(sides, LOOKS, strict=True)
    return go.Figure([_line(side, look, words) for side, look in looks], layout)


def _lines_table(sides: tuple[_Side, _Side], words: Words) -> pd.DataFrame:
    steps = max(len(side.pieces) for side in sides)
    table = pd.DataFrame({words["figure.step"]: np.arange(1, steps + 1)})
    for side in sides:
        pieces = pd.Series(side.pieces).reindex(table.index, fill_value="")
        table[f"{side.name}: {words['figure.token']}"] = pieces
        table[f"{side.name}: {words['figure.prob']}"] = pd.Series(side.probs).round(4)
        table[f"{side.name}: {words['figure.cumulative']}"] = pd.Series(side.sums).round(3)
    return table


def _lines_sentence(sides: tuple[_Side, _Side], beam_size: int, words: Words) -> str:
    greedy, beam = sides
    facts = {
        "greedy": number(greedy.sums[-1]),
        "greedy_steps": len(greedy.pieces),
        "beam_size": beam_size,
        "beam": number(beam.sums[-1]),
        "beam_steps": len(beam.pieces),
    }
    return words["figure.compare.alt"].format_map(facts)


def _line(side: _Side, look: Mapping[str, str], words: Words) -> go.Scatter:
    return go.Scatter(
        x=np.arange(1, len(side.pieces) + 1),
        y=np.round(side.sums, 4),
        name=theme.escape(side.name),
        mode="lines+markers",
        line={"color": look["color"], "dash": look["dash"], "width": 2.5},
        marker={"symbol": look["symbol"], "size": 9},
        hovertext=[theme.escape(piece) for piece in side.pieces],
        customdata=np.round(side.probs, 4),
        hovertemplate=(
            f"<b>%{{hovertext}}</b> ({words['figure.step']} %{{x}})<br>{words['figure.prob']}: "
            f"%{{customdata:.3f}}<br>{words['figure.cumulative']}: %{{y:.3f}}"
        ),
    )


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
    title = theme.escape(words["figure.sweep.title"])
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
    hover = f"{words['figure.beam_size']} %{{x}}<br>{name}: %{{y:.3f}}<br>%{{hovertext}}"
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

"""A sentence repeated more and more often: how much of its own translation a system keeps."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd
import plotly.graph_objects as go

from seqviz.figures import theme
from seqviz.figures.picture import Picture
from seqviz.figures.words import WORDS
from seqviz.words.numbers import number

Words = Mapping[str, str]

HEIGHT = 340


@dataclass(frozen=True, kw_only=True)
class RepeatedRow:
    """One system on one sentence that was repeated."""

    code: str
    """Of the system, such as "transformer"."""
    name: str
    """As it is shown."""
    attends: bool
    times: int
    pieces: int
    """Of the whole source, EOS not counted."""
    text: str
    """The translation."""
    chrf: float
    """Against the system's own translation of the single sentence, repeated as often."""


def repeated_picture(rows: Sequence[RepeatedRow], *, words: Words = WORDS) -> Picture:
    """For every system how chrF falls as the sentence is repeated; at least one row.

    The table has a row for every number of repetitions, with every system's translation.
    """
    last = {row.code: row for row in rows}
    sentences = (
        words["figure.longer.alt"].format_map(
            {"name": row.name, "times": row.times, "score": number(row.chrf, ".1f")}
        )
        for row in last.values()
    )
    return Picture(_chart(rows, words), " ".join(sentences), _table(rows, words))


def _chart(rows: Sequence[RepeatedRow], words: Words) -> go.Figure:
    title = words["figure.longer.title"]
    layout = theme.layout(title, height=HEIGHT) | {
        "showlegend": True,
        "legend": theme.LEGEND_BELOW,
        "xaxis": {"title": {"text": words["figure.longer.times"]}, "dtick": 1},
        "yaxis": {"title": {"text": words["figure.longer.chrf"]}, "range": [0, 104]},
    }
    codes = dict.fromkeys(row.code for row in rows)
    own = [[row for row in rows if row.code == code] for code in codes]
    return go.Figure([_line(found, words) for found in own], layout)


def _line(rows: Sequence[RepeatedRow], words: Words) -> go.Scatter:
    """One system's."""
    first = rows[0]
    colour, symbol = theme.system_look(first.code)
    name = theme.escape(first.name)
    times = theme.named(words["figure.longer.times"], "%{x}", words)
    pieces = theme.named(words["figure.longer.pieces"], "%{customdata}", words)
    return go.Scatter(
        x=[row.times for row in rows],
        y=[round(row.chrf, 2) for row in rows],
        name=name,
        mode="lines+markers",
        line={"color": colour, "dash": "solid" if first.attends else "dash", "width": 2.5},
        marker={"symbol": symbol, "size": 9, "line": {"width": 0 if first.attends else 2}},
        customdata=[row.pieces for row in rows],
        hovertemplate=f"<b>{name}</b><br>{times}<br>{pieces}<br>chrF %{{y:.1f}}<extra></extra>",
    )


def _table(rows: Sequence[RepeatedRow], words: Words) -> pd.DataFrame:
    table: dict[int, dict[str, object]] = {}
    for row in rows:
        name = {"name": row.name}
        table.setdefault(
            row.times,
            {words["figure.longer.times"]: row.times, words["figure.longer.pieces"]: row.pieces},
        ).update(
            {
                words["figure.longer.score"].format_map(name): round(row.chrf, 1),
                words["figure.longer.text"].format_map(name): row.text,
            }
        )
    return pd.DataFrame(list(table.values()))

"""The beam-size curse in pictures: quality, length and probability against the beam size."""

from collections.abc import Mapping
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from seqviz.figures import theme
from seqviz.figures.picture import Picture
from seqviz.figures.words import WORDS
from seqviz.records.beam_sizes import BeamSizeRow, BeamSizeStudy
from seqviz.words.numbers import number

Words = Mapping[str, str]

HEIGHT = 520
LEAST_SHARE = 0.01
"""That an axis of shares reaches at least."""
PANELS = ("bleu", "length_ratio", "log_prob", "empty")
COLUMNS = ([0.0, 0.455], [0.545, 1.0])
ROWS = ([0.6, 1.0], [0.0, 0.4])
"""From where to where they run, as shares of the picture."""
LOOKS = {
    "none": {"color": theme.SERIES[0], "dash": "dash", "symbol": "diamond"},
    "average": {"color": theme.BEAM, "dash": "solid", "symbol": "circle"},
}


def beam_sizes_picture(study: BeamSizeStudy, *, words: Words = WORDS) -> Picture:
    """Four panels, in each a line without and one with length normalisation.

    Beam sizes are spaced by their logarithm. The table has all that was measured.
    """
    sentences = (_sentence(name, rows, words) for name, rows in study.curves.items())
    return Picture(_panels(study, words), " ".join(sentences), _table(study, words))


def _panels(study: BeamSizeStudy, words: Words) -> go.Figure:
    sizes = [row.beam_size for row in study.curves["none"]]
    layout = theme.layout(_title(study, words), height=HEIGHT, top=84) | {
        "legend": {"orientation": "h", "x": 0, "y": -0.16, "yanchor": "top"},
        "annotations": [],
    }
    lines = []
    for place, field in enumerate(PANELS):
        row, column = divmod(place, 2)
        x, y = theme.axis_name("x", place), theme.axis_name("y", place)
        named = {"title": {"text": words["figure.beam_size"]}} if row else {}
        layout[theme.axis_name("xaxis", place)] = named | {
            **{"type": "log", "tickvals": sizes, "ticktext": [str(size) for size in sizes]},
            **{"domain": COLUMNS[column], "anchor": y},
        }
        layout[theme.axis_name("yaxis", place)] = {"domain": ROWS[row], "anchor": x}
        layout["annotations"].append(
            theme.heading(
                words[f"figure.beam_sizes.{field}"],
                middle=sum(COLUMNS[column]) / 2,
                top=ROWS[row][1],
            )
        )
        for name, rows in study.curves.items():
            own = {"xaxis": x, "yaxis": y, "showlegend": place == 0}
            lines.append(go.Scatter(_line(name, rows, field, words=words) | own))
    emptiest = max(row.empty for rows in study.curves.values() for row in rows)
    shares = {"tickformat": "~%", "range": [0, max(LEAST_SHARE, 1.1 * emptiest)]}
    layout[theme.axis_name("yaxis", PANELS.index("empty"))] |= shares
    return go.Figure(lines, layout)


def _table(study: BeamSizeStudy, words: Words) -> pd.DataFrame:
    found = [(name, row) for name, rows in study.curves.items() for row in rows]
    columns = {
        words["figure.beam_sizes.normalisation"]: [
            words[f"figure.beam_sizes.{name}"] for name, _ in found
        ],
        words["figure.beam_size"]: [row.beam_size for _, row in found],
    }
    measured = ("bleu", "chrf", "length_ratio", "log_prob", "score", "empty", "seconds")
    return pd.DataFrame(
        columns
        | {
            words[f"figure.beam_sizes.{field}"]: [getattr(row, field) for _, row in found]
            for field in measured
        }
    )


def _title(study: BeamSizeStudy, words: Words) -> str:
    facts = {
        "model": study.model,
        "sentences": study.sentences,
        "test_set": study.test_set.removesuffix(".tsv.gz"),
    }
    return theme.escape(words["figure.beam_sizes.title"].format_map(facts))


def _line(name: str, rows: tuple[BeamSizeRow, ...], field: str, *, words: Words) -> dict[str, Any]:
    look = LOOKS[name]
    label = theme.escape(words[f"figure.beam_sizes.{name}"])
    panel = theme.escape(words[f"figure.beam_sizes.{field}"])
    shown = "%{y:.1%}" if field == "empty" else "%{y:.3f}"
    return {
        "x": [row.beam_size for row in rows],
        "y": [getattr(row, field) for row in rows],
        "name": label,
        "legendgroup": name,
        "mode": "lines+markers",
        "line": {"color": look["color"], "dash": look["dash"], "width": 2.5},
        "marker": {"symbol": look["symbol"], "size": 8},
        "hovertemplate": (
            f"<b>{label}</b><br>{words['figure.beam_size']} %{{x}}<br>{panel}: {shown}"
            "<extra></extra>"
        ),
    }


def _sentence(name: str, rows: tuple[BeamSizeRow, ...], words: Words) -> str:
    """Say of one normalisation what wide beams do."""
    first, last, best = rows[0], rows[-1], max(rows, key=lambda row: row.bleu)
    facts = {
        "name": words[f"figure.beam_sizes.{name}"],
        "first": first.beam_size,
        "last": last.beam_size,
        "best": best.beam_size,
        "first_bleu": number(first.bleu, ".1f"),
        "last_bleu": number(last.bleu, ".1f"),
        "best_bleu": number(best.bleu, ".1f"),
        "first_ratio": number(first.length_ratio),
        "last_ratio": number(last.length_ratio),
        "first_log_prob": number(first.log_prob),
        "last_log_prob": number(last.log_prob),
        "last_empty": number(last.empty, ".1%"),
    }
    return words["figure.beam_sizes.alt"].format_map(facts)

"""What a wider beam changes, in pictures: quality, length and probability by beam size."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from seqviz.figures import theme
from seqviz.figures.picture import Picture
from seqviz.figures.words import WORDS
from seqviz.records.beam_sizes import BeamSizeIntervals, BeamSizeRow, BeamSizeStudy, Ends
from seqviz.words.numbers import number

Words = Mapping[str, str]

HEIGHT = 600
LEAST_SHARE = 0.005
"""That an axis of shares reaches at least."""
APART = 1.03
"""How many times farther right the second line's points stand, so that intervals do not cover each
other."""
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

    Beam sizes are spaced by their logarithm; bars show the 95 % intervals of a record that has
    them. The table has all that was measured.
    """
    sentences = [_sentence(name, rows, words) for name, rows in study.curves.items()]
    changes = _changes(study, words)
    return Picture(_panels(study, words), " ".join([*sentences, *changes]), _table(study, words))


def _panels(study: BeamSizeStudy, words: Words) -> go.Figure:
    sizes = [row.beam_size for row in study.curves["none"]]
    told = "\n".join([_measured(study, words), *_changes(study, words)])
    layout = theme.layout(
        words["figure.beam_sizes.title"], height=HEIGHT, subtitle=told, top=104
    ) | {
        "legend": theme.LEGEND_BELOW,
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
        for shift, (name, rows) in zip((1 / APART, APART), study.curves.items(), strict=True):
            own = {"xaxis": x, "yaxis": y, "showlegend": place == 0}
            own["x"] = [row.beam_size * shift for row in rows]
            lines.append(go.Scatter(_line(name, rows, field, words=words) | own))
    every = [row for rows in study.curves.values() for row in rows]
    emptiest = max(row.intervals.empty.high if row.intervals else row.empty for row in every)
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
    for field in measured:
        label = words[f"figure.beam_sizes.{field}"]
        columns[label] = [getattr(row, field) for _, row in found]
        if field in _INTERVALS and all(row.intervals for _, row in found):
            for end in ("low", "high"):
                heading = words[f"figure.lengths.{end}"].format_map({"metric": label})
                columns[heading] = [getattr(_ends(row, field), end) for _, row in found]
    return pd.DataFrame(columns)


_INTERVALS = tuple(entry.name for entry in fields(BeamSizeIntervals))


def _ends(row: BeamSizeRow, field: str) -> Ends | None:
    """Of a number of a row; None: an older record."""
    found: Ends | None = getattr(row.intervals, field, None)
    return found


def _changes(study: BeamSizeStudy, words: Words) -> list[str]:
    """Say of each normalisation whether the widest beam's BLEU differs from the usual one's."""
    if study.compared_with is None:
        return []
    said = []
    for name, rows in study.curves.items():
        last, ends = rows[-1], _ends(rows[-1], "bleu_change")
        usual = next(row for row in rows if row.beam_size == study.compared_with)
        if ends is None or last is usual:
            continue
        kind = "falls" if ends.high < 0 else "rises" if ends.low > 0 else "same"
        facts = {
            "name": words[f"figure.beam_sizes.{name}"],
            "first": usual.beam_size,
            "last": last.beam_size,
            "change": number(last.bleu - usual.bleu, "+.2f"),
            "low": number(ends.low, "+.2f"),
            "high": number(ends.high, "+.2f"),
        }
        said.append(words[f"figure.beam_sizes.change.{kind}"].format_map(facts))
    return said


def _measured(study: BeamSizeStudy, words: Words) -> str:
    facts = {
        "model": study.model,
        "sentences": study.sentences,
        "test_set": study.test_set.removesuffix(".tsv.gz"),
    }
    return words["figure.beam_sizes.measured"].format_map(facts)


def _line(name: str, rows: tuple[BeamSizeRow, ...], field: str, *, words: Words) -> dict[str, Any]:
    look = LOOKS[name]
    label = theme.escape(words[f"figure.beam_sizes.{name}"])
    panel = theme.escape(words[f"figure.beam_sizes.{field}"])
    hovers = [
        f"{words['figure.beam_size']} {row.beam_size}<br>"
        + theme.named(panel, _told(row, field), words)
        for row in rows
    ]
    return {
        "y": [getattr(row, field) for row in rows],
        "name": label,
        "legendgroup": name,
        "mode": "lines+markers",
        "line": {"color": look["color"], "dash": look["dash"], "width": 2.5},
        "marker": {"symbol": look["symbol"], "size": 8},
        "hovertext": hovers,
        "hovertemplate": f"<b>{label}</b><br>%{{hovertext}}<extra></extra>",
    } | _bars(rows, field)


def _bars(rows: tuple[BeamSizeRow, ...], field: str) -> dict[str, Any]:
    """The intervals; nothing for an older record."""
    ends = [found for row in rows if (found := _ends(row, field)) is not None]
    if len(ends) < len(rows):
        return {}
    values = [getattr(row, field) for row in rows]
    bars = {
        "type": "data",
        "symmetric": False,
        "array": [max(0.0, end.high - value) for end, value in zip(ends, values, strict=True)],
        "arrayminus": [max(0.0, value - end.low) for end, value in zip(ends, values, strict=True)],
        "thickness": 1.2,
        "width": 3,
    }
    return {"error_y": bars}


def _told(row: BeamSizeRow, field: str) -> str:
    """A number of a row, with its interval."""
    form, ends = ".1%" if field == "empty" else ".3f", _ends(row, field)
    value = number(getattr(row, field), form)
    return (
        value if ends is None else f"{value} ({number(ends.low, form)} … {number(ends.high, form)})"
    )


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

"""Pictures of a training: losses and scores against steps, seconds or epochs."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from seqviz.analysis.training_curves import (
    Axis,
    attention_peak,
    axis_values,
    best_dev,
    curve_rows,
    sentence_loss,
    steps_done,
)
from seqviz.figures import theme
from seqviz.figures.picture import Picture
from seqviz.figures.words import WORDS
from seqviz.records.training import TrainingRecord
from seqviz.words.numbers import number

Words = Mapping[str, str]
Records = Mapping[str, TrainingRecord]
"""By the name of the system, in the order of the colours."""

HEIGHT = 400
PANELS = ([0.0, 0.46], [0.54, 1.0])
"""From where to where the two run, as shares of the width."""


def training_picture(
    records: Records, axis: Axis, *, logarithmic: bool, words: Words = WORDS
) -> Picture:
    """The losses of one or two trainings on the left, their development scores on the right.

    The table has all that was measured, step by step.

    Args:
        records: of one system, or of two.
        axis: what runs along the horizontal axes.
        logarithmic: space it by its logarithm; what is at 0 is left out.
        words: the figure's words.
    """
    return Picture(
        _curves(records, axis, logarithmic=logarithmic, words=words),
        " ".join(_sentence(name, record, words) for name, record in records.items()),
        _table(records, words),
    )


def _curves(records: Records, axis: Axis, *, logarithmic: bool, words: Words) -> go.Figure:
    titles = [words["figure.training.loss"], _score_title(list(records.values()), words)]
    across = {
        "type": "log" if logarithmic else "linear",
        "dtick": 1 if logarithmic else None,
        "title": {"text": theme.escape(words[f"figure.training.axis.{axis}"])},
    }
    layout = theme.layout("", height=HEIGHT, top=36) | {
        "legend": theme.LEGEND_BELOW,
        "annotations": [
            theme.heading(title, middle=sum(ends) / 2)
            for title, ends in zip(titles, PANELS, strict=True)
        ],
        "xaxis": across | {"domain": PANELS[0]},
        "xaxis2": across | {"domain": PANELS[1], "anchor": "y2"},
        "yaxis": {"rangemode": "tozero"},
        "yaxis2": {"rangemode": "tozero", "anchor": "x2"},
    }
    looks = training_looks(list(records.values()))
    return go.Figure(
        [
            line
            for (name, record), look in zip(records.items(), looks, strict=False)
            for line in _lines(name, record, axis, look=look, words=words)
        ],
        layout,
    )


def training_looks(records: Sequence[TrainingRecord]) -> list[tuple[str, str, str]]:
    """Colour, symbol and dash of each: those of its system; two of one system differ, too."""
    (first, symbol), *others = (
        theme.system_look(record.model.rpartition("/")[2], place)
        for place, record in enumerate(records)
    )
    looks = [(first, symbol, "solid")]
    for colour, own in others:
        alike = colour == first
        looks.append((theme.INK if alike else colour, "x" if alike else own, "dash"))
    return looks


def _lines(
    name: str, record: TrainingRecord, axis: Axis, *, look: tuple[str, str, str], words: Words
) -> list[go.Scatter]:
    """The loss on the training set, and loss and score on the development set."""
    colour, symbol, dash = look
    line = {"color": colour, "dash": dash}
    x = axis_values(record, axis, dev=True)
    losses = [point.loss for point in record.losses]
    train = {"x": axis_values(record, axis, dev=False), "y": losses, "mode": "lines"}
    dev: dict[str, Any] = {"x": x, "mode": "lines+markers", "line": line | {"width": 2.5}}
    dev |= {"marker": {"symbol": symbol}} | _named("figure.training.dev", name, words)
    return [
        go.Scatter(
            train
            | {"line": line | {"width": 1}, "opacity": 0.65}
            | _named("figure.training.train", name, words)
        ),
        go.Scatter(dev | {"y": [point.loss for point in record.dev]}),
        go.Scatter(
            dev
            | {"y": [point.score for point in record.dev], "showlegend": False}
            | {"xaxis": "x2", "yaxis": "y2"}
        ),
    ]


def _named(key: str, name: str, words: Words) -> dict[str, str]:
    """The name of a line, and what it says under the pointer."""
    label = theme.escape(words[key].format_map({"name": name}))
    hover = f"<b>{label}</b><br>{theme.named('%{x:,.6~g}', '%{y:.3f}', words)}<extra></extra>"
    return {"name": label, "hovertemplate": hover}


def _score_title(records: Sequence[TrainingRecord], words: Words) -> str:
    metrics = {record.metric for record in records}
    return words[f"figure.training.score.{metrics.pop() if len(metrics) == 1 else 'mixed'}"]


def _table(records: Records, words: Words) -> pd.DataFrame:
    rows = [(name, row) for name, record in records.items() for row in curve_rows(record)]
    return pd.DataFrame(
        {
            words["figure.training.system"]: [name for name, _ in rows],
            words["figure.step"]: [row.step for _, row in rows],
            words["figure.training.epoch"]: [round(row.epoch, 3) for _, row in rows],
            words["figure.training.seconds"]: [round(row.seconds, 1) for _, row in rows],
            words["figure.training.train_loss"]: [row.train_loss for _, row in rows],
            words["figure.training.dev_loss"]: [row.dev_loss for _, row in rows],
            words["figure.training.score"]: [row.score for _, row in rows],
        }
    )


def _sentence(name: str, record: TrainingRecord, words: Words) -> str:
    """Say how the losses of a system fell and its score rose."""
    best = best_dev(record)
    losses = [number(point.loss) for point in record.losses] or ["–"]
    dev = [number(point.loss) for point in record.dev] or ["–"]
    facts = {
        "name": name,
        "steps": steps_done(record),
        "first": losses[0],
        "last": losses[-1],
        "first_dev": dev[0],
        "last_dev": dev[-1],
        "best": "–" if best is None else number(best.score, ".1f"),
        "best_step": "–" if best is None else best.step,
    }
    return words["figure.training.alt"].format_map(facts)


def replay_table(
    chosen: Mapping[str, tuple[TrainingRecord, int]], *, words: Words = WORDS
) -> pd.DataFrame:
    """One sentence at every frame: its translation, its loss, how sharp the attention is.

    Args:
        chosen: by name of the system, a record with frames, and which of its sentences.
        words: the table's words.
    """
    rows = [
        (name, frame.step, frame.views[sentence])
        for name, (record, sentence) in chosen.items()
        for frame in record.frames
    ]
    return pd.DataFrame(
        {
            words["figure.training.system"]: [name for name, _, _ in rows],
            words["figure.step"]: [step for _, step, _ in rows],
            words["figure.replay.translation"]: [view.translation for *_, view in rows],
            words["figure.replay.loss"]: [round(sentence_loss(view), 3) for *_, view in rows],
            words["figure.replay.log_prob"]: [round(view.log_prob, 2) for *_, view in rows],
            words["figure.replay.peak"]: [round(attention_peak(view), 3) for *_, view in rows],
        }
    )

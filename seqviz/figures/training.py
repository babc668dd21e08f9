"""Pictures of a training: losses and scores against steps, seconds or epochs."""

from collections.abc import Mapping, Sequence

import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

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
LOOKS = ((theme.BLUE, "circle", "solid"), (theme.VERMILION, "diamond", "dash"))


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
    figure = make_subplots(
        cols=2, subplot_titles=[theme.escape(title) for title in titles], horizontal_spacing=0.08
    )
    for place, (name, record) in enumerate(records.items()):
        colour, symbol, dash = LOOKS[place]
        line = {"color": colour, "dash": dash}
        train = _line(f"figure.training.train|{name}", words)
        train.update(line=line | {"width": 1}, opacity=0.65, mode="lines")
        dev = _line(f"figure.training.dev|{name}", words)
        dev.update(line=line | {"width": 2.5}, mode="lines+markers", marker_symbol=symbol)
        x = axis_values(record, axis, dev=True)
        losses = [point.loss for point in record.losses]
        figure.add_trace(
            train.update(x=axis_values(record, axis, dev=False), y=losses), row=1, col=1
        )
        score = go.Scatter(dev).update(x=x, y=[p.score for p in record.dev], showlegend=False)
        figure.add_trace(dev.update(x=x, y=[p.loss for p in record.dev]), row=1, col=1)
        figure.add_trace(score, row=1, col=2)
    figure.update_layout(theme.layout("", height=HEIGHT))
    figure.update_layout(
        margin_t=36, legend={"orientation": "h", "x": 0, "y": -0.26, "yanchor": "top"}
    )
    figure.update_annotations(font={"size": 14})
    figure.update_xaxes(
        type="log" if logarithmic else "linear",
        dtick=1 if logarithmic else None,
        title={"text": theme.escape(words[f"figure.training.axis.{axis}"])},
    )
    figure.update_yaxes(rangemode="tozero")
    return figure


def _line(key_and_name: str, words: Words) -> go.Scatter:
    """A line without points, its name and what it says under the pointer."""
    key, name = key_and_name.split("|", 1)
    label = theme.escape(words[key].format_map({"name": name}))
    return go.Scatter(
        name=label, hovertemplate=f"<b>{label}</b><br>%{{x:,.6~g}}: %{{y:.3f}}<extra></extra>"
    )


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

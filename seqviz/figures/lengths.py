"""Quality by source length in one picture: a line a system, with intervals."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from seqviz import kinds
from seqviz.figures import theme
from seqviz.figures.picture import Picture
from seqviz.figures.words import WORDS
from seqviz.records.lengths import METRICS, Interval, LengthBucket, LengthStudy
from seqviz.words.numbers import number

Words = Mapping[str, str]

HEIGHT = 480
APART = 0.09
"""Source pieces between the lines of two systems, so that their intervals can be told apart."""


@dataclass(frozen=True, kw_only=True)
class LengthCurve:
    """What was measured of one system."""

    code: str
    """Of the system, such as "transformer"."""
    name: str
    """As it is shown."""
    study: LengthStudy


def lengths_picture(
    curves: Sequence[LengthCurve], metric: str, *, here: int | None = None, words: Words = WORDS
) -> Picture:
    """One metric of all systems against the length of the sentences, with its intervals.

    A bucket stands at the mean length of its sentences. Systems without attention are dashed, their
    symbols open.

    Args:
        curves: at least one; all measured alike, on the same buckets.
        metric: "bleu", "chrf" or "exact".
        here: length of the present sentence, to be marked; None: none.
        words: the figure's words.
    """
    return Picture(
        _chart(curves, metric, here=here, words=words),
        " ".join(_sentence(curve, metric, words) for curve in curves),
        _table(curves, metric, words),
    )


def _chart(
    curves: Sequence[LengthCurve], metric: str, *, here: int | None, words: Words
) -> go.Figure:
    study = curves[0].study
    facts = {
        "test_set": study.test_set.removesuffix(".tsv.gz"),
        "beam": study.beam_size,
    }
    title = words["figure.lengths.title"].format_map({"metric": _metric(metric, words)})
    measured = words["figure.lengths.measured"].format_map(facts)
    middle = (len(curves) - 1) / 2
    layout = theme.layout(title, height=HEIGHT, subtitle=measured, top=64) | {
        "showlegend": True,
        "legend": theme.LEGEND_BELOW,
        "xaxis": {
            "title": {"text": words["figure.lengths.axis"]},
            "zeroline": False,
        },
        "yaxis": {"title": {"text": _metric(metric, words)}, "rangemode": "tozero"},
    }
    lines = [
        _line(curve, metric, place=place, shift=place - middle, words=words)
        for place, curve in enumerate(curves)
    ]
    return go.Figure(lines, layout | ({} if here is None else _here(study, here, words)))


def _table(curves: Sequence[LengthCurve], metric: str, words: Words) -> pd.DataFrame:
    name = {"metric": _metric(metric, words)}
    return pd.DataFrame(
        [
            {
                words["figure.lengths.system"]: curve.name,
                words["figure.lengths.pieces"]: _range(curve.study, bucket, words),
                words["figure.lengths.sentences"]: bucket.sentences,
                name["metric"]: _of(bucket, metric).value,
                words["figure.lengths.low"].format_map(name): _of(bucket, metric).low,
                words["figure.lengths.high"].format_map(name): _of(bucket, metric).high,
            }
            for curve in curves
            for bucket in curve.study.buckets
        ]
    )


def _line(curve: LengthCurve, metric: str, *, place: int, shift: float, words: Words) -> go.Scatter:
    colour, symbol = theme.system_look(curve.code, place)
    buckets = curve.study.buckets
    scores = [_of(bucket, metric) for bucket in buckets]
    dashed = curve.study.attention == kinds.NO_ATTENTION
    return go.Scatter(
        x=[round(bucket.mean_length + APART * shift, 3) for bucket in buckets],
        y=[score.value for score in scores],
        error_y={
            "type": "data",
            "symmetric": False,
            "array": [max(0.0, round(score.high - score.value, 2)) for score in scores],
            "arrayminus": [max(0.0, round(score.value - score.low, 2)) for score in scores],
            "thickness": 1.2,
            "width": 3,
        },
        name=theme.escape(curve.name),
        mode="lines+markers",
        line={"color": colour, "dash": "dash" if dashed else "solid", "width": 2.5},
        marker={"symbol": symbol, "size": 9, "line": {"width": 2 if dashed else 0}},
        hovertext=list(_hovers(curve, metric, words)),
        hovertemplate="%{hovertext}<extra></extra>",
    )


def _hovers(curve: LengthCurve, metric: str, words: Words) -> Iterator[str]:
    for bucket in curve.study.buckets:
        facts = {
            "range": _range(curve.study, bucket, words),
            "sentences": bucket.sentences,
            "metric": _metric(metric, words),
        } | {end: number(value, ".1f") for end, value in vars(_of(bucket, metric)).items()}
        lines = (words[f"figure.lengths.{line}"].format_map(facts) for line in _HOVER)
        yield f"<b>{theme.escape(curve.name)}</b><br>" + "<br>".join(map(theme.escape, lines))


_HOVER = ("hover", "interval")


def _here(study: LengthStudy, length: int, words: Words) -> dict[str, Any]:
    """A vertical line at the present sentence's length, or at the edge if it is longer than all."""
    edge = study.buckets[-1].mean_length + 1
    text = words["figure.lengths.here"].format_map({"length": length})
    left = length > (study.buckets[0].mean_length + edge - 1) / 2
    return theme.mark(min(length, edge), f"{text} →" if length > edge else text, left=left)


def _sentence(curve: LengthCurve, metric: str, words: Words) -> str:
    """Say of a system how well it does on the shortest and on the longest sentences."""
    first, last = curve.study.buckets[0], curve.study.buckets[-1]
    facts = {
        "metric": _metric(metric, words),
        "name": curve.name,
        "first_value": number(_of(first, metric).value, ".1f"),
        "last_value": number(_of(last, metric).value, ".1f"),
        "first_range": _range(curve.study, first, words),
        "last_range": _range(curve.study, last, words),
    }
    return words["figure.lengths.alt"].format_map(facts)


def _range(study: LengthStudy, bucket: LengthBucket, words: Words) -> str:
    first, last = bucket is study.buckets[0], bucket.last is None
    if first and last:
        return words["figure.lengths.all"]
    if bucket.first == bucket.last:
        return str(bucket.first)
    key = "up_to" if first else "from" if last else "range"
    facts = {"first": bucket.first, "last": bucket.last}
    return words[f"figure.lengths.{key}"].format_map(facts)


def _of(bucket: LengthBucket, metric: str) -> Interval:
    if metric not in METRICS:
        raise ValueError(f"no metric {metric!r}")
    found = getattr(bucket, metric)
    assert isinstance(found, Interval)
    return found


def _metric(metric: str, words: Words) -> str:
    return words[f"figure.lengths.{metric}"]

"""A training as it goes on: ECharts options, because those change in place and do not flicker."""

from collections.abc import Mapping, Sequence
from math import ceil, floor, log10
from typing import Any

import pandas as pd

from seqviz.analysis.attention import AttentionView
from seqviz.figures import theme
from seqviz.figures.attention import attention_sentence, attention_table, axis_names
from seqviz.figures.picture import EChartsPicture
from seqviz.figures.words import WORDS
from seqviz.records.live import CurvePoint, LiveCase, LiveState
from seqviz.words.numbers import number

Words = Mapping[str, str]
Option = dict[str, Any]

CURVES_HEIGHT = 396
CELLS_HEIGHT = 400
LABELS_HEIGHT, LABELS_WIDTH = 96, 108
"""Pixels for the tokens and the axes' names; they stay put while the output changes."""
SLANT = -55
"""Degrees."""
LABEL = 12
"""Most characters of a token."""
MOST_LABELS = 60
"""With more tokens than this, only some have a label."""
MOST_NAMED = 1_500
"""With more cells than this, they have no tooltip that names them."""
LEAST_LOSS = 1e-4
"""The logarithmic axis has no 0."""
LOSS, SCORE = theme.BEAM, theme.SERIES[0]
_GRID = {"lineStyle": {"color": theme.SOFT, "opacity": 0.25}}


def live_curves_picture(state: LiveState, *, words: Words = WORDS) -> EChartsPicture:
    """The loss (left, logarithmic) and the exact match (right) over the updates."""
    losses = _column(state.losses, words["figure.live.loss"])
    scores = _column(state.scores, words["figure.live.score"])
    table = pd.concat([losses, scores], axis=1).sort_index().round(4)
    return EChartsPicture(
        _curves(state, words),
        CURVES_HEIGHT,
        _curves_sentence(state, words),
        table.rename_axis(words["figure.live.step"]).reset_index(),
    )


def _curves(state: LiveState, words: Words) -> Option:
    names = [words["figure.live.loss"], words["figure.live.score"]]
    losses = [(point.step, max(point.value, LEAST_LOSS)) for point in state.losses]
    scores = [(point.step, point.value) for point in state.scores]
    values = [value for _, value in losses] or [1.0]
    left = {"type": "log", "name": names[0], "nameLocation": "middle", "nameGap": 42} | {
        "min": 10.0 ** floor(log10(min(values))),
        "max": 10.0 ** ceil(log10(max(values))),
        "splitLine": _GRID,
        "axisLine": {"show": True, "lineStyle": {"color": LOSS, "width": 2}},
    }
    right = {"type": "value", "name": names[1], "nameLocation": "middle", "nameGap": 38} | {
        "min": 0,
        "max": 100,
        "splitLine": {"show": False},
        "axisLine": {"show": True, "lineStyle": {"color": SCORE, "width": 2}},
    }
    return {
        "animation": False,
        "legend": {"data": names, "top": 0, "left": 0, "selectedMode": False, "itemGap": 18},
        "tooltip": {"trigger": "axis", "confine": True},
        "toolbox": _toolbox("training", words),
        "grid": {"left": 64, "right": 60, "top": 50, "bottom": 44, "outerBoundsMode": "none"},
        "xAxis": {"type": "value", "min": 0, "max": max(state.step, 1), "splitLine": _GRID}
        | {"name": words["figure.live.step"], "nameLocation": "middle", "nameGap": 26}
        | {"minInterval": 1, "axisLabel": {"showMaxLabel": False}},
        "yAxis": [left, right],
        "series": [
            _line(names[0], losses, axis=0, color=LOSS, symbol="none"),
            _line(names[1], scores, axis=1, color=SCORE, symbol="diamond"),
        ],
    }


def _curves_sentence(state: LiveState, words: Words) -> str:
    if not state.losses or not state.scores:
        return words["figure.live.curves.alt.empty"]
    facts = {
        "step": state.step,
        "first_loss": number(state.losses[0].value),
        "last_loss": number(state.losses[-1].value, ".3f"),
        "first_score": number(state.scores[0].value, ".0f"),
        "last_score": number(state.scores[-1].value, ".0f"),
    }
    return words["figure.live.curves.alt"].format_map(facts)


def live_attention_picture(view: AttentionView, *, words: Words = WORDS) -> EChartsPicture:
    """A matrix of attention: rows are output tokens, columns are source tokens.

    The colours always run from 0 to 1, so that they mean the same from second to second.
    """
    return EChartsPicture(
        _heatmap(view, words),
        CELLS_HEIGHT,
        attention_sentence(view, words),
        attention_table(view, words),
    )


def _heatmap(view: AttentionView, words: Words) -> Option:
    rows, columns = axis_names(view, words=words)
    return {
        "animation": False,
        "tooltip": {"confine": True, "formatter": "{b}: {@[2]}"},
        "toolbox": _toolbox("attention", words),
        "grid": {"left": LABELS_WIDTH, "right": 76, "top": LABELS_HEIGHT, "bottom": 8}
        | {"outerBoundsMode": "none"},
        "xAxis": _columns(view.column_labels, columns),
        "yAxis": _tokens(view.row_labels, rows) | {"inverse": True, "nameGap": LABELS_WIDTH - 20},
        "visualMap": {"type": "continuous", "min": 0, "max": 1, "calculable": False, "precision": 2}
        | {"right": 4, "top": LABELS_HEIGHT, "itemHeight": 110, "itemWidth": 12}
        | {"text": ["1", "0"], "inRange": {"color": [colour for _, colour in theme.SCALE]}},
        "series": [{"type": "heatmap", "id": "weights", "data": _cells(view, words)}],
    }


def live_cases_table(cases: Sequence[LiveCase], *, words: Words = WORDS) -> pd.DataFrame:
    """Pairs that are not trained on, with what the model makes of them."""
    return pd.DataFrame(
        {
            words["figure.live.right"]: ["✓" if case.matches else "✗" for case in cases],
            words["figure.live.source"]: [case.source for case in cases],
            words["figure.live.output"]: [case.translation for case in cases],
            words["figure.live.reference"]: [case.reference for case in cases],
        }
    )


def _toolbox(name: str, words: Words) -> Option:
    """A button that saves an SVG of that name."""
    save = {"type": "svg", "name": name, "title": words["figure.live.save"]}
    return {"feature": {"saveAsImage": save}, "right": 4, "top": 0}


def _line(
    name: str, points: Sequence[tuple[int, float]], *, axis: int, color: str, symbol: str
) -> Option:
    return {
        "type": "line",
        "id": str(axis),
        "name": name,
        "yAxisIndex": axis,
        "data": [[step, round(value, 4)] for step, value in points],
        "symbol": symbol,
        "symbolSize": 7,
        "itemStyle": {"color": color},
        "lineStyle": {"color": color, "width": 2.5, "type": "solid" if axis == 0 else "dashed"},
    }


def _column(points: Sequence[CurvePoint], name: str) -> "pd.Series[float]":
    steps = [point.step for point in points]
    return pd.Series([point.value for point in points], index=steps, name=name, dtype=float)


def _cells(view: AttentionView, words: Words) -> list[Option]:
    """Every weight with the name that its tooltip shows; no names where there are very many."""
    link = words["figure.attention.cell"]
    named = view.weights.size <= MOST_NAMED
    return [
        {"value": [column, row, round(float(weight), 3)]}
        | ({"name": link.format_map({"row": produced, "column": read})} if named else {})
        for row, (produced, weights) in enumerate(zip(view.row_labels, view.weights, strict=True))
        for column, (read, weight) in enumerate(zip(view.column_labels, weights, strict=True))
    ]


def _columns(labels: Sequence[str], name: str) -> Option:
    """The axis above the matrix; words are slanted, single characters stand upright.

    Among these, the last label, EOS, starts at its place, clear of the one before.
    """
    axis = _tokens(labels, name) | {"position": "top", "nameGap": LABELS_HEIGHT - 24}
    *others, last = axis["data"]
    if max(map(len, labels[:-1]), default=1) > 1:
        return axis | {"axisLabel": axis["axisLabel"] | {"rotate": SLANT}}
    return axis | {"data": [*others, {"value": last, "textStyle": {"align": "left"}}]}


def _tokens(labels: Sequence[str], name: str) -> Option:
    """An axis of tokens; equal ones stay apart, because cells name their places by numbers."""
    return {
        "type": "category",
        "data": [theme.isolate(theme.shorten(label, LABEL)) for label in labels],
        "name": name,
        "nameLocation": "middle",
        "axisLabel": {"interval": 0 if len(labels) <= MOST_LABELS else "auto", "fontSize": 13}
        | {"hideOverlap": True},
        "axisTick": {"show": False},
    }

"""Pictures of the recorded hypotheses ranked anew: the table, and who wins at which α or β."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from seqviz.analysis.rerank import Array, Ranking
from seqviz.analysis.score_curves import ScoreCurves
from seqviz.figures import theme
from seqviz.figures.picture import Picture
from seqviz.figures.words import WORDS
from seqviz.trace import Trace
from seqviz.words.numbers import number

Words = Mapping[str, str]

HEIGHT = 430
MOST_LINES = 12
"""The best ones and all that win somewhere are drawn; more lines would hide each other."""
CLOSE = 0.1
"""Part of the axis that the words at a mark take; nearer marks have theirs on either side."""
MOST_CHARACTERS = 44
"""Of a text in a legend."""
CONTEXT = 10
"""Characters before the first difference that such a text keeps at most."""
ROW_HEIGHT, MOST_ROWS = 17, 3
"""Pixels and rows of the words above the drawing: the changes, the present value, the search's."""
BEST = (theme.BEST, "solid")
"""Colour and dash of the present winner; below, of those that win elsewhere."""
LOOKS = tuple(
    zip(reversed(theme.SERIES), ("dash", "dashdot", "longdash", "longdashdot", "dot"), strict=True)
)
OTHERS = {"line": {"color": theme.SOFT, "width": 1}, "opacity": 0.6, "showlegend": False}
"""Of those that win nowhere."""
NAMES = {"alpha": "α", "beta": "β"}


def rerank_table(trace: Trace, ranking: Ranking, *, words: Words = WORDS) -> pd.DataFrame:
    """All hypotheses, best first, each score taken apart; a star marks the winner."""
    found, order = trace.hypotheses, ranking.order
    table = pd.DataFrame(
        {
            words["figure.rerank.now"]: np.arange(1, len(order) + 1),
            words["figure.cumulative"]: found.log_probs[order],
            words["figure.length"]: found.lengths[order],
            words["figure.rerank.normaliser"]: ranking.normalisers[order],
            words["figure.rerank.coverage"]: ranking.coverage_terms[order],
            words["figure.rerank.score"]: ranking.scores[order],
            words["figure.finished"]: [
                words["figure.yes" if found.finished[place] else "figure.no"] for place in order
            ],
            words[_of(trace, "figure.rerank.searched")]: order + 1,
            words["figure.text"]: [found.texts[place] for place in order],
        }
    )
    table.insert(0, "", ["★", *[""] * (len(order) - 1)])
    return table.round(4)


def _of(trace: Trace, key: str) -> str:
    """The key of the words for a search, or for samples, which nothing searched for."""
    return key if trace.options.sampling is None else f"{key}.sample"


def rerank_picture(
    trace: Trace,
    ranking: Ranking,
    curves: ScoreCurves,
    *,
    relative: bool = True,
    words: Words = WORDS,
) -> Picture:
    """A line for every hypothesis, and where the winner changes.

    The table says from which value to which each winner wins.

    Args:
        trace: whose hypotheses.
        ranking: at the present values.
        curves: over α or over β.
        relative: draw how far each is behind the best, in percent of the best score, instead of
            the score: scores shrink with α, so that far right their lines cannot be told apart.
        words: the words on it.
    """
    winners = _winners(ranking, curves)
    return Picture(
        _chart(trace, ranking, curves, winners=winners, relative=relative, words=words),
        _sentence(trace, ranking, curves, words=words),
        _table(trace, curves, winners, words=words),
    )


def _chart(
    trace: Trace,
    ranking: Ranking,
    curves: ScoreCurves,
    *,
    winners: list[int],
    relative: bool,
    words: Words,
) -> go.Figure:
    held = {"held": number(ranking.beta if curves.over == "alpha" else ranking.alpha)}
    title = words[f"figure.rerank.title.{curves.over}"].format_map(held)
    label = "figure.rerank.behind" if relative else "figure.score"
    heights = _behind(curves.scores) if relative else curves.scores
    layout = theme.layout(title, height=HEIGHT, top=33 + ROW_HEIGHT * MOST_ROWS)
    layout |= _marked(trace, curves, words=words) | {
        "xaxis": {"title": {"text": NAMES[curves.over]}, "range": [0, float(curves.values[-1])]},
        "yaxis": {"title": {"text": words[label]}, "zeroline": False}
        | ({"range": _range(heights, winners)} if relative else {}),
        "legend": theme.LEGEND_BELOW | {"traceorder": "reversed"},
    }
    drawn = _drawn(ranking, winners)
    names = legend_texts([trace.hypotheses.texts[place] for place in drawn])
    looks = _looks(ranking, winners)
    lines = [
        _line(curves, heights, place=place, text=text, words=words) | looks.get(place, OTHERS)
        for place, text in zip(drawn[::-1], names[::-1], strict=True)
    ]
    return go.Figure([go.Scatter(line) for line in lines], layout)


def _table(trace: Trace, curves: ScoreCurves, winners: list[int], *, words: Words) -> pd.DataFrame:
    bounds = [0.0, *(change.value for change in curves.changes), float(curves.values[-1])]
    name = NAMES[curves.over]
    return pd.DataFrame(
        {
            words["figure.rerank.from"].format_map({"name": name}): np.round(bounds[:-1], 4),
            words["figure.rerank.to"].format_map({"name": name}): np.round(bounds[1:], 4),
            words["figure.rerank.winner"]: [trace.hypotheses.texts[place] for place in winners],
            words[_of(trace, "figure.rerank.searched")]: np.array(winners) + 1,
        }
    )


def _sentence(trace: Trace, ranking: Ranking, curves: ScoreCurves, *, words: Words) -> str:
    texts = trace.hypotheses.texts
    name = NAMES[curves.over]
    facts = {
        "name": name,
        "high": number(curves.values[-1], "g"),
        "now": number(curves.now),
        "winner": texts[ranking.winner],
        "count": len(curves.changes),
    }
    changes = [
        words["figure.rerank.alt.change"].format_map(
            {"name": name, "value": number(change.value)}
            | {"before": texts[change.before], "after": texts[change.after]}
        )
        for change in curves.changes
    ]
    return " ".join([words["figure.rerank.alt"].format_map(facts), *changes])


def _winners(ranking: Ranking, curves: ScoreCurves) -> list[int]:
    """Places of those that win somewhere, in the order of the values."""
    if not curves.changes:
        return [ranking.winner]
    return [curves.changes[0].before, *(change.after for change in curves.changes)]


def _drawn(ranking: Ranking, winners: list[int]) -> list[int]:
    """Places of the hypotheses to draw: those that win somewhere, then the best now."""
    return list(dict.fromkeys([*winners, *(int(place) for place in ranking.order)]))[
        : max(MOST_LINES, len(set(winners)))
    ]


def _behind(scores: Array) -> Array:
    """Distance to the best at every value, in percent of the best score; at most 0."""
    best = scores.max(axis=1, keepdims=True)
    percent: Array = 100 * (scores - best) / np.maximum(np.abs(best), 1e-9)
    return percent


def _range(heights: Array, winners: list[int]) -> list[float]:
    """What is up to a third of the score behind; up to two thirds to see all that win."""
    lowest = float(np.clip(heights[:, winners].min(), -66.0, -33.0))
    return [1.08 * lowest, -0.06 * lowest]


def legend_texts(texts: Sequence[str]) -> list[str]:
    """Each text, cut to where those that begin alike differ; equal texts stay equal."""
    shown = _distinct(list(dict.fromkeys(texts)), start=0)
    return [shown[text] for text in texts]


def _distinct(texts: Sequence[str], *, start: int) -> dict[str, str]:
    """Every text to a short one, from ``start`` on, or from later where they would be the same."""
    shown = {text: _window(text, start) for text in texts}
    for short in set(shown.values()):
        alike = [text for text in texts if shown[text] == short]
        if len(alike) > 1:
            columns = zip(*alike, strict=False)
            parting = len(list(takewhile(lambda column: len(set(column)) == 1, columns)))
            word = alike[0].rfind(" ", 0, parting) + 1
            shown |= _distinct(alike, start=max(word, parting - CONTEXT))
    return shown


def _window(text: str, start: int) -> str:
    end = start + MOST_CHARACTERS
    return "…" * (start > 0) + text[start:end] + "…" * (end < len(text))


def _line(
    curves: ScoreCurves, heights: Array, *, place: int, text: str, words: Words
) -> dict[str, Any]:
    shown = f"{place + 1}. {theme.escape(theme.isolate(text))}"
    score = theme.named(words["figure.score"], "%{customdata:.4f}", words)
    return {
        "x": np.round(curves.values, 4),
        "y": np.round(heights[:, place], 4),
        "customdata": np.round(curves.scores[:, place], 4),
        "name": shown,
        "mode": "lines",
        "hovertemplate": (
            f"<b>{shown}</b><br>{NAMES[curves.over]} = %{{x:.2f}}<br>{score}<extra></extra>"
        ),
    }


def _looks(ranking: Ranking, winners: Sequence[int]) -> dict[int, dict[str, Any]]:
    """Of those that win somewhere, in the order of the values; the present winner is the best."""
    others = [place for place in dict.fromkeys(winners) if place != ranking.winner]
    looks = dict(zip(others, LOOKS * len(others), strict=False))
    return {
        place: {"line": {"color": color, "dash": dash, "width": 3}, "showlegend": True}
        for place, (color, dash) in ({ranking.winner: BEST} | looks).items()
    }


@dataclass(frozen=True)
class _Mark:
    """A vertical line with words above it, in one of some rows, 0 the lowest."""

    value: float
    text: str
    dash: str
    row: int = 0
    side: str = "left"


def _marked(trace: Trace, curves: ScoreCurves, *, words: Words) -> dict[str, Any]:
    """Vertical lines with their words above, as shapes and annotations of a layout."""
    marks = list(_marks(trace, curves, words=words))
    up = {"xref": "x", "yref": "paper"}
    return {
        "shapes": [
            {"type": "line", "x0": mark.value, "x1": mark.value, "y0": 0, "y1": 1}
            | {"line": {"color": theme.SOFT, "dash": mark.dash, "width": 2}}
            | up
            for mark in marks
        ],
        "annotations": [
            {"x": mark.value, "y": 1, "text": theme.escape(mark.text), "showarrow": False}
            | {"xanchor": mark.side, "yanchor": "bottom", "yshift": ROW_HEIGHT * mark.row}
            | up
            for mark in marks
        ],
    }


def _marks(trace: Trace, curves: ScoreCurves, *, words: Words) -> Iterator[_Mark]:
    """Where the winner changes, the search's own value, the present one."""
    own = trace.options.alpha if curves.over == "alpha" else trace.options.beta
    values = [change.value for change in curves.changes]
    for value, following in zip(values, [*values, math.inf][1:], strict=True):
        close = following - value < CLOSE * curves.values[-1]
        yield _Mark(value, number(value), "dot", side="right" if close else "left")
    if own != curves.now:
        yield _mark(own, words[_of(trace, "figure.rerank.own")], "dash", curves=curves, row=2)
    present = words["figure.rerank.present"].format_map({"value": number(curves.now)})
    yield _mark(curves.now, present, "solid", curves=curves, row=1)


def _mark(value: float, text: str, dash: str, *, curves: ScoreCurves, row: int) -> _Mark:
    """One with its words on the side where there is room."""
    right = value > (1 - CLOSE) * curves.values[-1]
    return _Mark(value, text, dash, row=row, side="right" if right else "left")

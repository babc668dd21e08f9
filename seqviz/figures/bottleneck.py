"""One reference under one system or two, token by token: running sum and surprisal."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from seqviz.analysis.bottleneck import Array, Parting, finite
from seqviz.analysis.words import piece_label
from seqviz.figures import theme
from seqviz.figures.picture import Picture
from seqviz.figures.words import WORDS
from seqviz.words.numbers import number

Words = Mapping[str, str]

HEIGHT = 470


@dataclass(frozen=True, kw_only=True, eq=False)
class ForcedLine:
    """A reference as one system sees it."""

    code: str
    """Of the system, such as "transformer"."""
    name: str
    """As it is shown."""
    attends: bool
    pieces: tuple[str, ...]
    """Of the reference, EOS included; the same for all systems of a pair."""
    log_probs: Array
    """(T,), in nats."""


def forced_picture(
    lines: Sequence[ForcedLine], parted: Parting | None, *, words: Words = WORDS
) -> Picture:
    """The running sums of log-probabilities above, every token's surprisal below.

    Args:
        lines: one or two systems, on the same tokens.
        parted: of the two; None where there is only one.
        words: the figure's words.
    """
    labels = [piece_label(piece) for piece in lines[0].pieces]
    values = [finite(line.log_probs) for line in lines]
    step = None if parted is None else parted.step
    sentences = (_sentence(*each, labels, words=words) for each in zip(lines, values, strict=True))
    return Picture(
        _chart(lines, values, labels, parting=step, words=words),
        " ".join(sentences),
        _table(lines, values, labels, words=words),
    )


def _chart(
    lines: Sequence[ForcedLine],
    values: Sequence[Array],
    labels: Sequence[str],
    *,
    parting: int | None,
    words: Words,
) -> go.Figure:
    axis, room = theme.slanted_token_axis(labels)
    axes: list[dict[str, Any]] = [
        {"title": {"text": words["figure.forced.so_far"]}},
        {"title": {"text": words["figure.surprisal"]}, "rangemode": "tozero"},
    ]
    title = words["figure.forced.title"]
    layout = theme.layout(title, height=HEIGHT + room) | {"legend": theme.LEGEND_BELOW}
    layout |= theme.stacked(axes, (0.62, 0.38), gap=0.05)
    layout["xaxis"] |= axis
    if parting is not None:
        left = parting > len(labels) / 2
        layout |= theme.mark(parting - 0.5, words["figure.forced.parting"], left=left)
    drawn = []
    for line, log_probs in zip(lines, values, strict=True):
        above = _line(line, log_probs, words)
        surprisals = np.maximum(-log_probs, 0).round(4).tolist()
        below = above | {"y": surprisals, "yaxis": "y2", "showlegend": False}
        drawn += [go.Scatter(above), go.Scatter(below)]
    return go.Figure(drawn, layout)


def _table(
    lines: Sequence[ForcedLine], values: Sequence[Array], labels: Sequence[str], *, words: Words
) -> pd.DataFrame:
    table = pd.DataFrame(
        {
            words["figure.step"]: np.arange(1, len(labels) + 1),
            words["figure.token"]: labels,
        }
    )
    for line, log_probs in zip(lines, values, strict=True):
        surprisal, cumulative = (
            theme.named(line.name, words[f"figure.{name}"], words)
            for name in ("surprisal", "cumulative")
        )
        table[surprisal] = (-log_probs).round(3)
        table[cumulative] = np.cumsum(log_probs).round(3)
    return table


def _sentence(line: ForcedLine, log_probs: Array, labels: Sequence[str], *, words: Words) -> str:
    """Say how probable a system holds the reference, and what surprises it most."""
    worst = int(log_probs.argmin())
    facts = {
        "count": len(labels),
        "name": line.name,
        "total": number(log_probs.sum()),
        "worst": labels[worst],
        "most": number(-log_probs[worst]),
    }
    return words["figure.forced.alt"].format_map(facts)


def _line(line: ForcedLine, log_probs: Array, words: Words) -> dict[str, Any]:
    colour, symbol = theme.system_look(line.code)
    name = theme.escape(line.name)
    totals = np.cumsum(log_probs)
    facts = [
        {"log_prob": number(value), "total": number(total)}
        for value, total in zip(log_probs, totals, strict=True)
    ]
    return {
        "x": list(range(len(totals))),
        "y": totals.round(4).tolist(),
        "name": name,
        "legendgroup": line.code,
        "mode": "lines+markers",
        "line": {"color": colour, "dash": "solid" if line.attends else "dash", "width": 2.5},
        "marker": {"symbol": symbol, "size": 8, "line": {"width": 0 if line.attends else 2}},
        "hovertext": [
            theme.escape(words["figure.forced.hover"].format_map(fact)) for fact in facts
        ],
        "hovertemplate": f"<b>%{{x}}</b> · {name}<br>%{{hovertext}}<extra></extra>",
    }

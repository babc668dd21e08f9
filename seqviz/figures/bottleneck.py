"""One reference under one system or two, token by token: running sum and surprisal."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from seqviz.analysis.bottleneck import Array, Parting, finite
from seqviz.analysis.words import display_piece
from seqviz.figures import theme
from seqviz.figures.lengths import look_of
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
    labels = [display_piece(piece) for piece in lines[0].pieces]
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
    figure = make_subplots(
        rows=2, cols=1, shared_xaxes=True, vertical_spacing=0.05, row_heights=[0.62, 0.38]
    )
    for line, log_probs in zip(lines, values, strict=True):
        above = _line(line, log_probs, words)
        below = go.Scatter(above).update(
            y=np.maximum(-log_probs, 0).round(4).tolist(), showlegend=False
        )
        figure.add_trace(above, row=1, col=1)
        figure.add_trace(below, row=2, col=1)
    if parting is not None:
        figure.add_vline(x=parting - 0.5, line={"color": theme.GREY, "dash": "dot", "width": 2})
        right = parting > len(labels) / 2
        figure.add_annotation(
            text=theme.escape(words["figure.forced.parting"]),
            x=parting - 0.5,
            y=1,
            yref="paper",
            yanchor="top",
            xanchor="right" if right else "left",
            xshift=-theme.ASIDE if right else theme.ASIDE,
            showarrow=False,
        )
    title = theme.escape(words["figure.forced.title"])
    figure.update_layout(theme.layout(title, height=HEIGHT + room))
    figure.update_layout(
        margin_t=72, legend={"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"}
    )
    figure.update_xaxes(axis)
    figure.update_yaxes(title={"text": words["figure.forced.so_far"]}, row=1, col=1)
    figure.update_yaxes(title={"text": words["figure.surprisal"]}, rangemode="tozero", row=2, col=1)
    return figure


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
        table[f"{line.name}: {words['figure.surprisal']}"] = (-log_probs).round(3)
        table[f"{line.name}: {words['figure.cumulative']}"] = np.cumsum(log_probs).round(3)
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


def _line(line: ForcedLine, log_probs: Array, words: Words) -> go.Scatter:
    colour, symbol = look_of(line.code)
    totals = np.cumsum(log_probs)
    facts = [
        {"log_prob": number(value), "total": number(total)}
        for value, total in zip(log_probs, totals, strict=True)
    ]
    return go.Scatter(
        x=list(range(len(totals))),
        y=totals.round(4).tolist(),
        name=theme.escape(line.name),
        legendgroup=line.code,
        mode="lines+markers",
        line={"color": colour, "dash": "solid" if line.attends else "dash", "width": 2.5},
        marker={"symbol": symbol, "size": 8, "line": {"width": 0 if line.attends else 2}},
        hovertext=[theme.escape(words["figure.forced.hover"].format_map(fact)) for fact in facts],
        hovertemplate=f"<b>%{{x}}</b> · {theme.escape(line.name)}<br>%{{hovertext}}<extra></extra>",
    )

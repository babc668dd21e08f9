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
from seqviz.figures.words import WORDS

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


def forced_chart(
    lines: Sequence[ForcedLine], parted: Parting | None, *, words: Words = WORDS
) -> go.Figure:
    """Draw the running sums of log-probabilities above, every token's surprisal below.

    Args:
        lines: one or two systems, on the same tokens.
        parted: of the two; None where there is only one.
        words: the figure's words.
    """
    labels = [display_piece(piece) for piece in lines[0].pieces]
    axis, room = theme.slanted_token_axis(labels)
    figure = make_subplots(
        rows=2, cols=1, shared_xaxes=True, vertical_spacing=0.05, row_heights=[0.62, 0.38]
    )
    for line in lines:
        figure.add_trace(_sums(line, labels, words), row=1, col=1)
        figure.add_trace(_surprisals(line, labels, words), row=2, col=1)
    if parted is not None and parted.step is not None:
        figure.add_vline(x=parted.step - 0.5, line={"color": theme.GREY, "dash": "dot", "width": 2})
        right = parted.step > len(labels) / 2
        figure.add_annotation(
            text=theme.escape(words["figure.forced.parting"]),
            x=parted.step - 0.5,
            y=1,
            yref="paper",
            yanchor="top",
            xanchor="right" if right else "left",
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


def forced_table(lines: Sequence[ForcedLine], *, words: Words = WORDS) -> pd.DataFrame:
    """Token by token: surprisal and running sum of every system."""
    pieces = lines[0].pieces
    table = pd.DataFrame(
        {
            words["figure.step"]: np.arange(1, len(pieces) + 1),
            words["figure.token"]: [display_piece(piece) for piece in pieces],
        }
    )
    for line in lines:
        values = finite(line.log_probs)
        table[f"{line.name}: {words['figure.surprisal']}"] = (-values).round(3)
        table[f"{line.name}: {words['figure.cumulative']}"] = np.cumsum(values).round(3)
    return table


def forced_alt(lines: Sequence[ForcedLine], *, words: Words = WORDS) -> str:
    """Say of every system how probable it holds the reference, and what surprises it most."""
    return " ".join(_alt(line, words) for line in lines)


def _alt(line: ForcedLine, words: Words) -> str:
    values = finite(line.log_probs)
    worst = int(values.argmin())
    facts = {
        "count": len(line.pieces),
        "name": line.name,
        "total": f"{values.sum():.2f}",
        "worst": display_piece(line.pieces[worst]),
        "most": f"{-values[worst]:.2f}",
    }
    return words["figure.forced.alt"].format_map(facts)


def _sums(line: ForcedLine, labels: Sequence[str], words: Words) -> go.Scatter:
    totals = np.cumsum(finite(line.log_probs))
    return _line(line, labels, words=words).update(y=totals.round(4).tolist())


def _surprisals(line: ForcedLine, labels: Sequence[str], words: Words) -> go.Scatter:
    surprisals = -finite(line.log_probs)
    below = _line(line, labels, words=words)
    return below.update(y=np.maximum(surprisals, 0).round(4).tolist(), showlegend=False)


def _line(line: ForcedLine, labels: Sequence[str], *, words: Words) -> go.Scatter:
    colour, symbol = look_of(line.code)
    values = finite(line.log_probs)
    facts = [
        {"log_prob": f"{value:.2f}", "total": f"{total:.2f}"}
        for value, total in zip(values, np.cumsum(values), strict=True)
    ]
    return go.Scatter(
        x=list(range(len(labels))),
        name=theme.escape(line.name),
        legendgroup=line.code,
        mode="lines+markers",
        line={"color": colour, "dash": "solid" if line.attends else "dash", "width": 2.5},
        marker={"symbol": symbol, "size": 8, "line": {"width": 0 if line.attends else 2}},
        hovertext=[theme.escape(words["figure.forced.hover"].format_map(fact)) for fact in facts],
        hovertemplate=f"<b>%{{x}}</b> · {theme.escape(line.name)}<br>%{{hovertext}}<extra></extra>",
    )

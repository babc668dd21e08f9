"""Pictures of an intervention: how far every next-token distribution moved along one target."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from seqviz.analysis.words import display_piece
from seqviz.figures import theme
from seqviz.figures.picture import Picture
from seqviz.figures.words import WORDS
from seqviz.trace import DistributionShift
from seqviz.words.numbers import number

Words = Mapping[str, str]

PANEL_HEIGHT = 150
INFINITE = 50.0
"""How high the bar of an infinite divergence is, in nats."""


def shift_bars(
    shift: DistributionShift, *, step: int | None = None, words: Words = WORDS
) -> go.Figure:
    """Draw both measures of every step, for notebooks; see ``shift_picture``."""
    return shift_picture(shift, step=step, words=words).chart


def shift_picture(
    shift: DistributionShift, *, step: int | None = None, words: Words = WORDS
) -> Picture:
    """Total variation and KL divergence of every step over the target's tokens.

    Args:
        shift: without and with the intervention.
        step: whose bars are outlined.
        words: the figure's words.

    Returns:
        a picture; ``customdata`` of a bar is its step.
    """
    labels = [display_piece(piece) for piece in shift.plain.target_pieces()]
    before, after = (np.exp(trace.log_probs()) for trace in (shift.plain, shift.edited))
    table = {
        words["figure.step"]: np.arange(1, len(labels) + 1),
        words["figure.token"]: labels,
        words["figure.shift.before"]: before.round(4),
        words["figure.shift.after"]: after.round(4),
        words["figure.shift.tv"]: shift.total_variation.round(4),
        words["figure.shift.kl"]: shift.kl.round(4),
    }
    hovers = [
        words["figure.shift.hover"].format_map(
            {"tv": number(variation, ".3f"), "kl": number(divergence, ".3f")}
            | {"before": theme.probability(old), "after": theme.probability(new)}
        )
        for variation, divergence, old, new in zip(
            shift.total_variation, shift.kl, before, after, strict=True
        )
    ]
    return Picture(
        _bars(shift, labels, hovers, step=step, words=words),
        _sentence(shift, labels, words),
        pd.DataFrame(table),
    )


def _bars(
    shift: DistributionShift,
    labels: Sequence[str],
    hovers: Sequence[str],
    *,
    step: int | None,
    words: Words,
) -> go.Figure:
    figure = make_subplots(rows=2, cols=1, shared_xaxes=True, vertical_spacing=0.1)
    panels = (("tv", shift.total_variation, theme.BLUE), ("kl", shift.kl, theme.ORANGE))
    for row, (name, values, colour) in enumerate(panels, 1):
        figure.add_bar(
            x=list(range(len(labels))),
            y=np.minimum(values, INFINITE).astype(np.float64).round(4).tolist(),
            marker={
                "color": colour,
                "line": {
                    "color": theme.VERMILION,
                    "width": [3 * (place == step) for place in range(len(labels))],
                },
            },
            customdata=list(range(len(labels))),
            hovertext=[theme.escape(hover) for hover in hovers],
            hovertemplate="<b>%{x}</b><br>%{hovertext}<extra></extra>",
            row=row,
            col=1,
        )
        figure.update_yaxes(title={"text": words[f"figure.shift.{name}"]}, row=row, col=1)
    figure.update_yaxes(range=[0, 1.02], row=1, col=1)
    highest = float(np.minimum(shift.kl, INFINITE).max(initial=0))
    figure.update_yaxes(range=[0, max(0.1, 1.05 * highest)], row=2, col=1)
    axis, room = theme.slanted_token_axis(labels)
    title = theme.escape(words["figure.shift.title"])
    figure.update_layout(theme.layout(title, height=90 + 2 * PANEL_HEIGHT + room))
    figure.update_xaxes(axis)
    figure.update_layout(showlegend=False, bargap=0.25)
    return figure


def _sentence(shift: DistributionShift, labels: Sequence[str], words: Words) -> str:
    most = int(shift.total_variation.argmax())
    facts = {
        "count": len(shift.kl),
        "mean": number(shift.total_variation.mean(), ".3f"),
        "step": most + 1,
        "token": labels[most],
        "tv": number(shift.total_variation[most], ".3f"),
        "kl": number(shift.kl[most]),
    }
    return words["figure.shift.alt"].format_map(facts)

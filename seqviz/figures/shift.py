"""Pictures of an intervention: how far every next-token distribution moved along one target."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from seqviz.analysis.words import display_piece
from seqviz.figures import theme
from seqviz.figures.words import WORDS
from seqviz.trace import DistributionShift

Words = Mapping[str, str]

PANEL_HEIGHT = 150
INFINITE = 50.0
"""How high the bar of an infinite divergence is, in nats."""


def shift_bars(
    shift: DistributionShift, *, step: int | None = None, words: Words = WORDS
) -> go.Figure:
    """Draw total variation and KL divergence of every step over the target's tokens.

    Args:
        shift: without and with the intervention.
        step: whose bars are outlined.
        words: the figure's words.

    Returns:
        a figure; ``customdata`` of a bar is its step.
    """
    labels = [display_piece(piece) for piece in shift.plain.target_pieces()]
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
            hovertext=[_hover(shift, place, words) for place in range(len(labels))],
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


def shift_table(shift: DistributionShift, *, words: Words = WORDS) -> pd.DataFrame:
    """Token by token: its probability before and after, total variation, KL divergence."""
    labels = [display_piece(piece) for piece in shift.plain.target_pieces()]
    return pd.DataFrame(
        {
            words["figure.step"]: np.arange(1, len(labels) + 1),
            words["figure.token"]: labels,
            words["figure.shift.before"]: np.exp(shift.plain.log_probs()).round(4),
            words["figure.shift.after"]: np.exp(shift.edited.log_probs()).round(4),
            words["figure.shift.tv"]: shift.total_variation.round(4),
            words["figure.shift.kl"]: shift.kl.round(4),
        }
    )


def shift_alt(shift: DistributionShift, *, words: Words = WORDS) -> str:
    """Say in a sentence how much moved, and where most."""
    most = int(shift.total_variation.argmax())
    facts = {
        "count": len(shift.kl),
        "mean": f"{shift.total_variation.mean():.3f}",
        "step": most + 1,
        "token": display_piece(shift.plain.target_pieces()[most]),
        "tv": f"{shift.total_variation[most]:.3f}",
        "kl": f"{shift.kl[most]:.2f}",
    }
    return words["figure.shift.alt"].format_map(facts)


def _hover(shift: DistributionShift, step: int, words: Words) -> str:
    facts = {
        "tv": f"{shift.total_variation[step]:.3f}",
        "kl": f"{shift.kl[step]:.3f}",
        "before": theme.probability(float(np.exp(shift.plain.log_probs()[step]))),
        "after": theme.probability(float(np.exp(shift.edited.log_probs()[step]))),
    }
    return theme.escape(words["figure.shift.hover"].format_map(facts))

"""Pictures of an intervention: how far every next-token distribution moved along one target."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from numpy.typing import NDArray

from seqviz.analysis.words import piece_label
from seqviz.figures import theme
from seqviz.figures.picture import Picture
from seqviz.figures.words import WORDS
from seqviz.trace import DistributionShift
from seqviz.words.numbers import number

Words = Mapping[str, str]
Array = NDArray[np.floating[Any]]

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
    labels = [piece_label(piece) for piece in shift.plain.target_pieces()]
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
    highest = float(np.minimum(shift.kl, INFINITE).max(initial=0))
    ranges = {"tv": [0, 1.02], "kl": [0, max(0.1, 1.05 * highest)]}
    axes = [
        {"title": {"text": words[f"figure.shift.{name}"]}, "range": ends}
        for name, ends in ranges.items()
    ]
    axis, room = theme.slanted_token_axis(labels)
    title = words["figure.shift.title"]
    layout = theme.layout(title, height=90 + 2 * PANEL_HEIGHT + room)
    layout |= {"showlegend": False, "bargap": 0.25} | theme.stacked(axes, (0.5, 0.5), gap=0.1)
    layout["xaxis"] |= axis
    bars = [
        _panel(values, hovers, step=step, axis=theme.axis_name("y", place))
        for place, values in enumerate((shift.total_variation, shift.kl))
    ]
    return go.Figure(bars, layout)


def _panel(values: Array, hovers: Sequence[str], *, step: int | None, axis: str) -> go.Bar:
    places = list(range(len(hovers)))
    return go.Bar(
        x=places,
        y=np.minimum(values, INFINITE).astype(np.float64).round(4).tolist(),
        yaxis=axis,
        marker={
            "color": theme.HOW_MUCH,
            "line": {"color": theme.SELECTED, "width": [3 * (place == step) for place in places]},
        },
        customdata=places,
        hovertext=[theme.escape(hover) for hover in hovers],
        hovertemplate="<b>%{x}</b><br>%{hovertext}<extra></extra>",
    )


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

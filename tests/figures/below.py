"""How far a legend stands below the label of the axis above it, as plotly lays both out."""

import plotly.graph_objects as go

ROW, FRAME = 19, 10
"""Pixels of a name in a legend, and of what is around all names; measured on the page."""
LABELLED = 51.3
"""Pixels from an axis to below its label; measured there, too."""


def gap_below(figure: go.Figure) -> float:
    """Pixels, where every name of the legend has a row of its own, as on a phone.

    A legend at −y times the height of the drawing takes that, and its own height, from it.
    """
    layout = figure.layout
    assert layout.legend.yanchor == "top"
    part = -layout.legend.y
    named = sum(trace.showlegend is not False for trace in figure.data)
    room = layout.height - layout.margin.t - layout.margin.b - named * ROW - FRAME
    return float(part * room / (1 + part) - LABELLED)

"""A picture is one value: its chart, the chart in a sentence, and its numbers as a table.

Every ``…_picture`` function of ``seqviz.figures`` returns one. It knows no page and no file.
"""

from dataclasses import dataclass

import pandas as pd
import plotly.graph_objects as go


@dataclass(frozen=True, eq=False)
class Picture:
    """One picture for those who see it, who hear it, and who count."""

    chart: go.Figure
    sentence: str
    """Says what the chart shows: the alternative text for screen readers."""
    table: pd.DataFrame
    """The numbers of the chart."""

"""Numbers beside numbers, as bars or as curves: all pictures that are not the viewer's.

Knows no colours, and not what is drawn.
"""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, kw_only=True)
class Row:
    """A group of bars."""

    label: str
    values: tuple[float | None, ...]
    """One a series; None on a curve: not measured there."""
    note: str = ""
    """Small, behind the label."""
    mark: Literal["", "best", "greedy", "right"] = ""
    intervals: tuple[tuple[float, float], ...] = ()
    """Low and high end of each value's 95% interval, where it was measured so."""
    at: float | None = None
    """Where it stands on a curve."""


@dataclass(frozen=True, kw_only=True)
class Chart:
    """Groups of bars, one below the other; or a curve a series over the rows."""

    series: tuple[str, ...]
    """What each bar of a group is, in the language of the lesson."""
    unit: Literal["share", "percent", "points", "count", "nats", "terms"]
    """"nats" may be below 0; of "terms" the first value is a summand, the second the sum so far."""
    most: float
    """The length of a full bar, or the upper end of the curves."""
    rows: tuple[Row, ...]
    axis: str = ""
    """Of curves: what they are, and what their rows are ordered by; empty: bars."""
    least: float = 0.0
    """The lower end of the curves."""

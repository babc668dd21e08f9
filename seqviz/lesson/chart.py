"""Bars beside bars, each with its number: the one form of all pictures that are not the viewer's.

Knows no colours, and not what is drawn.
"""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, kw_only=True)
class Row:
    """A group of bars."""

    label: str
    values: tuple[float, ...]
    """One a series."""
    note: str = ""
    """Small, behind the label."""
    mark: Literal["", "best", "greedy", "right"] = ""


@dataclass(frozen=True, kw_only=True)
class Chart:
    """Groups of bars, one below the other."""

    series: tuple[str, ...]
    """What each bar of a group is, in the language of the lesson."""
    unit: Literal["share", "percent", "points", "count", "nats"]
    """"nats" may be below 0."""
    most: float
    """The length of a full bar."""
    rows: tuple[Row, ...]

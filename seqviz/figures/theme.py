"""What all figures share: colours (not those of systems), fonts, text that stays text."""

from collections.abc import Sequence
from math import ceil, radians, sin
from typing import Any
from unicodedata import bidirectional, east_asian_width

from seqviz.words.numbers import number

FONT = "Source Sans, Noto Sans, Noto Sans CJK SC, PingFang SC, Microsoft YaHei, sans-serif"
CLEAR = "rgba(0,0,0,0)"

ORANGE, SKY, GREEN, BLUE, VERMILION = "#E69F00", "#56B4E9", "#009E73", "#0072B2", "#D55E00"
GREY = "#8A8A8A"

ASIDE = 5
"""Pixels between a vertical line and the words beside it."""

LEAST_PROBABILITY = 0.0005
"""Smaller ones would be rounded to nothing."""

SEQUENTIAL = "Cividis"

MOST_SLANTED_LABELS = 60
SLANTED_LABEL = 16
"""Most characters."""
SLANT = -50
"""Degrees."""

_SPECIAL = str.maketrans(
    {"&": "&amp;", "<": "&lt;", ">": "&gt;", "$": "&#36;", "{": "&#123;", "}": "&#125;"}
)
_ISOLATE, _END_OF_ISOLATE = "\u2068", "\u2069"


def escape(text: str) -> str:
    """Make text show literally in plotly and in ECharts' tooltips.

    Both read HTML; plotly also reads "$…$" as a formula and "%{…}" as a place for a value, ECharts
    "{b}".
    """
    return text.translate(_SPECIAL)


def isolate(text: str) -> str:
    """Keep a token that runs from right to left from reordering what stands beside it."""
    if any(bidirectional(character) in {"R", "AL", "AN"} for character in text):
        return f"{_ISOLATE}{text}{_END_OF_ISOLATE}"
    return text


def probability(value: float) -> str:
    """Three decimals, and never "0.000" for what is possible."""
    return "<0.001" if 0 < value < LEAST_PROBABILITY else number(value, ".3f")


def shorten(text: str, limit: int) -> str:
    """Cut a label to ``limit`` characters, an ellipsis included."""
    return text if len(text) <= limit else text[: limit - 1] + "…"


def label_width(text: str) -> float:
    """Rough width in pixels of a 13-pixel label."""
    wide = sum(east_asian_width(character) in "WF" for character in text)
    return 7.5 * len(text) + 6.0 * wide


def plotly_config(filename: str) -> dict[str, Any]:
    """Plotly's settings: no logo, and a camera button that saves an SVG of that name."""
    return {
        "displaylogo": False,
        "typesetMath": False,
        "toImageButtonOptions": {"format": "svg", "filename": filename},
    }


def layout(title: str, *, height: int, subtitle: str = "", top: int = 48) -> dict[str, Any]:
    """Title, transparent ground, and fonts that hold Chinese.

    A dictionary, to which a figure's axes and shapes can be added: plotly takes a layout in one
    go three times as fast as bit by bit.

    Args:
        title: escaped.
        height: in pixels.
        subtitle: escaped.
        top: pixels of the margin above.
    """
    named = {"text": title, "font": {"size": 15}, "x": 0, "xanchor": "left"}
    return {
        "title": named
        | {"y": 1, "yref": "container", "yanchor": "top", "pad": {"t": 6}}
        | ({"subtitle": {"text": subtitle}} if subtitle else {}),
        "height": height,
        "paper_bgcolor": CLEAR,
        "plot_bgcolor": CLEAR,
        "font": {"family": FONT},
        "hoverlabel": {"font": {"family": FONT, "size": 14}, "align": "left"},
        "margin": {"l": 8, "r": 8, "t": top, "b": 8},
    }


def token_axis(labels: Sequence[str], *, limit: int, every: int = 1) -> dict[str, Any]:
    """An axis whose whole numbers read as tokens, also in the hover text.

    Equal tokens stay apart, because their places are numbers.

    Args:
        labels: the token at 0, 1, …
        limit: most characters of a label.
        every: label every n-th place only.
    """
    names = {
        str(place): escape(isolate(shorten(label, limit))) for place, label in enumerate(labels)
    }
    return {
        "tickmode": "linear",
        "tick0": 0,
        "dtick": every,
        "tickformat": "d",
        "labelalias": names,
        "range": [-0.5, len(labels) - 0.5],
        "showgrid": False,
        "zeroline": False,
        "ticks": "",
    }


def slanted_token_axis(labels: Sequence[str]) -> tuple[dict[str, Any], int]:
    """An axis of tokens that run slantwise below bars, and the pixels of height that they need.

    Args:
        labels: the token at 0, 1, …; at least one.
    """
    widths = [label_width(shorten(label, SLANTED_LABEL)) for label in labels]
    every = ceil(len(labels) / MOST_SLANTED_LABELS)
    axis = token_axis(labels, limit=SLANTED_LABEL, every=every)
    slanted = axis | {"tickangle": SLANT, "tickfont": {"size": 13}}
    return slanted, int(max(widths) * abs(sin(radians(SLANT))))

"""What all figures share: colours by what they mean, fonts, text that stays text.

Colours are those of a light ground; the page puts in the dark ones (``colours.in_the_dark``).
"""

import re
from collections.abc import Mapping, Sequence
from math import ceil, radians, sin
from typing import Any
from unicodedata import bidirectional, east_asian_width

from seqviz import kinds
from seqviz.colours import OTHERS, PAGE, RAMP, ROLES, stops
from seqviz.words.numbers import number

FONT = "Source Sans, Noto Sans, Noto Sans CJK SC, PingFang SC, Microsoft YaHei, sans-serif"
CLEAR = "rgba(0,0,0,0)"

INK, SOFT, LINE, SELECTED = (PAGE[name].light for name in ("ink", "soft", "line", "accent"))
BEST, GREEDY, BEAM, REFERENCE, PRUNED, BLIND = (
    ROLES[role].light for role in ("best", "greedy", "beam", "reference", "pruned", "blind")
)
SERIES = tuple(colour.light for colour in OTHERS)
"""For lines that have no role."""
HOW_MUCH = RAMP[1].light
"""Of bars, whose length says how much already."""
SCALE = [(place, colour.light) for place, colour in stops()]
"""The ramp as plotly's ``colorscale``."""
OTHER_SYMBOLS = ("star", "hexagon", "x")

TEXT, TITLE = 13, 16
"""Pixels of letters; none is smaller than the first."""
LINE_HEIGHT, PADDING = 1.3, 6
"""Of a title: the first in letters, the second in pixels above it."""

ASIDE = 5
"""Pixels between a vertical line and the words beside it."""

LEAST_PROBABILITY = 0.0005
"""Smaller ones would be rounded to nothing."""

MOST_SLANTED_LABELS = 60
SLANTED_LABEL = 16
"""Most characters."""
SLANT = -50
"""Degrees."""

LEGEND_BELOW = {
    **{"orientation": "h", "x": 0, "xanchor": "left"},
    **{"y": 0, "yref": "container", "yanchor": "bottom"},
}
"""At the foot of a picture, whose axes leave it the room that it takes."""

ROOMY = {"automargin": True, "title": {"standoff": 12}}
"""Of axes: the words beside them have the room that they take."""

PHONE = 350
"""Pixels that a phone has for a line of text."""
_RUNS = re.compile(r"(?:(?![\u3000-\u9fff\uff00-\uffef])\S)+\s*|\S[\u3001\u3002\uff00-\uff1f]*\s*")
"""What no line breaks: a word, or a Chinese character and the marks after it."""

_SPECIAL = str.maketrans(
    {"&": "&amp;", "<": "&lt;", ">": "&gt;", "$": "&#36;", "{": "&#123;", "}": "&#125;"}
)
_ISOLATE, _END_OF_ISOLATE = "\u2068", "\u2069"


def escape(text: str) -> str:
    """Make text show literally in plotly.

    It reads HTML, "$…$" as a formula and "%{…}" as a place for a value.
    """
    return text.translate(_SPECIAL)


def named(name: str, value: str, words: Mapping[str, str]) -> str:
    """What a value is, before it, as the language writes it: with a colon of its own."""
    return words["figure.named"].format_map({"name": name, "value": value})


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


def lines_of(text: str, *, size: int) -> list[str]:
    """Break a text so that every line fits on a phone: plotly cuts what is too long.

    Args:
        text: not yet escaped.
        size: of its letters, in pixels.
    """
    lines = [""]
    for run in _RUNS.findall(text):
        longer = lines[-1] + run
        width = size * sum(1 if east_asian_width(one) in "WF" else 0.47 for one in longer.rstrip())
        lines = [*lines[:-1], longer] if width <= PHONE or not lines[-1] else [*lines, run]
    return [line.rstrip() for line in lines]


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
        title: not yet escaped.
        height: in pixels, for a title of one line.
        subtitle: not yet escaped; what is written in lines stays so.
        top: pixels of the margin above, for a title and a subtitle of one line.
    """
    head = lines_of(title, size=TITLE)
    below = [line for each in subtitle.splitlines() for line in lines_of(each, size=TEXT)]
    named = {"text": _lines(head), "font": {"size": TITLE}, "x": 0, "xanchor": "left"}
    more = round(LINE_HEIGHT * (TITLE * (len(head) - 1) + TEXT * max(0, len(below) - 1)))
    height, top = height + more, top + more
    above = PADDING + (TITLE * 3 // 4 if len(head) > 1 else 0)  # plotly lifts several lines
    return {
        "title": named
        | {"y": 1, "yref": "container", "yanchor": "top", "pad": {"t": above}}
        | ({"subtitle": {"text": _lines(below), "font": {"size": TEXT}}} if below else {}),
        "height": height,
        "paper_bgcolor": CLEAR,
        "plot_bgcolor": CLEAR,
        "font": {"family": FONT, "size": TEXT},
        "hoverlabel": {"font": {"family": FONT, "size": 14}, "align": "left"},
        "margin": {"l": 8, "r": 8, "t": top, "b": 8},
        "template": {"layout": {"xaxis": ROOMY, "yaxis": ROOMY}},
    }


def _lines(lines: Sequence[str]) -> str:
    return "<br>".join(map(escape, lines))


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
        "ticklabelstandoff": 4,
    }


def slanted_token_axis(labels: Sequence[str]) -> tuple[dict[str, Any], int]:
    """An axis of tokens that run slantwise below bars, and the pixels of height that they need.

    Args:
        labels: the token at 0, 1, …; at least one.
    """
    widths = [label_width(shorten(label, SLANTED_LABEL)) for label in labels]
    every = ceil(len(labels) / MOST_SLANTED_LABELS)
    axis = token_axis(labels, limit=SLANTED_LABEL, every=every)
    slanted = axis | {"tickangle": SLANT}
    return slanted, int(max(widths) * abs(sin(radians(SLANT))))


def mark(
    x: float,
    text: str,
    *,
    left: bool,
    above: bool = False,
    dash: str = "dot",
    colour: str = SOFT,
) -> dict[str, list[dict[str, Any]]]:
    """A vertical line through the whole picture, with words beside its upper end.

    Args:
        x: where it stands, on the first axis.
        text: what it marks; not yet escaped.
        left: the words stand to its left.
        above: they stand above the panel, not in it.
        dash: of the line.
        colour: of the line.

    Returns:
        ``shapes`` and ``annotations`` of a layout.
    """
    line = {"type": "line", "x0": x, "x1": x, "y0": 0, "y1": 1, "xref": "x", "yref": "paper"}
    words = {"text": escape(text), "x": x, "y": 1, "xref": "x", "yref": "paper", "showarrow": False}
    side = {"xanchor": "right", "xshift": -ASIDE} if left else {"xanchor": "left", "xshift": ASIDE}
    return {
        "shapes": [line | {"line": {"color": colour, "dash": dash, "width": 2}}],
        "annotations": [words | side | {"yanchor": "bottom" if above else "top"}],
    }


def heading(text: str, *, middle: float, top: float = 1.0) -> dict[str, Any]:
    """The title of one panel, above it; places are shares of the picture.

    Args:
        text: not yet escaped.
        middle: of the panel.
        top: of the panel.
    """
    place = {"x": middle, "y": top, "xref": "paper", "yref": "paper", "showarrow": False}
    anchors = {"xanchor": "center", "yanchor": "bottom", "yshift": 4}
    return {"text": escape(text), "font": {"size": 14}} | place | anchors


def stacked(
    axes: Sequence[dict[str, Any]], shares: Sequence[float], *, gap: float
) -> dict[str, Any]:
    """Vertical axes one above the other over one horizontal axis, which stands below the last.

    Args:
        axes: from the top down.
        shares: of the picture's height, gaps left out; they sum to 1.
        gap: between two, as a share of the whole height.

    Returns:
        ``yaxis``, ``yaxis2``, … of a layout; of its ``xaxis``, the anchor.
    """
    room, top = 1 - gap * (len(axes) - 1), 1.0
    layout: dict[str, Any] = {"xaxis": {"anchor": axis_name("y", len(axes) - 1)}}
    for place, (axis, share) in enumerate(zip(axes, shares, strict=True)):
        low = max(0.0, top - room * share)
        layout[axis_name("yaxis", place)] = axis | {"domain": [low, top]}
        top = low - gap
    return layout


def axis_name(letters: str, place: int) -> str:
    """Plotly's name of an axis: "y", "y2", "y3", …."""
    return f"{letters}{place + 1}" if place else letters


def system_look(code: str, place: int = 0) -> tuple[str, str]:
    """Colour and symbol of a system; one that nobody knows is grey, its symbol that of its place.

    Args:
        code: such as "transformer".
        place: among those that are drawn.
    """
    system = kinds.SYSTEMS.get(code)
    if system is None:
        return SOFT, OTHER_SYMBOLS[place % len(OTHER_SYMBOLS)]
    return system.colour.light, system.symbol

"""A picture becomes a page for print: white paper, dark ink, a title above and a caption below."""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple
from unicodedata import bidirectional, category, east_asian_width

import plotly.graph_objects as go

from seqviz.analysis.words import display_text
from seqviz.figures import theme

PIXELS_PER_CM = 45
"""At its natural size a page has so many pixels in a centimetre: 13 pixels are 8 points."""
PAGE_WIDTH = 16 * PIXELS_PER_CM
FONT = (
    "Noto Sans, Noto Sans CJK SC, Noto Sans SC, PingFang SC, Microsoft YaHei, Noto Sans Arabic, "
    "Noto Sans Hebrew, Arial, sans-serif"
)
PAPER, INK, RULE = "#FFFFFF", "#111111", "#C8C8C8"
EDGE = 16
"""Pixels of empty paper on every side."""
TITLE_SIZE, CAPTION_SIZE = 17, 12
LINE_HEIGHT = 1.3
"""Of all text that plotly breaks, in font sizes."""
CAPTION_GAP = 22

_RIGHT_TO_LEFT, _LEFT_TO_RIGHT, _END = "\u2067", "\u2066", "\u2069"
_NARROW = frozenset("ijltfrI.,:;'|!()[]{}/ -")
_BROAD = frozenset("mwMW@%&—…")
_CLOSING = frozenset({"Pe", "Pf", "Po"})


class CaptionEntry(NamedTuple):
    """One thing that a caption says."""

    label: str
    text: str | tuple[str, ...]
    """Anything that a person typed; or facts, of which lines break none that fits in one."""


def on_paper(figure: go.Figure, *, title: str, caption: Sequence[CaptionEntry]) -> go.Figure:
    """Put a figure on white paper with its title and caption; it grows by the caption's height.

    Args:
        figure: with its width, height and all margins given, the title's room included, and
            without automatic margins at the left and the bottom.
        title: plain text, cut to one line.
        caption: what stands below, wrapped to the page.
    """
    layout = figure.layout
    room = layout.width - 2 * EDGE
    title = shorten_to(display_text(title), room, size=TITLE_SIZE)
    labels, texts = _columns(caption, room=room)
    height = CAPTION_GAP + len(texts) * CAPTION_SIZE * LINE_HEIGHT + EDGE
    left, below = EDGE - layout.margin.l, -layout.margin.b - CAPTION_GAP + CAPTION_SIZE / 2
    column = _label_width(caption)
    figure.add_annotation(_column(labels, x=left, y=below))
    figure.add_annotation(_column(texts, x=left + column, y=below))
    figure.update_layout(
        title={"text": f"<b>{theme.escape(title)}</b>", "font": {"size": TITLE_SIZE}}
        | {"x": 0, "xref": "container", "xanchor": "left", "pad": {"l": EDGE, "t": EDGE - 4}}
        | {"y": 1, "yref": "container", "yanchor": "top", "subtitle": {"text": ""}},
        height=layout.height + height,
        margin_b=layout.margin.b + height,
        paper_bgcolor=PAPER,
        plot_bgcolor=PAPER,
        font={"family": FONT, "color": INK},
    )
    return figure


def text_width(text: str, *, size: float) -> float:
    """Pixels that a text is wide, rather more than fewer."""
    return size * sum(map(_ems, text))


def shorten_to(text: str, width: float, *, size: float) -> str:
    """Cut a text to so many pixels, an ellipsis included."""
    if text_width(text, size=size) <= width:
        return text
    end = len(text)
    while end and text_width(text[:end] + "…", size=size) > width:
        end -= 1
    return text[:end] + "…"


def wrap(text: str, width: float, *, size: float) -> list[str]:
    """Break a text into lines of at most so many pixels; a unit that is wider is broken too.

    Lines end at spaces, and after Chinese or Japanese characters but not before closing
    punctuation.
    """
    return _fill(_units(text, width, size=size), width, size=size)


def _fill(units: Iterable[str], width: float, *, size: float) -> list[str]:
    lines, line = [], ""
    for unit in units:
        if line and text_width((line + unit).rstrip(), size=size) > width:
            lines.append(line.rstrip())
            line = ""
        line += unit
    return [*lines, line.rstrip()]


def _ems(character: str) -> float:
    kind = category(character)
    if kind in {"Mn", "Me", "Cf"}:
        return 0.0
    if east_asian_width(character) in "WF":
        return 1.3 if kind == "So" else 1.0
    if character in _NARROW:
        return 0.36
    return 0.95 if character in _BROAD else 0.7 if character.isupper() or kind == "So" else 0.58


def _units(text: str, width: float, *, size: float) -> Iterator[str]:
    """What is not broken: words with the space after them, wide characters with their marks."""
    unit = ""
    for character in text:
        closes = category(character) in _CLOSING or category(character)[0] == "M"
        after_wide = bool(unit) and east_asian_width(unit[0]) in "WF" and not closes
        wide = east_asian_width(character) in "WF" and not closes
        if character != " " and (unit.endswith(" ") or after_wide or (unit and wide)):
            yield unit
            unit = ""
        if unit and text_width(unit + character, size=size) > width:
            yield unit
            unit = ""
        unit += character
    yield unit


def _columns(caption: Sequence[CaptionEntry], *, room: float) -> tuple[list[str], list[str]]:
    """The lines of the labels, bold, and of the texts beside them; both in plotly's markup."""
    labels: list[str] = []
    texts: list[str] = []
    width = room - _label_width(caption)
    for label, text in caption:
        lines = _lines(text, width)
        labels += [f"<b>{theme.escape(label)}</b>"] + [""] * (len(lines) - 1)
        start = _direction(text) if isinstance(text, str) else _LEFT_TO_RIGHT
        texts += [theme.escape(f"{start}{line}{_END}") for line in lines]
    return labels, texts


def _lines(text: str | tuple[str, ...], width: float) -> list[str]:
    if isinstance(text, str):
        return wrap(display_text(text), width, size=CAPTION_SIZE)
    units: list[str] = []
    for fact in text:
        shown = display_text(fact) + " " * fact.endswith(" ")
        fits = text_width(shown, size=CAPTION_SIZE) <= width
        units += [shown] if fits else _units(shown, width, size=CAPTION_SIZE)
    return _fill(units, width, size=CAPTION_SIZE)


def _label_width(caption: Sequence[CaptionEntry]) -> float:
    widest = max(text_width(label, size=CAPTION_SIZE) for label, _ in caption)
    return widest * 1.1 + CAPTION_SIZE  # bold


def _direction(text: str) -> str:
    """The mark that starts every line of a text, so that a line alone reads like the whole."""
    strong = (bidirectional(character) for character in text)
    first = next((kind for kind in strong if kind in {"L", "R", "AL"}), "L")
    return _LEFT_TO_RIGHT if first == "L" else _RIGHT_TO_LEFT


def _column(lines: Sequence[str], *, x: float, y: float) -> go.layout.Annotation:
    return go.layout.Annotation(
        text="<br>".join(line or "\u00a0" for line in lines),
        xref="paper",
        yref="paper",
        x=0,
        y=0,
        xshift=x,
        yshift=y,
        xanchor="left",
        yanchor="top",
        align="left",
        showarrow=False,
        borderpad=0,
        font={"size": CAPTION_SIZE, "color": INK},
    )

"""Pictures of what the model expected next."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from seqviz.analysis.tokens import NextTokens
from seqviz.analysis.words import piece_label
from seqviz.figures import theme
from seqviz.figures.picture import Picture
from seqviz.figures.words import WORDS
from seqviz.words.numbers import number

Words = Mapping[str, str]

BAR_HEIGHT = 26
LONG_LABEL = 20


class _Look(NamedTuple):
    fill: str
    line: str
    width: int
    pattern: str


PLAIN = _Look(theme.HOW_MUCH, theme.HOW_MUCH, 0, "")
CHOSEN = _Look(theme.BEST, theme.BEST, 2, "/")
CUT = _Look(theme.PRUNED, theme.PRUNED, 1, "x")


def next_tokens_picture(tokens: NextTokens, *, words: Words = WORDS) -> Picture:
    """The most probable next tokens as bars; the chosen one is hatched, outlined and ticked.

    What sampling could not draw is grey, only hatched, and marked with ✂; the table says so, too.
    The axis always runs from 0 to 1, so that steps can be compared.
    """
    labels = [piece_label(piece) for piece in tokens.pieces]
    return Picture(
        _bars(tokens, labels, words),
        _sentence(tokens, labels, words),
        _table(tokens, labels, words),
    )


def _bars(tokens: NextTokens, labels: Sequence[str], words: Words) -> go.Figure:
    count = len(tokens.pieces)
    told = theme.named(words["figure.prob"], "%{x:.4f}", words)
    title = words["figure.next.title"].format_map({"entropy": number(tokens.entropy)})
    bars = go.Bar(
        x=np.round(tokens.probs, 6),
        y=np.arange(count),
        orientation="h",
        marker=_looks(tokens),
        text=[
            theme.escape(theme.probability(p)) + _mark(tokens, place)
            for place, p in enumerate(tokens.probs)
        ],
        textposition="outside",
        cliponaxis=False,
        hovertemplate=f"<b>%{{y}}</b><br>{told}<extra></extra>",
    )
    top = 48 if tokens.kept_mass is None else 64
    layout = theme.layout(
        title,
        height=top + 48 + BAR_HEIGHT * count,
        subtitle=kept_text(tokens, words=words),
        top=top,
    )
    axis = theme.token_axis(labels, limit=LONG_LABEL)
    down = {"range": axis["range"][::-1], "automargin": True}
    rest = words["figure.next.rest"].format_map({"rest": theme.probability(tokens.rest)})
    name = theme.escape(f"{words['figure.prob']} ({rest})")
    across = {"range": [0, 1.12], "tickvals": [0, 0.25, 0.5, 0.75, 1], "title": {"text": name}}
    return go.Figure(bars, layout | {"xaxis": across, "yaxis": axis | down})


def _table(tokens: NextTokens, labels: Sequence[str], words: Words) -> pd.DataFrame:
    with np.errstate(divide="ignore"):  # −∞ for a probability that float32 rounds to 0
        log_probs = np.log(tokens.probs, dtype=np.float64)
    table = {
        words["figure.token"]: labels,
        words["figure.prob"]: np.round(tokens.probs.astype(np.float64), 4),
        words["figure.log_prob"]: log_probs.round(4),
        words["figure.next.chosen"]: [
            "✓" if place == tokens.chosen_index else "" for place in range(len(labels))
        ],
    }
    if tokens.drawable is not None:
        names = words["figure.no"], words["figure.yes"]
        table[words["figure.next.drawable"]] = [names[drawable] for drawable in tokens.drawable]
    return pd.DataFrame(table)


def _sentence(tokens: NextTokens, labels: Sequence[str], words: Words) -> str:
    listed = ", ".join(f"{label} {p:.2f}" for label, p in zip(labels, tokens.probs, strict=True))
    chosen = None if tokens.chosen_index is None else labels[tokens.chosen_index]
    none = words["figure.next.none"]
    facts = {"tokens": listed or none, "chosen": chosen or none}
    sentence = words["figure.next.alt"].format_map(facts)
    return sentence if tokens.drawable is None else f"{sentence} {kept_text(tokens, words=words)}"


def kept_text(tokens: NextTokens, *, words: Words = WORDS) -> str:
    """Say what sampling could draw and what was cut off, or that the token was given.

    Returns:
        "" without sampling.
    """
    if tokens.drawable is None or tokens.kept_mass is None:
        return ""
    if tokens.given:
        return words["figure.next.given"]
    kept = sum(tokens.drawable)
    cut = len(tokens.pieces) - kept
    mass = number(tokens.kept_mass, ".3f")
    if tokens.restricted:
        mass = words["figure.next.of_allowed"].format_map({"mass": mass})
    facts = {"mass": mass, "kept": kept, "cut": cut}
    return words["figure.next.kept_all" if not cut else "figure.next.kept"].format_map(facts)


def _looks(tokens: NextTokens) -> dict[str, Any]:
    """Fill, outline and pattern of every bar."""
    drawable = tokens.drawable or (True,) * len(tokens.pieces)
    looks = [
        CHOSEN if place == tokens.chosen_index else PLAIN if drawable[place] else CUT
        for place in range(len(tokens.pieces))
    ]
    return {
        "color": [look.fill for look in looks],
        "line": {"color": [look.line for look in looks], "width": [look.width for look in looks]},
        "pattern": {"shape": [look.pattern for look in looks]},
    }


def _mark(tokens: NextTokens, place: int) -> str:
    if place == tokens.chosen_index:
        return " ✓"
    return "" if tokens.drawable is None or tokens.drawable[place] else " ✂"

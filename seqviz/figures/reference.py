"""Pictures of a given translation: how much every token surprises the model."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from numpy.typing import NDArray

from seqviz.analysis.reference import Exit, ReferenceTokens, reference_tokens
from seqviz.analysis.words import piece_label
from seqviz.figures import theme
from seqviz.figures.picture import Picture
from seqviz.figures.words import WORDS
from seqviz.trace import Trace
from seqviz.words.numbers import number

Words = Mapping[str, str]

HEIGHT = 380
MOST_NUMBERS = 40
BAR_WIDTH = 0.75
"""Of the room that a token has; left to itself, plotly takes it from the gaps of a colour."""
IMPOSSIBLE = 100.0
"""How high the bar of an impossible token is, in nats."""
RANKS = ((1, 1), (2, 5), (6, 50), (51, None))
"""First and last rank of every colour."""
SHADES = tuple(theme.SCALE[place][1] for place in (6, 9, 12, 16))
"""Of these: the more surprising, the further along the ramp."""


def surprisal_picture(forced: Trace, left: Exit, *, words: Words = WORDS) -> Picture:
    """Every token's surprisal as a bar, coloured by its rank, with its rank above it.

    Where the search had lost the reference, the ground is shaded. The table says also what else
    was likely.

    Args:
        forced: the reference, scored.
        left: where the search lost it, from ``analysis.reference.reference_exit``.
        words: the figure's words.
    """
    tokens = reference_tokens(forced)
    labels = [piece_label(piece) for piece in tokens.pieces]
    table = {
        words["figure.step"]: np.arange(1, len(labels) + 1),
        words["figure.token"]: labels,
        words["figure.surprisal"]: tokens.surprisals.round(3),
        words["figure.prob"]: tokens.probs.round(4),
        words["figure.rank"]: tokens.ranks,
        words["figure.cumulative"]: (-np.cumsum(tokens.surprisals)).round(3),
        words["figure.reference.other"]: [piece_label(p) for p in tokens.other_pieces],
        words["figure.reference.other_prob"]: tokens.other_probs.round(4),
    }
    return Picture(
        _chart(tokens, labels, left, words=words),
        _sentence(tokens, labels, words),
        pd.DataFrame(table),
    )


def _chart(
    tokens: ReferenceTokens, labels: Sequence[str], left: Exit, *, words: Words
) -> go.Figure:
    axis, room = theme.slanted_token_axis(labels)
    bars = []
    for (first, last), colour in zip(RANKS, SHADES, strict=True):
        places = np.flatnonzero((tokens.ranks >= first) & (tokens.ranks <= (last or np.inf)))
        if len(places):
            name = _rank_name(first, last, words)
            bars.append(_bars(tokens, places, name=name, colour=colour, words=words))
    highest = float(np.minimum(tokens.surprisals, IMPOSSIBLE).max())
    layout = theme.layout(words["figure.reference.title"], height=HEIGHT + room, top=96)
    layout |= {
        "barmode": "overlay",
        "showlegend": True,
        "legend": {"orientation": "h", "x": 0, "y": 1.09, "yanchor": "bottom"},
        "xaxis": axis,
        "yaxis": {"title": {"text": words["figure.surprisal"]}}
        | {"range": [0, max(1.0, 1.15 * highest)]},
    }
    return go.Figure(bars, layout | (_lost(left.step, len(labels), words) if left.lost else {}))


def _sentence(tokens: ReferenceTokens, labels: Sequence[str], words: Words) -> str:
    worst = int(tokens.surprisals.argmax())
    facts = {
        "count": len(labels),
        "total": number(tokens.surprisals.sum()),
        "first": int((tokens.ranks == 1).sum()),
        "worst": labels[worst],
        "most": number(tokens.surprisals[worst]),
        "rank": int(tokens.ranks[worst]),
    }
    return words["figure.reference.alt"].format_map(facts)


def _rank_name(first: int, last: int | None, words: Words) -> str:
    variant = "one" if first == last else "range" if last else "more"
    facts = {"first": first, "last": last}
    return theme.escape(words[f"figure.reference.rank.{variant}"].format_map(facts))


def _bars(
    tokens: ReferenceTokens, places: NDArray[np.intp], *, name: str, colour: str, words: Words
) -> go.Bar:
    return go.Bar(
        x=places.tolist(),
        y=np.minimum(tokens.surprisals[places], IMPOSSIBLE).round(4),
        width=BAR_WIDTH,
        name=name,
        marker={"color": colour},
        text=[str(tokens.ranks[place]) for place in places]
        if len(tokens.pieces) <= MOST_NUMBERS
        else None,
        textposition="outside",
        cliponaxis=False,
        hovertext=[_hover(tokens, int(place), words=words) for place in places],
        hovertemplate="<b>%{x}</b><br>%{hovertext}<extra></extra>",
    )


def _hover(tokens: ReferenceTokens, place: int, *, words: Words) -> str:
    facts = {
        "surprisal": number(tokens.surprisals[place]),
        "prob": theme.probability(float(tokens.probs[place])),
        "rank": int(tokens.ranks[place]),
        "other": piece_label(tokens.other_pieces[place]),
        "other_prob": theme.probability(float(tokens.other_probs[place])),
    }
    lines = ["numbers", "next_best" if tokens.ranks[place] == 1 else "instead"]
    return "<br>".join(
        theme.escape(words[f"figure.reference.hover.{line}"].format_map(facts)) for line in lines
    )


def _lost(step: int, count: int, words: Words) -> dict[str, Any]:
    """Mark from which step on the search no longer held the reference."""
    left = step >= count / 2
    text = words["figure.reference.left"]
    marked = theme.mark(step - 0.5, text, left=left, above=True, dash="dash", colour=theme.PRUNED)
    ground = {"type": "rect", "x0": step - 0.5, "x1": count - 0.5, "y0": 0, "y1": 1}
    ground |= {"yref": "paper", "fillcolor": theme.PRUNED, "opacity": 0.15, "layer": "below"}
    return marked | {"shapes": [ground | {"line": {"width": 0}}, *marked["shapes"]]}

"""Pictures of what the model expected next."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from seqviz.analysis.tokens import NextTokens
from seqviz.analysis.words import display_piece
from seqviz.figures import theme
from seqviz.figures.words import WORDS

Words = Mapping[str, str]

BAR_HEIGHT = 26
LONG_LABEL = 20


def next_token_bars(tokens: NextTokens, *, words: Words = WORDS) -> go.Figure:
    """Draw the most probable next tokens as bars; the chosen one is hatched, outlined and ticked.

    The axis always runs from 0 to 1, so that steps can be compared.
    """
    count = len(tokens.pieces)
    title = words["figure.next.title"].format_map({"entropy": f"{tokens.entropy:.2f}"})
    figure = go.Figure(layout=theme.layout(theme.escape(title), height=96 + BAR_HEIGHT * count))
    chosen = [place == tokens.chosen_index for place in range(count)]
    figure.add_bar(
        x=np.round(tokens.probs, 6),
        y=np.arange(count),
        orientation="h",
        marker={
            "color": [theme.ORANGE if is_chosen else theme.SKY for is_chosen in chosen],
            "line": {"color": theme.VERMILION, "width": [2 * is_chosen for is_chosen in chosen]},
            "pattern": {"shape": ["/" if is_chosen else "" for is_chosen in chosen]},
        },
        text=[
            theme.escape(theme.probability(p)) + " ✓" * ok
            for p, ok in zip(tokens.probs, chosen, strict=True)
        ],
        textposition="outside",
        cliponaxis=False,
        hovertemplate=f"<b>%{{y}}</b><br>{words['figure.prob']}: %{{x:.4f}}<extra></extra>",
    )
    axis = theme.token_axis([display_piece(piece) for piece in tokens.pieces], limit=LONG_LABEL)
    figure.update_yaxes(axis | {"range": axis["range"][::-1], "automargin": True})
    figure.update_yaxes(tickfont={"size": 13})
    rest = words["figure.next.rest"].format_map(
        {"rest": theme.escape(theme.probability(tokens.rest))}
    )
    name = theme.escape(f"{words['figure.prob']} ({rest})")
    figure.update_xaxes(range=[0, 1.12], tickvals=[0, 0.25, 0.5, 0.75, 1], title={"text": name})
    return figure


def next_token_table(tokens: NextTokens, *, words: Words = WORDS) -> pd.DataFrame:
    """Every listed token, its probability, its log-probability, and whether it was chosen."""
    return pd.DataFrame(
        {
            words["figure.token"]: [display_piece(piece) for piece in tokens.pieces],
            words["figure.prob"]: np.round(tokens.probs.astype(np.float64), 4),
            words["figure.log_prob"]: np.round(np.log(tokens.probs, dtype=np.float64), 4),
            words["figure.next.chosen"]: [
                "✓" if place == tokens.chosen_index else "" for place in range(len(tokens.pieces))
            ],
        }
    )


def next_token_alt(tokens: NextTokens, *, words: Words = WORDS) -> str:
    """Say in a sentence which tokens are likely and which was chosen."""
    labels = [display_piece(piece) for piece in tokens.pieces]
    listed = ", ".join(f"{label} {p:.2f}" for label, p in zip(labels, tokens.probs, strict=True))
    chosen = None if tokens.chosen_index is None else labels[tokens.chosen_index]
    none = words["figure.next.none"]
    return words["figure.next.alt"].format_map({"tokens": listed or none, "chosen": chosen or none})

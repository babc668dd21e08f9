"""Pictures of teacher forcing: the loss of every token, and one step's p, y and p − y."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from seqviz.analysis.teacher_forcing import Array, SentenceLoss, TeacherStep
from seqviz.analysis.words import piece_label
from seqviz.figures import theme
from seqviz.figures.picture import Picture
from seqviz.figures.words import WORDS
from seqviz.words.numbers import number

Words = Mapping[str, str]

HEIGHT = 300
BAR_HEIGHT = 26
CROSSING = 0.8
"""From which probability on its number would cross the frame that ends at 1."""
LONG_LABEL = 20
MEAN_WIDTH = 84
"""Pixels for the mean, beside the bars."""
IMPOSSIBLE = 100.0
"""How high the bar of an impossible token is, in nats."""
MOST_NUMBERS = 40
PANELS = ([0.0, 0.48], [0.52, 1.0])
"""From where to where p and p − y run, as shares of the width."""


def token_losses_picture(loss: SentenceLoss, step: int, *, words: Words = WORDS) -> Picture:
    """−log p of every reference token as a bar, the chosen step hatched, the mean as a line.

    Every bar carries its step as ``customdata``. The table has what was fed and the running sum.
    """
    labels = [piece_label(piece) for piece in loss.pieces]
    table = {
        words["figure.step"]: range(1, len(labels) + 1),
        words["figure.teacher.input"]: [piece_label("<s>"), *labels[:-1]],
        words["figure.teacher.target"]: labels,
        words["figure.teacher.loss"]: loss.losses.round(4),
        words["figure.prob"]: np.exp(-loss.losses).round(4),
        words["figure.cumulative"]: (-np.cumsum(loss.losses)).round(3),
    }
    return Picture(
        _losses(loss, labels, step, words=words),
        _losses_sentence(loss, labels, step, words=words),
        pd.DataFrame(table),
    )


def _losses(loss: SentenceLoss, labels: Sequence[str], step: int, *, words: Words) -> go.Figure:
    axis, room = theme.slanted_token_axis(labels)
    heights = np.minimum(loss.losses, IMPOSSIBLE)
    mean = theme.escape(words["figure.teacher.mean"].format_map({"mean": number(loss.mean)}))
    height = min(loss.mean, IMPOSSIBLE)
    across = {"x0": 0, "x1": 1, "xref": "paper", "y0": height, "y1": height}
    beside = {"x": 1, "xref": "paper", "xanchor": "left", "y": height, "yanchor": "middle"}
    layout = theme.layout(words["figure.teacher.losses"], height=HEIGHT + room)
    layout["margin"] |= {"r": MEAN_WIDTH}
    layout |= {
        "hovermode": "x",  # a click above a flat bar counts, too
        "shapes": [{"type": "line", "line": {"color": theme.SOFT, "dash": "dash"}} | across],
        "annotations": [{"text": mean, "showarrow": False} | beside],
        "xaxis": axis,
        "yaxis": {"title": {"text": words["figure.teacher.loss"]}}
        | {"range": [0, max(1.0, 1.15 * float(heights.max()))]},
    }
    return go.Figure(_loss_bars(loss, heights, step=step, words=words), layout)


def _loss_bars(loss: SentenceLoss, heights: Array, *, step: int, words: Words) -> go.Bar:
    places = list(range(len(heights)))
    told = theme.named(words["figure.teacher.loss"], "%{y:.3f}", words)
    chosen = [place == step for place in places]
    return go.Bar(
        x=places,
        y=heights.round(4),
        width=0.75,
        customdata=places,
        marker={
            "color": theme.HOW_MUCH,
            "line": {"color": theme.SELECTED, "width": [3 if here else 0 for here in chosen]},
            "pattern": {"shape": ["/" if here else "" for here in chosen]},
        },
        selected={"marker": {"opacity": 1}},
        unselected={"marker": {"opacity": 1}},
        text=[_nats(value) for value in loss.losses] if len(places) <= MOST_NUMBERS else None,
        textposition="outside",
        cliponaxis=False,
        hovertemplate=f"<b>%{{x}}</b><br>{told}<extra></extra>",
    )


def _nats(value: float) -> str:
    return number(value, ".1f")


def _losses_sentence(loss: SentenceLoss, labels: Sequence[str], step: int, *, words: Words) -> str:
    worst = int(loss.losses.argmax())
    facts = {
        "count": len(labels),
        "total": number(loss.total),
        "mean": number(loss.mean),
        "worst": labels[worst],
        "most": number(loss.losses[worst]),
        "step": step + 1,
        "token": labels[step],
        "loss": number(loss.losses[step]),
    }
    return words["figure.teacher.losses.alt"].format_map(facts)


def teacher_step_picture(shown: TeacherStep, step: int, *, words: Words = WORDS) -> Picture:
    """The probabilities p as bars with the one-hot target y as a frame, and beside it p − y.

    The axes always span the same range, so that steps can be compared. The table says also where
    gradient descent pushes every token.
    """
    labels = [piece_label(piece) for piece in shown.pieces]
    directions = words["figure.teacher.down"], words["figure.teacher.up"]
    table = {
        words["figure.token"]: labels,
        words["figure.teacher.p"]: shown.p.round(4),
        words["figure.teacher.y"]: shown.y.astype(int),
        words["figure.teacher.p_minus_y"]: shown.push.round(4),
        words["figure.teacher.push"]: [directions[value < 0] for value in shown.push.tolist()],
    }
    return Picture(
        _step(shown, labels, step, words=words),
        _step_sentence(shown, labels, step, words=words),
        pd.DataFrame(table),
    )


def _step(shown: TeacherStep, labels: Sequence[str], step: int, *, words: Words) -> go.Figure:
    height = BAR_HEIGHT * len(shown.pieces)
    titles = [
        words["figure.teacher.predicted"].format_map({"step": step + 1}),
        words["figure.teacher.gradient"],
    ]
    axis = theme.token_axis(labels, limit=LONG_LABEL)
    p = {"domain": PANELS[0], "range": [0, 1.15], "tickvals": [0, 0.25, 0.5, 0.75, 1]}
    push = {"domain": PANELS[1], "range": [-1.2, 1.2], "tickvals": [-1, -0.5, 0, 0.5, 1]}
    layout = theme.layout("", height=118 + height, top=40) | {
        "barmode": "overlay",
        "legend": {"orientation": "h", "x": 0, "y": -70 / (40 + height)},
        "annotations": [
            theme.heading(title, middle=sum(ends) / 2)
            for title, ends in zip(titles, PANELS, strict=True)
        ],
        "xaxis": p,
        "xaxis2": push | {"zeroline": True, "zerolinecolor": theme.SOFT},
        "yaxis": axis | {"range": axis["range"][::-1], "automargin": True},
    }
    return go.Figure([_frame(shown, words), _predicted(shown, words), _push(shown, words)], layout)


def _frame(shown: TeacherStep, words: Words) -> go.Bar:
    return go.Bar(
        x=shown.y,
        y=list(range(len(shown.pieces))),
        orientation="h",
        name=theme.escape(words["figure.teacher.y"]),
        width=0.9,
        marker={"color": theme.CLEAR, "line": {"color": theme.REFERENCE, "width": 2}},
        text=_beside(shown, frame=True),
        textposition="outside",
        cliponaxis=False,
        hovertemplate="<b>%{y}</b><br>y = %{x}<extra></extra>",
    )


def _beside(shown: TeacherStep, *, frame: bool) -> list[str]:
    """The probabilities beside the bars, or beside the frame where they would cross its end."""
    return [
        theme.escape(theme.probability(p)) if (y > 0 and p > CROSSING) == frame else ""
        for p, y in zip(shown.p, shown.y, strict=True)
    ]


def _predicted(shown: TeacherStep, words: Words) -> go.Bar:
    places = range(len(shown.pieces))
    is_target = [place == shown.target for place in places]
    return go.Bar(
        x=shown.p.round(6),
        y=list(places),
        orientation="h",
        name=theme.escape(words["figure.teacher.p"]),
        width=0.6,
        marker={
            "color": [theme.REFERENCE if here else theme.HOW_MUCH for here in is_target],
            "pattern": {"shape": ["/" if here else "" for here in is_target]},
        },
        text=_beside(shown, frame=False),
        textposition="outside",
        cliponaxis=False,
        hovertemplate="<b>%{y}</b><br>p = %{x:.4f}<extra></extra>",
    )


def _push(shown: TeacherStep, words: Words) -> go.Bar:
    return go.Bar(
        x=shown.push.round(6),
        y=list(range(len(shown.pieces))),
        orientation="h",
        name=theme.escape(words["figure.teacher.p_minus_y"]),
        xaxis="x2",
        showlegend=False,
        width=0.6,
        marker={"color": [theme.REFERENCE if value < 0 else theme.SOFT for value in shown.push]},
        text=[f"{_arrow(value)} {theme.escape(_signed(value))}" for value in shown.push],
        textposition="outside",
        cliponaxis=False,
        hovertemplate="<b>%{y}</b><br>p − y = %{x:.4f}<extra></extra>",
    )


def _arrow(push: float) -> str:
    """Which way gradient descent moves the logit."""
    return "↑" if push < 0 else "↓"


def _signed(value: float) -> str:
    return ("−" if value < 0 else "+") + theme.probability(abs(value))


def _step_sentence(shown: TeacherStep, labels: Sequence[str], step: int, *, words: Words) -> str:
    listed = ", ".join(f"{label} {p:.2f}" for label, p in zip(labels, shown.p, strict=True))
    facts = {
        "step": step + 1,
        "target": labels[shown.target],
        "prob": theme.probability(float(shown.p[shown.target])),
        "tokens": listed,
        "push": _signed(float(shown.push[shown.target])),
    }
    return words["figure.teacher.step.alt"].format_map(facts)

"""Pictures of teacher forcing: the loss of every token, and one step's p, y and p − y."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from seqviz.analysis.teacher_forcing import SentenceLoss, TeacherStep
from seqviz.analysis.words import display_piece
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


def token_losses_picture(loss: SentenceLoss, step: int, *, words: Words = WORDS) -> Picture:
    """−log p of every reference token as a bar, the chosen step hatched, the mean as a line.

    Every bar carries its step as ``customdata``. The table has what was fed and the running sum.
    """
    labels = [display_piece(piece) for piece in loss.pieces]
    table = {
        words["figure.step"]: range(1, len(labels) + 1),
        words["figure.teacher.input"]: [display_piece("<s>"), *labels[:-1]],
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
    title = theme.escape(words["figure.teacher.losses"])
    figure = go.Figure(layout=theme.layout(title, height=HEIGHT + room))
    chosen = [place == step for place in range(len(labels))]
    heights = np.minimum(loss.losses, IMPOSSIBLE)
    figure.add_bar(
        x=list(range(len(labels))),
        y=heights.round(4),
        width=0.75,
        customdata=list(range(len(labels))),
        marker={
            "color": [theme.ORANGE if here else theme.SKY for here in chosen],
            "line": {
                "color": [theme.VERMILION if here else theme.BLUE for here in chosen],
                "width": [2 if here else 0 for here in chosen],
            },
            "pattern": {"shape": ["/" if here else "" for here in chosen]},
        },
        selected={"marker": {"opacity": 1}},
        unselected={"marker": {"opacity": 1}},
        text=[_nats(value) for value in loss.losses] if len(labels) <= MOST_NUMBERS else None,
        textposition="outside",
        cliponaxis=False,
        hovertemplate=f"<b>%{{x}}</b><br>{words['figure.teacher.loss']}: %{{y:.3f}}<extra></extra>",
    )
    mean = theme.escape(words["figure.teacher.mean"].format_map({"mean": number(loss.mean)}))
    figure.add_hline(
        y=min(loss.mean, IMPOSSIBLE),
        line={"color": theme.GREY, "dash": "dash", "width": 2},
        annotation={"text": mean, "x": 1, "xanchor": "left", "yanchor": "middle"},
    )
    figure.update_layout(margin_r=MEAN_WIDTH)
    figure.update_layout(hovermode="x")  # a click above a flat bar counts, too
    figure.update_xaxes(axis)
    figure.update_yaxes(
        title={"text": words["figure.teacher.loss"]},
        range=[0, max(1.0, 1.15 * float(heights.max()))],
    )
    return figure


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
    labels = [display_piece(piece) for piece in shown.pieces]
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
    count = len(shown.pieces)
    titles = [
        words["figure.teacher.predicted"].format_map({"step": step + 1}),
        words["figure.teacher.gradient"],
    ]
    figure = make_subplots(
        cols=2,
        shared_yaxes=True,
        horizontal_spacing=0.04,
        column_widths=[0.5, 0.5],
        subplot_titles=[theme.escape(title) for title in titles],
    )
    figure.add_trace(_frame(shown, words), row=1, col=1)
    figure.add_trace(_predicted(shown, words), row=1, col=1)
    figure.add_trace(_push(shown, words), row=1, col=2)
    figure.update_layout(theme.layout("", height=118 + BAR_HEIGHT * count))
    figure.update_layout(
        barmode="overlay",
        margin_t=40,
        legend={"orientation": "h", "x": 0, "y": -70 / (40 + BAR_HEIGHT * count)},
    )
    figure.update_annotations(font={"size": 14})
    axis = theme.token_axis(labels, limit=LONG_LABEL)
    figure.update_yaxes(axis | {"range": axis["range"][::-1], "automargin": True})
    figure.update_yaxes(tickfont={"size": 13})
    figure.update_xaxes(range=[0, 1.15], tickvals=[0, 0.25, 0.5, 0.75, 1], col=1)
    figure.update_xaxes(range=[-1.2, 1.2], tickvals=[-1, -0.5, 0, 0.5, 1], col=2, zeroline=True)
    figure.update_xaxes(zerolinecolor=theme.GREY, col=2)
    return figure


def _frame(shown: TeacherStep, words: Words) -> go.Bar:
    return go.Bar(
        x=shown.y,
        y=list(range(len(shown.pieces))),
        orientation="h",
        name=theme.escape(words["figure.teacher.y"]),
        width=0.9,
        marker={"color": theme.CLEAR, "line": {"color": theme.VERMILION, "width": 2}},
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
            "color": [theme.ORANGE if here else theme.SKY for here in is_target],
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
        showlegend=False,
        width=0.6,
        marker={"color": [theme.GREEN if value < 0 else theme.GREY for value in shown.push]},
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

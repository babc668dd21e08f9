"""Two hypotheses of one sentence for print: running sums of log-probabilities, with all tokens."""

from collections.abc import Mapping, Sequence

import numpy as np
import plotly.graph_objects as go

from seqviz.analysis.compare import cumulative_log_probs
from seqviz.analysis.words import piece_label
from seqviz.errors import InputError
from seqviz.figures import theme
from seqviz.figures.print import page as paper
from seqviz.figures.print.caption import Run, caption
from seqviz.figures.words import WORDS
from seqviz.trace import Trace

Words = Mapping[str, str]

STEP, PLOT_HEIGHT = 24, 250
TITLE_ROOM, AXIS_NAME, LEFT, RIGHT = 40, 34, 76, 48
"""Pixels; more steps widen the page."""
MOST_QUOTED = 60
"""Characters of a sentence in an error."""
_LINES = (
    {"color": theme.GREEDY, "dash": "dash", "width": 2.5},
    {"color": theme.BEAM, "dash": "solid", "width": 4},
)
_MARKS = (
    {"symbol": "diamond", "size": 8, "color": theme.GREEDY, "line": {"color": paper.PAPER}},
    {"symbol": "circle", "size": 12, "color": theme.BEAM},
)
_GLYPHS = ("◆", "●")


def comparison_print(
    trace: Trace, other: Trace | None = None, *, words: Words = WORDS
) -> go.Figure:
    """Draw the running sums of log-probabilities of two hypotheses, the first one's tokens above.

    Args:
        trace: the decoding drawn first, such as greedy's.
        other: a second one of the same sentence; None: the two best hypotheses of ``trace``.
        words: the figure's words.

    Raises:
        InputError: the traces are of two sentences, or there is one hypothesis only.
    """
    runs = _runs(trace, other, words)
    steps = max(len(run.trace.target(run.rank)) for run in runs)
    width = max(paper.PAGE_WIDTH, steps * STEP + LEFT + RIGHT)
    axes = [_axis(run, glyph, words) for run, glyph in zip(runs, _GLYPHS, strict=True)]
    (above, top), (below, bottom) = axes
    margin = {"t": TITLE_ROOM + top, "b": bottom, "l": LEFT, "r": RIGHT}
    figure = go.Figure(layout={"width": width, "margin": margin, "showlegend": False})
    for place in (1, 0):  # the thicker line first
        figure.add_trace(_line(runs[place], place))
    parting = _parting(runs)
    if parting is not None:
        _mark_parting(figure, parting, words, early=parting < steps / 2)
    shared = {"range": [-0.5, steps - 0.5], "linecolor": paper.INK, "automargin": False}
    value = {"title": {"text": theme.escape(words["figure.cumulative"])}, "automargin": False}
    figure.update_layout(
        height=PLOT_HEIGHT + TITLE_ROOM + top + bottom,
        xaxis=below | shared,
        xaxis2=above | shared | {"side": "top", "overlaying": "x"},
        yaxis=value | {"gridcolor": paper.RULE, "zeroline": False, "linecolor": paper.INK},
    )
    title = words["figure.compare.title"]
    return paper.on_paper(figure, title=title, caption=caption(runs, words=words))


def _runs(trace: Trace, other: Trace | None, words: Words) -> list[Run]:
    if other is None:
        if len(trace.hypotheses) == 1:
            raise InputError("comparison_alone")
        name = words["figure.print.run.rank"]
        return [Run(trace, rank, name.format_map({"rank": rank + 1})) for rank in (0, 1)]
    if trace.source.text != other.source.text:
        texts = [theme.shorten(each.source.text, MOST_QUOTED) for each in (trace, other)]
        raise InputError("comparison_sentences", dict(zip(("first", "second"), texts, strict=True)))
    traces = (trace, other)
    names = [_name(each, words) for each in traces]
    if names[0] == names[1] and trace.model.name != other.model.name:
        put = words["figure.print.run.model"]
        names = [
            put.format_map({"name": name, "model": each.model.name})
            for name, each in zip(names, traces, strict=True)
        ]
    if names[0] == names[1]:
        put = words["figure.print.run.count"]
        names = [put.format_map({"name": name, "count": n}) for n, name in enumerate(names, 1)]
    return [Run(each, 0, name) for each, name in zip(traces, names, strict=True)]


def _name(trace: Trace, words: Words) -> str:
    options = trace.options
    if trace.forced:
        return words["figure.print.run.forced"]
    if options.sampling is not None:
        return words["figure.print.run.sampled"]
    if options.beam_size == 1:
        return words["figure.print.run.greedy"]
    return words["figure.print.run.beam"].format_map({"beam": options.beam_size})


def _axis(run: Run, glyph: str, words: Words) -> tuple[dict[str, object], int]:
    """An axis of one hypothesis' tokens, and the pixels that it needs."""
    labels = [piece_label(piece) for piece in run.trace.target_pieces(run.rank)]
    axis, height = theme.slanted_token_axis(labels)
    name = words["figure.print.axis"].format_map({"symbol": glyph, "name": run.name})
    title = {"text": f"<b>{theme.escape(name)}</b>", "standoff": 8}
    cut = {"tickvals": list(range(len(labels))), "tickmode": "array"}
    return axis | cut | {"title": title | {"font": {"size": 13}}}, height + AXIS_NAME


def _line(run: Run, place: int) -> go.Scatter:
    sums = cumulative_log_probs(run.trace, rank=run.rank)
    return go.Scatter(
        x=np.arange(len(sums)),
        y=np.round(sums, 4),
        name=theme.escape(run.name),
        mode="lines+markers",
        line=_LINES[place],
        marker=_MARKS[place],
        xaxis="x2" if place == 0 else "x",
        cliponaxis=False,
    )


def _parting(runs: Sequence[Run]) -> int | None:
    """The first step at which the tokens differ, counted from 0; None: nowhere."""
    first, second = (run.trace.target_pieces(run.rank) for run in runs)
    if first == second:
        return None
    shared = min(len(first), len(second))
    return next((step for step in range(shared) if first[step] != second[step]), shared)


def _mark_parting(figure: go.Figure, step: int, words: Words, *, early: bool) -> None:
    text = words["figure.print.parting"].format_map({"step": step + 1})
    figure.add_vline(
        x=step,
        line={"color": theme.SOFT, "dash": "dot", "width": 2},
        annotation={"text": theme.escape(text), "yref": "paper", "y": 0}
        | {"yanchor": "bottom", "xanchor": "left" if early else "right"},
    )

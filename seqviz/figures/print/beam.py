"""The beam tree for print: a plotly drawing in pixels.

The drawing's coordinates are pixels from its top left, so that boxes fit their words.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from seqviz.analysis.beam import BeamNodes, Pruned, beam_nodes
from seqviz.analysis.words import piece_label
from seqviz.figures import theme
from seqviz.figures.print import page as paper
from seqviz.figures.print.caption import Run, caption
from seqviz.figures.print.nodes import (
    FINISHED,
    LOOKS,
    PRUNED,
    node_category,
    node_marks,
    node_probability,
)
from seqviz.figures.words import WORDS
from seqviz.trace import Fate, Trace

Words = Mapping[str, str]
Array = NDArray[np.floating[Any]]
Path = tuple[list[float | None], list[float | None]]

LABEL_SIZE, SMALL_SIZE = 12.5, 11.5
LEAST_BOX, MOST_BOX = 38, 110
PADDING, FLAG_TIP = 7, 10
LEAST_GAP, MOST_GAP = 24, 64
"""Between columns, where the edges run."""
ROW, LOW_ROW, ROW_GAP = 42, 25, 10
LOW_BOX = 24
"""Boxes that are no higher have one line."""
MOST_HIGH_ROWS = 26
"""With more rows than this, boxes are low."""
TITLE_ROOM, LEGEND, STEPS = 46, 40, 24
STROKE = 3
"""Kept free at both sides for the outlines."""
CORNER = 6
_TURNS = np.linspace(0, 1, 13)
_ARC = np.linspace(0, np.pi / 2, 5)


@dataclass(frozen=True, kw_only=True, eq=False)
class _Grid:
    """Where the nodes go, in pixels."""

    left: Array
    """Of every column's boxes, (columns,)."""
    widths: Array
    """Of every column's boxes, (columns,)."""
    column: NDArray[np.intp]
    """Of every node, (nodes,)."""
    middle: Array
    """Of every node's box from the top, (nodes,)."""
    box: float
    """A box's height."""
    width: float
    """Of the whole drawing."""
    height: float

    @property
    def high(self) -> bool:
        """There is room for two lines in a box."""
        return self.box > LOW_BOX


def beam_tree_print(trace: Trace, *, pruned: Pruned = "next", words: Words = WORDS) -> go.Figure:
    """Draw the whole search for paper: a column a step, as wide as that needs.

    Kinds of nodes differ by mark and outline, not by colour alone.

    Args:
        trace: the decoding.
        pruned: which cut candidates to draw: none, every step's best one, or all.
        words: the figure's words.
    """
    sampled = trace.options.sampling is not None
    nodes = beam_nodes(trace, pruned="none" if sampled else pruned)
    grid = _grid(nodes)
    figure = go.Figure(layout=_layout(grid))
    for traces in (_edges(nodes, grid), _boxes(nodes, grid), _labels(nodes, grid)):
        figure.add_traces(traces)
    figure.add_traces(_legend(nodes, words))
    figure.add_trace(_steps(grid, words))
    title = words["figure.tree.title.sampled" if sampled else "figure.tree.title"]
    facts = {"first": 1, "last": trace.search.steps}
    entries = caption([Run(trace, 0, "")], words=words)
    return paper.on_paper(figure, title=title.format_map(facts), caption=entries)


def _grid(nodes: BeamNodes) -> _Grid:
    column = nodes.x.astype(np.intp) + 1  # the root is 0
    row = ROW if nodes.y.max() < MOST_HIGH_ROWS else LOW_ROW
    boxes = [_box_width(nodes, place, high=row == ROW) for place in range(len(nodes))]
    widths = np.full(column.max() + 1, LEAST_BOX, np.float64)
    np.maximum.at(widths, column, boxes)
    room = paper.PAGE_WIDTH - 2 * paper.EDGE - 2 * STROKE
    gap = (room - widths.sum()) / max(1, len(widths) - 1)
    gap = min(max(gap, LEAST_GAP), MOST_GAP)
    left = STROKE + np.concatenate([[0.0], np.cumsum(widths + gap)[:-1]])
    return _Grid(
        left=left,
        widths=widths,
        column=column,
        middle=LEGEND + row * (nodes.y + 0.5),
        box=row - ROW_GAP if row == ROW else row - ROW_GAP / 2,
        width=max(room + STROKE, left[-1] + widths[-1]) + STROKE,
        height=LEGEND + row * (nodes.y.max() + 1) + STEPS,
    )


def _box_width(nodes: BeamNodes, row: int, *, high: bool) -> float:
    marks, token = node_marks(nodes, row), piece_label(nodes.piece[row])
    lines = {token: LABEL_SIZE, f"{node_probability(nodes, row)} {marks}": SMALL_SIZE}
    if not high:
        lines = {f"{marks} {token}": LABEL_SIZE}
    widest = max(paper.text_width(line, size=size) for line, size in lines.items())
    tip = FLAG_TIP if nodes.fate[row] == Fate.FINISHED else 0
    return min(MOST_BOX, widest + 2 * PADDING + tip)


def _layout(grid: _Grid) -> go.Layout:
    hidden = {"visible": False, "fixedrange": True}
    edge = paper.EDGE
    return go.Layout(
        width=ceil(grid.width) + 2 * edge,
        height=ceil(grid.height) + TITLE_ROOM,
        margin={"l": edge, "r": edge, "t": TITLE_ROOM, "b": 0, "pad": 0},
        xaxis=hidden | {"range": [0, ceil(grid.width)]},
        yaxis=hidden | {"range": [ceil(grid.height), 0]},
        showlegend=False,
    )


def _edges(nodes: BeamNodes, grid: _Grid) -> list[go.Scatter]:
    """Curves from every box's parent to it: cut ones dashed, the best path thick and on top."""
    inner = nodes.parent >= 0
    cut = nodes.fate == Fate.PRUNED
    looks = (
        (inner & cut, {"color": theme.PRUNED, "width": 1, "dash": "dash"}),
        (inner & ~cut & ~nodes.on_best_path, {"color": theme.BEAM, "width": 1.4}),
        (inner & nodes.on_best_path, {"color": theme.BEST, "width": 5}),
    )
    return [
        _drawn(_chain([_curve(nodes, grid, row) for row in np.flatnonzero(mask).tolist()]), line)
        for mask, line in looks
    ]


def _curve(nodes: BeamNodes, grid: _Grid, row: int) -> Path:
    parent = int(nodes.parent[row])
    column, before = grid.column[row], grid.column[parent]
    start, end = grid.left[before] + grid.widths[before], grid.left[column]
    x = start + (end - start) * _TURNS
    rise = grid.middle[row] - grid.middle[parent]
    y = grid.middle[parent] + rise * _TURNS**2 * (3 - 2 * _TURNS)
    return x.tolist(), y.tolist()


def _boxes(nodes: BeamNodes, grid: _Grid) -> list[go.Scatter]:
    """The outlines, one trace a look: rounded, flags for endings, square and dashed for the cut."""
    outlines: list[list[Path]] = [[] for _ in LOOKS]
    for row in range(len(nodes)):
        left = grid.left[grid.column[row]]
        right = left + grid.widths[grid.column[row]]
        top = grid.middle[row] - grid.box / 2
        finished = bool(nodes.fate[row] == Fate.FINISHED)
        category = node_category(nodes, row)
        corners = (left, top, right, top + grid.box)
        outlines[category].append(_outline(corners, category, finished=finished))
    return [_filled(paths, kind) for kind, paths in enumerate(outlines)]


def _filled(paths: Sequence[Path], category: int) -> go.Scatter:
    look = LOOKS[category]
    return _drawn(_chain(paths), look.line).update(fill="toself", fillcolor=look.fill)


def _outline(box: tuple[float, float, float, float], category: int, *, finished: bool) -> Path:
    """A closed line around a box: left, top, right, bottom."""
    left, top, right, bottom = box
    if finished:
        neck, middle = right - FLAG_TIP, (top + bottom) / 2
        return [left, neck, right, neck, left, left], [top, top, middle, bottom, bottom, top]
    if category == PRUNED:
        return [left, right, right, left, left], [top, top, bottom, bottom, top]
    x: list[float | None] = []
    y: list[float | None] = []
    corners = ((right, top, -1, 1), (right, bottom, -1, -1), (left, bottom, 1, -1))
    for turn, (at_x, at_y, to_x, to_y) in enumerate((*corners, (left, top, 1, 1))):
        arc = _ARC if turn % 2 == 0 else _ARC[::-1]
        x += (at_x + to_x * CORNER * (1 - np.sin(arc))).tolist()
        y += (at_y + to_y * CORNER * (1 - np.cos(arc))).tolist()
    return [*x, x[0]], [*y, y[0]]


def _labels(nodes: BeamNodes, grid: _Grid) -> list[go.Scatter]:
    """Tokens, and below them the probabilities and marks where there is room."""
    tokens, facts = [], []
    for row in range(len(nodes)):
        marks, room = node_marks(nodes, row), grid.widths[grid.column[row]] - PADDING
        token = paper.shorten_to(piece_label(nodes.piece[row]), room, size=LABEL_SIZE)
        shown = [theme.isolate(token)] if grid.high else [marks, theme.isolate(token)]
        tokens.append(" ".join(part for part in shown if part))
        facts.append(" ".join(filter(None, (node_probability(nodes, row), marks))))
    tip = np.where(nodes.fate == Fate.FINISHED, FLAG_TIP / 2, 0)
    x = grid.left[grid.column] + grid.widths[grid.column] / 2 - tip
    upper = grid.middle - (grid.box / 4 - 1 if grid.high else 0)
    lower = grid.middle + grid.box / 4
    labels = [_written(x, upper, tokens, size=LABEL_SIZE)]
    return [*labels, _written(x, lower, facts, size=SMALL_SIZE)] if grid.high else labels


def _legend(nodes: BeamNodes, words: Words) -> list[go.Scatter]:
    """Small boxes with their meaning, of the kinds that occur."""
    present = {node_category(nodes, row) for row in range(len(nodes))}
    present |= {FINISHED} if (nodes.fate == Fate.FINISHED).any() else set()
    boxes: list[go.Scatter] = []
    names: list[str] = []
    places: list[float] = []
    x = float(STROKE)
    for category in sorted(present):
        path = _outline((x, 6, x + 30, 22), category, finished=category == FINISHED)
        boxes.append(_filled([path], category))
        names.append(words[f"figure.tree.legend.{LOOKS[category].name}"])
        places.append(x + 37)
        x += 37 + paper.text_width(names[-1], size=12) + 22
    middles = np.full(len(names), 14.0)
    texts = _written(np.array(places), middles, names, size=12)
    return [*boxes, texts.update(textposition="middle right")]


def _steps(grid: _Grid, words: Words) -> go.Scatter:
    """The number of the step below every column."""
    x = grid.left + grid.widths / 2
    numbers = [words["figure.step"], *map(str, range(1, len(x)))]
    return _written(x, np.full(len(x), grid.height - STEPS / 2), numbers, size=SMALL_SIZE)


def _chain(paths: Sequence[Path]) -> Path:
    """Several lines as one, with gaps."""
    x: list[float | None] = []
    y: list[float | None] = []
    for line_x, line_y in paths:
        x += [*line_x, None]
        y += [*line_y, None]
    return x, y


def _drawn(path: Path, line: Mapping[str, Any]) -> go.Scatter:
    x, y = path
    return go.Scatter(
        x=x, y=y, mode="lines", line={**line, "simplify": False}, cliponaxis=False, hoverinfo="skip"
    )


def _written(x: Array, y: Array, texts: Sequence[str], *, size: float) -> go.Scatter:
    return go.Scatter(
        x=x,
        y=y,
        mode="text",
        text=[theme.escape(text) for text in texts],
        textfont={"size": size, "color": paper.INK},
        cliponaxis=False,
        hoverinfo="skip",
    )

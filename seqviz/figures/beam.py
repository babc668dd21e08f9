"""The beam search as an ECharts tree: a plain dict, because nodes are clicked."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from seqviz.analysis.beam import BeamNodes, node_texts
from seqviz.analysis.words import piece_label
from seqviz.colours import soft
from seqviz.figures import theme
from seqviz.figures.picture import EChartsPicture
from seqviz.figures.words import WORDS
from seqviz.trace import Fate, Trace
from seqviz.words.numbers import number

Words = Mapping[str, str]
Option = dict[str, Any]

ROW_HEIGHT, LOW_ROW_HEIGHT = 42, 24
ROW_GAP = 8
MOST_HIGH_ROWS = 26
"""With more rows than this, nodes show their token without its probability."""
LEAST_NODE, MOST_NODE = 46, 104
TREE_WIDTH = 850
"""Pixels that the tree is expected to be wide; it stretches."""
TOP, BOTTOM = 68, 48
LEAST_HEIGHT = 220
MOST_COLUMNS = 14
"""More steps than this are scrolled."""
LONG_TEXT = 160
LEAST_SHOWN = 0.005
"""Smaller probabilities would read as 0.00."""
TURN = 0.46
"""Where an edge leaves its row, in columns from the node."""

FLAG = "path://M0,0 L86,0 L100,17 L86,34 L0,34 Z"
KEPT, BEST, FINISHED, PRUNED = range(4)
LOOKS: tuple[Option, ...] = (
    {"color": soft("beam").light, "borderColor": theme.BEAM, "borderWidth": 1.2},
    {"color": soft("best").light, "borderColor": theme.BEST, "borderWidth": 3},
    {"color": soft("beam").light, "borderColor": theme.INK, "borderWidth": 2},
    {"color": soft("pruned").light, "borderColor": theme.PRUNED, "borderWidth": 1.2}
    | {"borderType": "dashed"},
)
_SYMBOLS = ("roundRect", "roundRect", FLAG, "rect")
LEGEND = ("kept", "best", "finished", "pruned")
_SELECTED: Option = {
    "borderColor": theme.SELECTED,
    "borderWidth": 4,
    "borderType": "solid",
    "shadowBlur": 8,
    "shadowColor": theme.SELECTED,
}


def beam_tree_picture(
    nodes: BeamNodes, trace: Trace, *, selected: int | None = None, words: Words = WORDS
) -> EChartsPicture:
    """The search: a column a step, best path thick and starred, the cut dashed.

    The table has the same nodes, the root left out. A click selects a node; its index in the series
    is the row in ``nodes``. In a notebook take ``beam_tree_print``, which shows itself.

    Args:
        nodes: what to draw, from ``analysis.beam.beam_nodes``.
        trace: the decoding that they are from.
        selected: row of the node to outline.
        words: the figure's words.
    """
    texts = node_texts(nodes, trace)
    sampled = trace.options.sampling is not None
    return EChartsPicture(
        _tree(nodes, texts, selected=selected, sampled=sampled, words=words),
        int(max(LEAST_HEIGHT, TOP + BOTTOM + _row_height(nodes) * (nodes.y.max() + 1))),
        _sentence(nodes, trace, sampled=sampled, words=words),
        _table(nodes, texts, words),
    )


def _tree(
    nodes: BeamNodes,
    texts: Sequence[str],
    *,
    selected: int | None,
    sampled: bool,
    words: Words,
) -> Option:
    size = [_node_width(nodes), _row_height(nodes) - ROW_GAP]
    data = [
        _node(nodes, row, size=size, tooltip=_tooltip(nodes, row, text=texts[row], words=words))
        for row in range(len(nodes))
    ]
    if selected is not None:
        data[selected]["itemStyle"] = LOOKS[data[selected]["category"]] | _SELECTED
    names = [words[f"figure.tree.legend.{name}"] for name in LEGEND]
    looks = list(zip(names, _SYMBOLS, LOOKS, strict=True))
    marks = looks[:PRUNED] if sampled else looks  # sampling prunes nothing
    series = {
        "type": "graph",
        "id": "beam",
        "coordinateSystem": "cartesian2d",
        "selectedMode": "single",
        "categories": [{"name": n, "symbol": s, "itemStyle": look} for n, s, look in looks],
        "data": data,
        "label": {"show": True, "color": theme.INK, "fontSize": 11, "lineHeight": 14}
        | {"width": size[0] - 4, "overflow": "truncate", "ellipsis": "…"},
        "emphasis": {"scale": False},
        "select": {"itemStyle": _SELECTED},
        "cursor": "pointer",
        "animation": False,
        "z": 3,
    }
    edges = {
        "type": "lines",
        "coordinateSystem": "cartesian2d",
        "polyline": True,
        "silent": True,
        "data": _edges(nodes),
        "lineStyle": {"color": theme.SOFT, "width": 1.4, "opacity": 1},
        "animation": False,
        "z": 2,
    }
    return {
        "legend": {"data": [{"name": name, "icon": symbol} for name, symbol, _ in marks]}
        | {"top": 30, "left": 0, "selectedMode": False, "itemGap": 18},
        "tooltip": {"confine": True, "extraCssText": "max-width:340px;white-space:normal"},
        "series": [series, edges],
    } | _frame(nodes, words, sampled=sampled)


def _sentence(nodes: BeamNodes, trace: Trace, *, sampled: bool, words: Words) -> str:
    inner = nodes.parent >= 0
    facts = {
        "first": int(nodes.step[inner].min(initial=nodes.step.max())) + 1,
        "last": int(nodes.step.max()) + 1,
        "kept": int((nodes.fate[inner] == Fate.KEPT).sum()),
        "finished": int((nodes.fate == Fate.FINISHED).sum()),
        "pruned": int((nodes.fate == Fate.PRUNED).sum()),
        "text": trace.translation,
    }
    return words["figure.tree.alt.sampled" if sampled else "figure.tree.alt"].format_map(facts)


def _table(nodes: BeamNodes, texts: Sequence[str], words: Words) -> pd.DataFrame:
    table = pd.DataFrame(
        {
            words["figure.step"]: nodes.step + 1,
            words["figure.rank"]: nodes.rank,
            words["figure.token"]: [piece_label(piece) for piece in nodes.piece],
            words["figure.prob"]: np.exp(nodes.log_prob).round(4),
            words["figure.cumulative"]: nodes.cumulative.round(3),
            words["figure.score"]: nodes.score.round(3),
            words["figure.margin"]: nodes.margin.round(3),
            words["figure.fate"]: [words[f"fate.{Fate(f).name.lower()}"] for f in nodes.fate],
            words["figure.best_path"]: ["★" if best else "" for best in nodes.on_best_path],
            words["figure.prefix"]: texts,
        }
    )
    return table[nodes.step >= 0].reset_index(drop=True)


def node_category(nodes: BeamNodes, row: int) -> int:
    """KEPT, BEST, FINISHED or PRUNED."""
    if nodes.on_best_path[row]:
        return BEST
    return {Fate.FINISHED: FINISHED, Fate.PRUNED: PRUNED}.get(Fate(nodes.fate[row]), KEPT)


def _node(nodes: BeamNodes, row: int, *, size: list[int], tooltip: str) -> Option:
    finished = nodes.fate[row] == Fate.FINISHED
    category = node_category(nodes, row)
    return {
        "id": str(row),
        "name": _name(nodes, row, high=size[1] > LOW_ROW_HEIGHT),
        "value": _place(nodes, row),
        "category": category,
        "symbol": FLAG if finished else _SYMBOLS[category],
        "symbolSize": size,
        "tooltip": {"formatter": tooltip},
    }


def _name(nodes: BeamNodes, row: int, *, high: bool) -> str:
    """What stands in a node: its marks and token, and the probability where there is room."""
    mark, token = node_marks(nodes, row), theme.isolate(piece_label(nodes.piece[row]))
    if not high:
        return f"{mark} {token}".strip()
    return f"{token}\n" + " ".join(part for part in (node_probability(nodes, row), mark) if part)


def node_marks(nodes: BeamNodes, row: int) -> str:
    """What tells the kinds of nodes apart without colour: "★" best, "✓" finished, "✂" pruned."""
    category, finished = node_category(nodes, row), nodes.fate[row] == Fate.FINISHED
    marks = {"★": category == BEST, "✓": finished, "✂": category == PRUNED}
    return "".join(mark for mark, holds in marks.items() if holds)


def node_probability(nodes: BeamNodes, row: int) -> str:
    """The token's probability in four characters; "" for the root."""
    probability = float(np.exp(nodes.log_prob[row]))
    shown = number(probability) if probability >= LEAST_SHOWN else f"<{2 * LEAST_SHOWN}"
    return shown * int(nodes.step[row] >= 0)


def _edges(nodes: BeamNodes) -> list[Option]:
    """From every node's parent to it, turning between the two columns."""
    edges = []
    for row in np.flatnonzero(nodes.parent >= 0).tolist():
        (x, y), (to_x, to_y) = _place(nodes, int(nodes.parent[row])), _place(nodes, row)
        turns = [] if y == to_y else [[x + TURN, y], [to_x - TURN, to_y]]
        edge: Option = {"coords": [[x, y], *turns, [to_x, to_y]]}
        if nodes.on_best_path[row]:
            edge["lineStyle"] = {"width": 5, "color": theme.BEST}
        elif nodes.fate[row] == Fate.PRUNED:
            edge["lineStyle"] = {"type": "dashed", "width": 1}
        edges.append(edge)
    return edges


def _place(nodes: BeamNodes, row: int) -> list[float]:
    return [int(nodes.x[row]) + 1, round(float(nodes.y[row]), 3)]


def _tooltip(nodes: BeamNodes, row: int, *, text: str, words: Words) -> str:
    """HTML with everything that is known about a node; ECharts shows it as it is."""
    if nodes.step[row] < 0:
        return theme.escape(words["figure.tree.start"])
    title = f"<b>{theme.escape(theme.isolate(piece_label(nodes.piece[row])))}</b>"
    entry = "figure.tree.entry" if nodes.parent[row] < 0 else None
    fate = words[entry or f"fate.{Fate(nodes.fate[row]).name.lower()}"]
    place = f"{words['figure.step']} {nodes.step[row] + 1} · {words['figure.rank']}"
    log_prob, margin = float(nodes.log_prob[row]), float(nodes.margin[row])
    prob = number(np.exp(log_prob), ".3f")
    facts = {
        words["figure.prob"]: f"{prob} ({words['figure.log_prob']} {number(log_prob)})",
        words["figure.cumulative"]: number(nodes.cumulative[row]),
        words["figure.score"]: number(nodes.score[row], ".3f"),
        words["figure.margin"]: number(margin, "+.2f"),
    }
    lines = [f"{place} {nodes.rank[row]} · {fate}"] + [f"{k}: {v}" for k, v in facts.items()]
    quoted = theme.escape(text if len(text) <= LONG_TEXT else "…" + text[-LONG_TEXT:])
    return "<br>".join([title, *map(theme.escape, lines), f"<i>{quoted}</i>"])


def _row_height(nodes: BeamNodes) -> int:
    return ROW_HEIGHT if nodes.y.max() < MOST_HIGH_ROWS else LOW_ROW_HEIGHT


def _node_width(nodes: BeamNodes) -> int:
    columns = min(MOST_COLUMNS, int(np.ptp(nodes.x)) + 2)
    return max(LEAST_NODE, min(MOST_NODE, TREE_WIDTH // columns - 8))


def _frame(nodes: BeamNodes, words: Words, *, sampled: bool) -> Option:
    """Axes, margins, and scrolling where the tree is larger than its frame."""
    first, last = int(nodes.x.min()) + 1, int(nodes.x.max()) + 1
    scrolls: list[Option] = []
    if last - first + 1 > MOST_COLUMNS:
        scrolls.append(
            {"type": "slider", "bottom": 2, "height": 14}
            | {"startValue": first - 0.5, "endValue": first + MOST_COLUMNS - 0.5}
        )
    hidden = {
        "axisLine": {"show": False},
        "axisTick": {"show": False},
        "splitLine": {"show": False},
    }
    steps = {"first": max(first, 1), "last": last}
    title = words["figure.tree.title.sampled" if sampled else "figure.tree.title"]
    save = {"type": "svg", "name": "beam-tree", "title": words["figure.tree.save"]}
    return {
        "title": {"text": title.format_map(steps), "left": 0, "top": 0}
        | {"textStyle": {"fontSize": 15}},
        "toolbox": {"feature": {"saveAsImage": save}, "right": 4, "top": 0},
        "grid": {"left": 8, "right": 8, "top": TOP, "bottom": BOTTOM} | {"outerBoundsMode": "none"},
        "xAxis": hidden
        | {"type": "value", "min": first - 0.6, "max": last + 0.6}
        | {"axisLabel": {"customValues": list(range(first, last + 1))}}
        | {"name": words["figure.step"], "nameLocation": "middle", "nameGap": 26},
        "yAxis": hidden
        | {"type": "value", "inverse": True, "min": -0.5, "max": float(nodes.y.max()) + 0.5}
        | {"axisLabel": {"show": False}},
        "dataZoom": scrolls,
    }

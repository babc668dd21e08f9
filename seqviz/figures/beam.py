"""The beam search as an ECharts tree (a plain dict, for what is clicked), its tables, its words."""

from collections.abc import Mapping
from math import isnan
from typing import Any

import numpy as np
import pandas as pd

from seqviz.analysis.beam import BeamNodes, Reason, prefix_text
from seqviz.analysis.words import display_piece, join_pieces
from seqviz.figures import theme
from seqviz.figures.words import WORDS
from seqviz.trace import Fate, Trace

Words = Mapping[str, str]
Option = dict[str, Any]

ROW_HEIGHT, NODE_HEIGHT = 42, 34
LEAST_NODE, MOST_NODE = 50, 104
TREE_WIDTH = 880
"""Pixels that the tree is expected to be wide; it stretches."""
TOP, BOTTOM = 46, 44
LEAST_HEIGHT, MOST_HEIGHT = 220, 1400
MOST_COLUMNS = 16
"""More steps than this are scrolled."""
LONG_TEXT = 160

FLAG = "path://M0,0 L86,0 L100,17 L86,34 L0,34 Z"
INK = "#1A1A1A"
KEPT, BEST, FINISHED, PRUNED = range(4)
_LOOKS: tuple[Option, ...] = (
    {"color": "#D3E6F4", "borderColor": theme.BLUE, "borderWidth": 1.2},
    {"color": "#F7EC8C", "borderColor": theme.ORANGE, "borderWidth": 3},
    {"color": "#C4E8DB", "borderColor": theme.GREEN, "borderWidth": 2},
    {"color": "#EDEDED", "borderColor": theme.GREY, "borderWidth": 1.2, "borderType": "dashed"},
)
_SYMBOLS = ("roundRect", "roundRect", FLAG, "rect")
_LEGEND = ("kept", "best", "finished", "pruned")
_SELECTED: Option = {
    "borderColor": theme.VERMILION,
    "borderWidth": 4,
    "borderType": "solid",
    "shadowBlur": 8,
    "shadowColor": theme.VERMILION,
}


def beam_tree(
    nodes: BeamNodes, trace: Trace, *, selected: int | None = None, words: Words = WORDS
) -> Option:
    """Draw the search: a column a step, best path thick and starred, the cut dashed.

    Args:
        nodes: what to draw, from ``analysis.beam.beam_nodes``.
        trace: the decoding that they are from.
        selected: row of the node to outline.
        words: the figure's words.

    Returns:
        an ECharts option. A click selects a node; its index in the series is the row in ``nodes``.
    """
    width = _node_width(nodes)
    texts = _texts(nodes, trace)
    data = [
        _node(nodes, row, width=width, tooltip=_tooltip(nodes, row, text=texts[row], words=words))
        for row in range(len(nodes))
    ]
    if selected is not None:
        data[selected]["itemStyle"] = _LOOKS[data[selected]["category"]] | _SELECTED
    names = [words[f"figure.tree.legend.{name}"] for name in _LEGEND]
    looks = zip(names, _SYMBOLS, _LOOKS, strict=True)
    series = {
        "type": "graph",
        "id": "beam",
        "coordinateSystem": "cartesian2d",
        "selectedMode": "single",
        "categories": [{"name": n, "symbol": s, "itemStyle": look} for n, s, look in looks],
        "data": data,
        "links": _links(nodes),
        "label": {"show": True, "color": INK, "fontSize": 12, "lineHeight": 14}
        | {"width": width - 6, "overflow": "truncate", "ellipsis": "…"},
        "lineStyle": {"color": theme.GREY, "width": 1.2, "opacity": 1},
        "emphasis": {"scale": False},
        "select": {"itemStyle": _SELECTED},
        "cursor": "pointer",
        "animation": False,
    }
    return {
        "legend": {"data": names, "top": 0, "left": 0, "selectedMode": False, "itemGap": 18},
        "tooltip": {"confine": True, "extraCssText": "max-width:340px;white-space:normal"},
        "series": [series],
    } | _frame(nodes, words)


def beam_tree_height(nodes: BeamNodes) -> int:
    """Pixels that the tree needs; taller ones scroll inside."""
    needed = TOP + BOTTOM + ROW_HEIGHT * (nodes.y.max() + 1)
    return int(min(MOST_HEIGHT, max(LEAST_HEIGHT, needed)))


def beam_table(nodes: BeamNodes, trace: Trace, *, words: Words = WORDS) -> pd.DataFrame:
    """The same nodes as a table, the root left out."""
    table = pd.DataFrame(
        {
            words["figure.step"]: nodes.step + 1,
            words["figure.rank"]: nodes.rank,
            words["figure.token"]: [display_piece(piece) for piece in nodes.piece],
            words["figure.prob"]: np.exp(nodes.log_prob).round(4),
            words["figure.cumulative"]: nodes.cumulative.round(3),
            words["figure.score"]: nodes.score.round(3),
            words["figure.margin"]: nodes.margin.round(3),
            words["figure.fate"]: [words[f"fate.{Fate(f).name.lower()}"] for f in nodes.fate],
            words["figure.best_path"]: ["★" if best else "" for best in nodes.on_best_path],
            words["figure.prefix"]: _texts(nodes, trace),
        }
    )
    return table[nodes.step >= 0].reset_index(drop=True)


def beam_tree_alt(nodes: BeamNodes, trace: Trace, *, words: Words = WORDS) -> str:
    """Say in a sentence what the tree holds."""
    inner = nodes.parent >= 0
    facts = {
        "first": int(nodes.step[inner].min(initial=nodes.step.max())) + 1,
        "last": int(nodes.step.max()) + 1,
        "kept": int((nodes.fate[inner] == Fate.KEPT).sum()),
        "finished": int((nodes.fate == Fate.FINISHED).sum()),
        "pruned": int((nodes.fate == Fate.PRUNED).sum()),
        "text": trace.translation,
    }
    return words["figure.tree.alt"].format_map(facts)


def hypotheses_table(trace: Trace, *, words: Words = WORDS) -> pd.DataFrame:
    """All hypotheses, best first, each score taken apart: sum, length, divisor, score."""
    found = trace.hypotheses
    return pd.DataFrame(
        {
            words["figure.rank"]: np.arange(1, len(found) + 1),
            words["figure.text"]: found.texts,
            words["figure.cumulative"]: found.log_probs.round(4),
            words["figure.length"]: found.lengths,
            words["figure.normaliser"]: found.normalisers.round(4),
            words["figure.score"]: found.scores.round(4),
            words["figure.finished"]: [
                words["figure.yes" if finished else "figure.no"] for finished in found.finished
            ],
        }
    )


def reason_text(reason: Reason, *, words: Words = WORDS) -> str:
    """Say in a sentence why a candidate lived or fell."""
    facts = {
        "rank": reason.rank,
        "kept": reason.kept,
        "finished": reason.finished,
        "margin": f"{abs(reason.margin):.2f}",
        "survivor": reason.survivor,
    }
    return words[f"reason.{reason.code}{_variant(reason)}"].format_map(facts)


def _variant(reason: Reason) -> str:
    """Which of the sentences of a code fits the facts."""
    if reason.code == "kept":
        return "_last" if reason.margin == 0 else ""
    if reason.code == "pruned_rank":
        if isnan(reason.margin):
            return "_alone"
        return "_finished" if reason.finished else ""
    return "_ahead" if reason.code == "pruned_late_eos" and reason.margin > 0 else ""


def _category(nodes: BeamNodes, row: int) -> int:
    if nodes.on_best_path[row]:
        return BEST
    return {Fate.FINISHED: FINISHED, Fate.PRUNED: PRUNED}.get(Fate(nodes.fate[row]), KEPT)


def _node(nodes: BeamNodes, row: int, *, width: int, tooltip: str) -> Option:
    finished = nodes.fate[row] == Fate.FINISHED
    category = _category(nodes, row)
    marks = " ★" * (category == BEST) + " ✓" * finished + " ✂" * (category == PRUNED)
    token = theme.isolate(display_piece(nodes.piece[row]))
    prob = f"{np.exp(nodes.log_prob[row]):.2f}" if nodes.step[row] >= 0 else ""
    return {
        "id": str(row),
        "name": f"{token}\n{prob}{marks}",
        "value": [int(nodes.x[row]) + 1, round(float(nodes.y[row]), 3)],
        "category": category,
        "symbol": FLAG if finished else _SYMBOLS[category],
        "symbolSize": [width, NODE_HEIGHT],
        "tooltip": {"formatter": tooltip},
    }


def _links(nodes: BeamNodes) -> list[Option]:
    links = []
    for row in np.flatnonzero(nodes.parent >= 0).tolist():
        link: Option = {"source": int(nodes.parent[row]), "target": row}
        if nodes.on_best_path[row]:
            link["lineStyle"] = {"width": 5, "color": theme.ORANGE}
        elif nodes.fate[row] == Fate.PRUNED:
            link["lineStyle"] = {"type": "dashed", "width": 1}
        links.append(link)
    return links


def _tooltip(nodes: BeamNodes, row: int, *, text: str, words: Words) -> str:
    """HTML with everything that is known about a node; ECharts shows it as it is."""
    if nodes.step[row] < 0:
        return theme.escape(words["figure.tree.start"])
    title = f"<b>{theme.escape(theme.isolate(display_piece(nodes.piece[row])))}</b>"
    fate = words[f"fate.{Fate(nodes.fate[row]).name.lower()}"]
    place = f"{words['figure.step']} {nodes.step[row] + 1} · {words['figure.rank']}"
    log_prob, margin = float(nodes.log_prob[row]), float(nodes.margin[row])
    facts = {
        words["figure.prob"]: f"{np.exp(log_prob):.3f} ({words['figure.log_prob']} {log_prob:.2f})",
        words["figure.cumulative"]: f"{nodes.cumulative[row]:.2f}",
        words["figure.score"]: f"{nodes.score[row]:.3f}",
        words["figure.margin"]: "–" if isnan(margin) else f"{margin:+.2f}",
    }
    lines = [f"{place} {nodes.rank[row]} · {fate}"] + [f"{k}: {v}" for k, v in facts.items()]
    quoted = theme.escape(text if len(text) <= LONG_TEXT else "…" + text[-LONG_TEXT:])
    return "<br>".join([title, *map(theme.escape, lines), f"<i>{quoted}</i>"])


def _texts(nodes: BeamNodes, trace: Trace) -> list[str]:
    """The text of every node with everything before it."""
    pieces: list[tuple[str, ...]] = []
    before: list[str] = []
    for row, parent in enumerate(nodes.parent.tolist()):
        if parent < 0:
            pieces.append(())
            before.append(prefix_text(trace, int(nodes.step[row]), int(nodes.candidate[row])))
        else:
            pieces.append((*pieces[parent], nodes.piece[row]))
            before.append(before[parent])
    return [
        join_pieces([text, *tail] if text else tail)
        for text, tail in zip(before, pieces, strict=True)
    ]


def _node_width(nodes: BeamNodes) -> int:
    columns = min(MOST_COLUMNS, int(np.ptp(nodes.x)) + 2)
    return max(LEAST_NODE, min(MOST_NODE, TREE_WIDTH // columns - 10))


def _frame(nodes: BeamNodes, words: Words) -> Option:
    """Axes, margins, and scrolling where the tree is larger than its frame."""
    first, last = int(nodes.x.min()) + 1, int(nodes.x.max()) + 1
    bottom = float(nodes.y.max())
    shown = (beam_tree_height(nodes) - TOP - BOTTOM) / ROW_HEIGHT
    scrolls = []
    if last - first + 1 > MOST_COLUMNS:
        window = {"startValue": first - 0.5, "endValue": first + MOST_COLUMNS - 0.5}
        scrolls.append({"xAxisIndex": 0, "bottom": 2, "height": 14} | window)
    if bottom + 1 > shown + 1e-6:
        scrolls.append(
            {"yAxisIndex": 0, "right": 2, "width": 14, "startValue": -0.5}
            | {"endValue": shown - 0.5}
        )
    hidden = {
        "axisLine": {"show": False},
        "axisTick": {"show": False},
        "splitLine": {"show": False},
    }
    return {
        "grid": {"left": 8, "right": 30 if scrolls else 8, "top": TOP, "bottom": BOTTOM},
        "xAxis": hidden
        | {"type": "value", "min": first - 0.6, "max": last + 0.6, "interval": 1}
        | {"name": words["figure.step"], "nameLocation": "middle", "nameGap": 26},
        "yAxis": hidden
        | {"type": "value", "inverse": True, "min": -0.5, "max": bottom + 0.5}
        | {"axisLabel": {"show": False}},
        "dataZoom": [{"type": "slider", "filterMode": "none"} | scroll for scroll in scrolls],
    }

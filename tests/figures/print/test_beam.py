from dataclasses import replace
from itertools import pairwise

import numpy as np
import plotly.graph_objects as go
import pytest

from seqviz import figures
from seqviz.analysis.beam import beam_nodes
from seqviz.options import Sampling
from seqviz.words import table
from tests.fixtures.toy_traces import random_trace, rnn_trace, transformer_trace

CHINESE = table("zh")


def texts(figure: go.Figure) -> list[str]:
    return [text for trace in figure.data if trace.mode == "text" for text in trace.text]


def boxes(figure: go.Figure) -> list[go.Scatter]:
    return [trace for trace in figure.data if trace.fill == "toself"]


def spans(trace: go.Scatter) -> list[tuple[float, float]]:
    """Left and right end of every outline of a trace."""
    found: list[tuple[float, float]] = []
    outline: list[float] = []
    for x in trace.x:
        if x is None:
            found.append((min(outline), max(outline)))
            outline = []
        else:
            outline.append(x)
    return found


def test_marks_tokens_and_probabilities_stand_in_the_boxes() -> None:
    shown = texts(figures.beam_tree_print(rnn_trace(), pruned="all"))
    assert {"the", "cat", "⟨eos⟩", "sat"} <= set(shown)
    assert {"0.50 ★", "0.60 ★✓", "0.06 ✂", "0.40"} <= set(shown)
    assert {"kept", "★ best path", "✓ finished", "✂ pruned"} <= set(shown)


def test_kinds_differ_by_outline_too() -> None:
    kept, best, _, pruned, *_ = boxes(figures.beam_tree_print(rnn_trace(), pruned="all"))
    assert pruned.line.dash
    assert not kept.line.dash
    assert best.line.width > kept.line.width
    corners = [list(trace.x).index(None) for trace in (kept, pruned)]
    assert corners[0] > corners[1] == 5  # round against square


@pytest.mark.parametrize(("pruned", "count"), [("none", 0), ("next", 3), ("all", 5)])
def test_pruned_candidates_are_drawn_as_asked(pruned: str, count: int) -> None:
    figure = figures.beam_tree_print(rnn_trace(), pruned=pruned)  # type: ignore[arg-type]  # a parameter
    assert sum(text.endswith("✂") for text in texts(figure)) == count


def test_boxes_of_a_column_are_apart_from_those_of_the_next_and_on_the_page() -> None:
    figure = figures.beam_tree_print(random_trace(3, 30, 5), pruned="all")
    columns = sorted({span for trace in boxes(figure)[:4] for span in spans(trace)})
    lefts = sorted({round(left) for left, _ in columns})
    assert len(lefts) == 31
    assert min(left for left, _ in columns) >= 0
    room = figure.layout.width - figure.layout.margin.l - figure.layout.margin.r
    assert max(right for _, right in columns) <= room
    ends = {round(left): round(right) for left, right in columns}
    assert all(ends[one] < other for one, other in pairwise(lefts))
    assert figure.layout.width > 1500
    assert [text for text in texts(figure) if text.isdecimal()] == [str(n) for n in range(1, 31)]


def test_no_box_covers_another() -> None:
    trace = random_trace(5, 12, 4)
    nodes = beam_nodes(trace, pruned="all")
    figure = figures.beam_tree_print(trace, pruned="all")
    heights = np.array(next(trace for trace in figure.data if trace.mode == "text").y)
    for column in set(nodes.x.tolist()):
        assert (np.diff(np.sort(heights[nodes.x == column])) >= 25).all()


def test_tokens_of_markup_and_of_other_scripts_stay_text() -> None:
    shown = texts(figures.beam_tree_print(transformer_trace(), pruned="all"))
    assert "&lt;b&gt;x&lt;/b&gt;" in shown
    assert "\u2068مرحبا\u2069" in shown
    assert not any("<" in text.replace("<0.01", "") for text in shown if "&lt;0.01" not in text)


def test_samples_are_not_called_a_search_and_nothing_is_pruned() -> None:
    trace = rnn_trace()
    options = replace(trace.options, sampling=Sampling(seed=3))
    figure = figures.beam_tree_print(replace(trace, options=options), pruned="all")
    assert figure.layout.title.text.startswith("<b>Samples")
    assert not any("✂" in text for text in texts(figure))


def test_the_tree_speaks_chinese() -> None:
    figure = figures.beam_tree_print(rnn_trace(), words=CHINESE)
    assert figure.layout.title.text == "<b>束搜索树，第 1 步到第 3 步</b>"
    assert {"★ 最佳路径", "步"} <= set(texts(figure))

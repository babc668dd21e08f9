from dataclasses import replace

import numpy as np
import pytest

from seqviz import figures
from seqviz.analysis.reference import Exit
from seqviz.trace import Trace
from tests.analysis.test_reference import CAT, SAT, A, forced_trace
from tests.fixtures.toy_traces import EOS

PROBS = [0.4, 0.2, 0.001, 0.9]
LEFT = Exit(code="pruned", step=2, rank=7, margin=-0.5, hypothesis=None)
KEPT = replace(LEFT, code="finished", hypothesis=0)


def trace() -> Trace:
    return forced_trace([A, SAT, CAT, EOS], PROBS, [2, 6, 900, 1])


def test_bars_are_surprisals_and_say_their_rank() -> None:
    figure = figures.surprisal_picture(trace(), LEFT).chart
    bars = {
        int(x): (y, n)
        for bar in figure.data
        for x, y, n in zip(bar.x, bar.y, bar.text, strict=True)
    }
    np.testing.assert_allclose([bars[x][0] for x in range(4)], -np.log(PROBS), rtol=1e-3)
    assert [bars[x][1] for x in range(4)] == ["2", "6", "900", "1"]


def test_every_class_of_ranks_has_its_colour_and_its_name() -> None:
    figure = figures.surprisal_picture(trace(), LEFT).chart
    assert [list(bar.x) for bar in figure.data] == [[3], [0], [1], [2]]
    assert len({bar.marker.color for bar in figure.data}) == 4
    assert [bar.name for bar in figure.data][1:] == [
        "rank 2 to 5",
        "rank 6 to 50",
        "rank 51 and beyond",
    ]


def test_the_hover_text_says_what_the_model_would_have_said() -> None:
    bars = figures.surprisal_picture(trace(), LEFT).chart.data
    assert "the model’s choice: the (p = 0.050)" in bars[1].hovertext[0]
    assert "next best: the" in bars[0].hovertext[0]


def test_the_step_that_lost_the_reference_is_marked() -> None:
    figure = figures.surprisal_picture(trace(), LEFT).chart
    assert {shape.x0 for shape in figure.layout.shapes} == {1.5}
    assert [note.text for note in figure.layout.annotations] == ["the search dropped it here"]
    assert not figures.surprisal_picture(trace(), KEPT).chart.layout.shapes


def test_an_impossible_token_still_has_a_bar() -> None:
    impossible = forced_trace([A, EOS], [0.5, 1.0])
    log_probs = impossible.search.candidate_log_probs.copy()
    log_probs[0, 0] = -np.inf
    search = replace(impossible.search, candidate_log_probs=log_probs)
    figure = figures.surprisal_picture(replace(impossible, search=search), KEPT).chart
    assert figure.data[0].y[0] == 100


def test_table_and_sentence_hold_the_same_facts() -> None:
    table = figures.surprisal_picture(trace(), LEFT).table
    assert table["Token"].tolist() == ["a", "sat", "cat", "⟨eos⟩"]
    assert table["Rank"].tolist() == [2, 6, 900, 1]
    assert table["Σ log p"].iloc[-1] == pytest.approx(np.log(PROBS).sum(), abs=1e-3)
    assert table["Best other token"].tolist() == ["the"] * 4
    said = figures.surprisal_picture(trace(), LEFT).sentence
    assert f"{-np.log(PROBS).sum():.2f} nats in all; 1 of them" in said
    assert "Most surprising: cat with 6.91 nats, rank 900." in said

from dataclasses import replace

import numpy as np
import pytest

from seqviz import figures
from seqviz.errors import InputError
from tests.fixtures.toy_traces import greedy_trace, random_trace, rnn_trace


def test_two_traces_with_all_tokens_on_two_axes() -> None:
    figure = figures.comparison_print(greedy_trace(), rnn_trace())
    lines = {trace.name: trace for trace in figure.data}
    assert list(lines) == ["Beam size 2", "Greedy"]
    np.testing.assert_allclose(lines["Greedy"].y, np.log([0.4, 0.08, 0.072]), atol=1e-3)
    assert lines["Greedy"].xaxis == "x2"
    above, below = figure.layout.xaxis2, figure.layout.xaxis
    assert list(above.labelalias.values()) == ["a", "sat", "⟨eos⟩"]
    assert list(below.labelalias.values()) == ["the", "cat", "⟨eos⟩"]
    assert "Greedy" in above.title.text
    assert "Beam size 2" in below.title.text
    assert lines["Greedy"].line.dash != lines["Beam size 2"].line.dash
    assert lines["Greedy"].marker.symbol != lines["Beam size 2"].marker.symbol


def test_the_first_difference_is_marked() -> None:
    figure = figures.comparison_print(greedy_trace(), rnn_trace())
    assert figure.layout.shapes[0].x0 == 0
    assert "first difference, step 1" in [note.text for note in figure.layout.annotations]
    assert not figures.comparison_print(rnn_trace(), rnn_trace()).layout.shapes


def test_one_trace_compares_its_two_best_hypotheses() -> None:
    figure = figures.comparison_print(rnn_trace())
    assert [trace.name for trace in figure.data] == ["Hypothesis 2", "Hypothesis 1"]
    assert list(figure.layout.xaxis.labelalias.values()) == ["the", "cat", "sat"]
    assert figure.layout.shapes[0].x0 == 2


def test_equal_names_are_told_apart() -> None:
    trace = rnn_trace()
    other = replace(trace, model=replace(trace.model, name="de-en/dot"))
    names = [each.name for each in figures.comparison_print(trace, other).data]
    assert names == ["Beam size 2 (de-en/dot)", "Beam size 2 (de-en/additive)"]
    names = [each.name for each in figures.comparison_print(trace, rnn_trace()).data]
    assert names == ["Beam size 2 (2)", "Beam size 2 (1)"]


def test_two_sentences_are_not_compared() -> None:
    with pytest.raises(InputError, match="different sentences"):
        figures.comparison_print(rnn_trace(), random_trace(1, 4, 2))


def test_one_hypothesis_is_not_compared_with_itself() -> None:
    with pytest.raises(InputError, match="one hypothesis only"):
        figures.comparison_print(greedy_trace())


def test_the_page_widens_for_many_steps() -> None:
    trace = random_trace(1, 45, 5)
    steps = len(trace.target())
    assert steps > 40
    assert figures.comparison_print(trace).layout.width > steps * 24

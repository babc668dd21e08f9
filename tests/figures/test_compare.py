from dataclasses import replace

import numpy as np
import pytest

from seqviz import figures
from seqviz.analysis.compare import SweepRow
from tests.fixtures.toy_traces import greedy_trace, rnn_trace

ROWS = [
    SweepRow(beam_size=1, score=-0.9, log_prob=-4.5, length=5, text="a <b>cat</b>"),
    SweepRow(beam_size=2, score=-0.5, log_prob=-2.0, length=4, text="cat"),
    SweepRow(beam_size=3, score=-0.6, log_prob=-2.4, length=4, text="cats"),
]


def test_both_lines_differ_by_dash_and_symbol_and_end_at_the_sums() -> None:
    figure = figures.cumulative_picture(greedy_trace(), rnn_trace()).chart
    greedy, beam = figure.data
    np.testing.assert_allclose(greedy.y, np.log([0.4, 0.08, 0.072]), atol=1e-3)
    np.testing.assert_allclose(beam.y, np.log([0.5, 0.4, 0.24]), atol=1e-3)
    assert list(beam.x) == [1, 2, 3]
    assert greedy.line.dash != beam.line.dash
    assert greedy.marker.symbol != beam.marker.symbol
    assert figure.layout.shapes[0].x0 == 1  # where they part


def test_equal_decodings_have_no_parting_line() -> None:
    assert not figures.cumulative_picture(rnn_trace(), rnn_trace()).chart.layout.shapes


def test_the_table_holds_both_and_the_sentence_where_they_end() -> None:
    table = figures.cumulative_picture(greedy_trace(), rnn_trace()).table
    assert table["Greedy: Token"].tolist() == ["a", "sat", "⟨eos⟩"]
    assert table["Beam size 2: Probability"].tolist() == pytest.approx([0.5, 0.8, 0.6])
    alt = figures.cumulative_picture(greedy_trace(), rnn_trace()).sentence
    assert "Greedy ends at −2.63 after 3 steps, beam size 2 at −1.43 after 3" in alt


def test_the_sweep_draws_score_and_length_and_chrf_only_with_a_reference() -> None:
    figure = figures.sweep_picture(ROWS).chart
    assert [list(line.y) for line in figure.data] == [[-0.9, -0.5, -0.6], [5, 4, 4]]
    assert figure.data[0].hovertext[0] == "a &lt;b&gt;cat&lt;/b&gt;"
    scored = [replace(row, chrf=40.0) for row in ROWS]
    assert list(figures.sweep_picture(scored).chart.data[2].y) == [40.0, 40.0, 40.0]
    assert "chrF" in figures.sweep_picture(scored).table
    assert "chrF" not in figures.sweep_picture(ROWS).table


def test_the_sweep_in_a_sentence() -> None:
    assert "the best score is −0.500 at beam size 2" in figures.sweep_picture(ROWS).sentence

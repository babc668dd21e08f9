from dataclasses import replace

from seqviz import figures
from seqviz.analysis.compare import SweepRow

ROWS = [
    SweepRow(beam_size=1, score=-0.9, log_prob=-4.5, length=5, text="a <b>cat</b>"),
    SweepRow(beam_size=2, score=-0.5, log_prob=-2.0, length=4, text="cat"),
    SweepRow(beam_size=3, score=-0.6, log_prob=-2.4, length=4, text="cats"),
]


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

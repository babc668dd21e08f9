from dataclasses import replace

import numpy as np

from seqviz import figures
from seqviz.analysis.tokens import NextTokens, next_tokens, next_tokens_on_path
from seqviz.figures.tokens import kept_text
from tests.fixtures.toy_traces import rnn_trace


def test_bars_are_the_probabilities_and_the_chosen_one_is_marked_three_ways() -> None:
    tokens = next_tokens(rnn_trace(), 1, slot=0, candidate=3)
    (bars,) = figures.next_tokens_picture(tokens).chart.data
    np.testing.assert_allclose(bars.x, [0.8, 0.15, 0.05], atol=1e-6)
    assert list(bars.text) == ["0.800", "0.150 ✓", "0.050"]
    assert list(bars.marker.pattern.shape) == ["", "/", ""]
    assert list(bars.marker.line.width) == [0, 2, 0]


def test_nothing_is_marked_where_nothing_was_chosen() -> None:
    tokens = next_tokens(rnn_trace(), 1, slot=0)
    assert "✓" not in "".join(figures.next_tokens_picture(tokens).chart.data[0].text)
    assert figures.next_tokens_picture(tokens).sentence.endswith("Chosen: none.")


def test_the_axis_is_the_same_at_every_step() -> None:
    ranges = {
        figures.next_tokens_picture(next_tokens_on_path(rnn_trace(), step)).chart.layout.xaxis.range
        for step in range(3)
    }
    assert len(ranges) == 1


def test_what_hardly_any_probability_is_left_for_is_written_once_as_markup() -> None:
    tokens = replace(next_tokens_on_path(rnn_trace(), 1), probs=np.array([0.9998, 0.0001, 0.0]))
    title = figures.next_tokens_picture(tokens).chart.layout.xaxis.title.text
    assert title == "Probability (all others: &lt;0.001)"  # as plotly wants "<"


def test_table_and_sentence_hold_the_same_facts() -> None:
    tokens = next_tokens_on_path(rnn_trace(), 1)
    table = figures.next_tokens_picture(tokens).table
    assert table["Token"].tolist() == ["cat", "sat", "⟨eos⟩"]
    assert table["chosen"].tolist() == ["✓", "", ""]
    assert "cat 0.80, sat 0.15" in figures.next_tokens_picture(tokens).sentence


def test_an_empty_distribution_can_be_drawn() -> None:
    tokens = next_tokens(rnn_trace(), 0, slot=1)
    assert len(figures.next_tokens_picture(tokens).chart.data[0].x) == 0
    assert figures.next_tokens_picture(tokens).table.empty


def cut_tokens(kept: int) -> NextTokens:
    tokens = next_tokens(rnn_trace(), 1, slot=0, candidate=0)
    drawable = tuple(place < kept for place in range(len(tokens.pieces)))
    return replace(tokens, drawable=drawable, kept_mass=0.95)


def test_what_sampling_cut_off_is_marked_and_said() -> None:
    tokens = cut_tokens(2)
    figure = figures.next_tokens_picture(tokens).chart
    assert list(figure.data[0].text) == ["0.800 ✓", "0.150", "0.050 ✂"]
    assert list(figure.data[0].marker.pattern.shape) == ["/", "", "x"]
    said = "Sampling could draw 2 of these (p = 0.950 at its temperature); ✂ cut off: 1."
    assert figure.layout.title.subtitle.text.replace("<br>", " ") == said
    assert figures.next_tokens_picture(tokens).sentence.endswith(said)
    table = figures.next_tokens_picture(tokens).table
    assert table["could be drawn"].tolist() == ["yes", "yes", "no"]


def test_where_sampling_cut_off_nothing_listed_no_token_is_marked() -> None:
    figure = figures.next_tokens_picture(cut_tokens(3)).chart
    assert "✂" not in "".join(figure.data[0].text)
    assert "all of these" in figure.layout.title.subtitle.text


def test_without_sampling_nothing_is_said_of_it() -> None:
    tokens = next_tokens(rnn_trace(), 1, slot=0)
    assert figures.next_tokens_picture(tokens).chart.layout.title.subtitle.text is None
    assert "could be drawn" not in figures.next_tokens_picture(tokens).table


def test_at_a_given_step_nothing_is_said_to_be_drawn() -> None:
    tokens = replace(cut_tokens(1), given=True, kept_mass=1.0)
    said = figures.next_tokens_picture(tokens).chart.layout.title.subtitle.text
    assert said == "Given, not drawn: this step belongs to the given start."
    assert figures.next_tokens_picture(tokens).sentence.endswith(said)


def test_the_share_of_what_could_be_drawn_is_of_the_allowed_tokens() -> None:
    restricted = kept_text(replace(cut_tokens(2), restricted=True))
    assert "(p = 0.950 of the allowed tokens at its temperature)" in restricted
    assert "allowed" not in kept_text(cut_tokens(2))

from dataclasses import replace

import numpy as np
import pytest

from seqviz import figures
from seqviz.analysis.attention import attention_matrix
from seqviz.figures.attention import attention_sentence, attention_table, colour_range
from seqviz.figures.words import WORDS
from tests.fixtures.toy_traces import ATTENTION, random_trace, rnn_trace, transformer_trace


def test_the_heatmap_shows_the_matrix_with_its_tokens() -> None:
    figure = figures.attention_heatmap(rnn_trace())
    heatmap = figure.data[0]
    np.testing.assert_allclose(
        heatmap.z, [ATTENTION[0][0], ATTENTION[1][0], ATTENTION[2][0]], atol=1e-4
    )
    assert figure.layout.xaxis.labelalias == {"0": "Die", "1": "Kat", "2": "·ze", "3": "⟨eos⟩"}
    assert figure.layout.yaxis.labelalias["1"] == "cat"
    assert figure.layout.xaxis.title.text == "Source"
    assert figure.layout.yaxis.range[0] > figure.layout.yaxis.range[1]  # first token on top
    assert "%{y}" in heatmap.hovertemplate and "%{x}" in heatmap.hovertemplate


def test_numbers_stand_in_the_cells_of_short_sentences_but_not_of_long_ones() -> None:
    heatmap, numbers = figures.attention_heatmap(rnn_trace()).data
    places = zip(numbers.y, numbers.x, numbers.text, strict=True)
    assert {text: float(heatmap.z[y, x]) for y, x, text in places}[".80"] == pytest.approx(0.8)
    assert numbers.textfont.size >= 13
    assert len(set(numbers.textfont.color)) > 1  # dark on light, light on dark
    assert len(figures.attention_heatmap(random_trace(1, 3, 1, source_length=30)).data) == 1


def test_the_row_in_focus_is_outlined_and_the_scale_does_not_move() -> None:
    trace = transformer_trace()
    plain, focused = (figures.attention_heatmap(trace, step=step) for step in (None, 2))
    assert not plain.layout.shapes
    assert (focused.layout.shapes[0].y0, focused.layout.shapes[0].y1) == (1.5, 2.5)
    assert plain.data[0].zmax == focused.data[0].zmax


def test_at_word_level_the_outline_is_round_the_word_of_the_step() -> None:
    trace = transformer_trace()
    view = attention_matrix(trace, words_level=True)
    step = len(view.row_of_step) - 1
    figure = figures.attention_heatmap(trace, words_level=True, step=step)
    assert figure.layout.shapes[0].y0 == view.row_of_step[step] - 0.5 != step - 0.5


def test_tokens_are_text_and_equal_tokens_stay_apart() -> None:
    trace = rnn_trace()
    pieces = ("▁<b>x</b>", "▁$x$", "▁%{x}", "▁<b>x</b>")
    figure = figures.attention_heatmap(replace(trace, source=replace(trace.source, pieces=pieces)))
    names = figure.layout.xaxis.labelalias
    assert names["0"] == names["3"] == "&lt;b&gt;x&lt;/b&gt;"
    assert names["1"] == "&#36;x&#36;"
    assert names["2"] == "%&#123;x&#125;"


@pytest.mark.parametrize("tokens", [3, 100])
def test_few_and_many_tokens_stay_readable(tokens: int) -> None:
    figure = figures.attention_heatmap(
        random_trace(1, 3, 1, heads=2, source_length=tokens), kind="encoder"
    )
    assert 200 <= figure.layout.height <= 1700
    assert figure.layout.xaxis.dtick == (2 if tokens == 100 else 1)
    assert (figure.layout.xaxis.tickangle == -90) == (tokens == 100)


def test_very_long_sentences_label_every_nth_token_but_name_them_all() -> None:
    figure = figures.attention_heatmap(
        random_trace(1, 2, 1, heads=2, source_length=500), kind="encoder"
    )
    assert figure.layout.xaxis.dtick == 10
    assert len(figure.layout.xaxis.labelalias) == 500


def test_the_scale_ends_at_a_round_number_above_the_largest_weight() -> None:
    view = attention_matrix(rnn_trace())
    assert colour_range(view) == (0.0, 0.8)
    raw = attention_matrix(rnn_trace(), raw=True)
    assert colour_range(raw) == (raw.weights.min(), raw.weights.max())


def test_the_table_holds_every_weight() -> None:
    view = attention_matrix(rnn_trace())
    table = attention_table(view, WORDS)
    assert table.columns.is_unique
    assert table.iloc[:, 1].tolist() == ["the", "cat", "⟨eos⟩"]
    np.testing.assert_allclose(table.iloc[:, 2:], view.weights, atol=1e-4)


def test_the_sentence_names_the_strongest_link_of_every_row() -> None:
    alt = attention_sentence(attention_matrix(rnn_trace()), WORDS)
    assert "the → Die 0.70; cat → Kat 0.50; ⟨eos⟩ → ⟨eos⟩ 0.80" in alt


def test_the_title_says_which_layer_and_head_and_whether_it_was_chosen_by_a_rule() -> None:
    trace = transformer_trace()
    assert "best aligned" in attention_sentence(attention_matrix(trace), WORDS)
    alt = attention_sentence(attention_matrix(trace, layer=1, head=2), WORDS)
    assert alt.startswith("Cross-attention, layer 2, head 3")


def test_all_words_come_from_the_table() -> None:
    trace = transformer_trace()
    marked = {key: f"«{value}»" for key, value in WORDS.items()}
    figure = figures.attention_heatmap(trace, words=marked)
    assert figure.layout.title.text == "«Cross-attention»"
    assert figure.layout.xaxis.title.text == "«Source»"
    assert figure.data[0].colorbar.title.text == "«Weight»"


def test_missing_attention_is_refused() -> None:
    with pytest.raises(ValueError, match="no_attention"):
        figures.attention_heatmap(rnn_trace(attention=False))

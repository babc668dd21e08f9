from dataclasses import replace

import numpy as np
import pytest

from seqviz import figures
from seqviz.words import table
from tests.fixtures.toy_traces import random_trace, rnn_trace, transformer_trace

CHINESE = table("zh")


def test_weights_stand_in_the_cells_where_they_fit() -> None:
    figure = figures.attention_print(rnn_trace())
    heatmap, numbers = figure.data
    assert heatmap.z.shape == (3, 4)
    shown = dict(zip(zip(numbers.y, numbers.x, strict=True), numbers.text, strict=True))
    assert shown[0, 0] == ".70"
    assert shown[2, 3] == ".80"
    assert (2, 0) not in shown  # nothing was there
    colours = dict(zip(numbers.text, numbers.textfont.color, strict=True))
    assert colours[".80"] != colours[".10"]
    many = random_trace(3, 6, 2, source_length=60)
    assert len(figures.attention_print(many).data) == 1


def test_the_page_widens_for_many_columns() -> None:
    narrow = figures.attention_print(rnn_trace()).layout
    wide = figures.attention_print(random_trace(3, 6, 2, source_length=80)).layout
    assert narrow.width == 720
    assert wide.width > 80 * 17


def test_layer_head_and_kind_are_in_the_title() -> None:
    figure = figures.attention_print(transformer_trace(), layer=1, head=2)
    assert figure.layout.title.text == "<b>Cross-attention, layer 2, head 3</b>"
    weights = transformer_trace().cross_attention
    assert weights is not None
    np.testing.assert_allclose(figure.data[0].z, weights[1, 2], atol=1e-4)
    encoder = figures.attention_print(transformer_trace(), kind="encoder", words=CHINESE)
    assert encoder.layout.title.text == "<b>编码器自注意力，第 2 层，最后一层，3 个头的平均</b>"


def test_a_sentence_of_markup_stays_text() -> None:
    trace = rnn_trace()
    hostile = replace(trace, source=replace(trace.source, text="<a href='x'>$y$</a>"))
    caption = figures.attention_print(hostile).layout.annotations[1].text
    assert "&lt;a href='x'&gt;&#36;y&#36;&lt;/a&gt;" in caption


def test_no_attention_is_an_error() -> None:
    with pytest.raises(ValueError, match="no_attention"):
        figures.attention_print(rnn_trace(attention=False))

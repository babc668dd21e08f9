from dataclasses import replace

import numpy as np
import pytest

from seqviz.analysis.attention import attention_stack, coverage_deviation
from seqviz.analysis.shift import best_aligned_head, most_attended_word, present_row
from tests.fixtures.toy_traces import rnn_trace, transformer_trace


def test_the_most_attended_word_is_all_of_its_tokens_and_never_the_end() -> None:
    # received: Die 0.8, Kat 0.7 and ze 0.5 together 1.2, EOS 1.0
    assert most_attended_word(rnn_trace()) == (1, 2)


def test_the_best_aligned_head_has_the_least_penalty() -> None:
    trace = transformer_trace()
    layer, head = best_aligned_head(trace)
    penalties = [[coverage_deviation(one) for one in heads] for heads in attention_stack(trace)]
    assert penalties[layer][head] == np.max(penalties)
    assert best_aligned_head(rnn_trace()) == (0, 0)


def test_a_row_is_the_mean_of_the_chosen_steps_and_heads() -> None:
    trace = transformer_trace()
    stack = attention_stack(trace)
    heads = ((0, 1), (1, 2))
    row = present_row(trace, steps=(2,), heads=heads)
    np.testing.assert_allclose(row, (stack[0, 1, 2] + stack[1, 2, 2]) / 2, rtol=1e-5)
    np.testing.assert_allclose(present_row(trace), stack.mean((0, 1, 2)), rtol=1e-5)
    assert present_row(trace).sum() == pytest.approx(1, abs=1e-5)


def test_without_attention_there_is_nothing_to_choose() -> None:
    with pytest.raises(ValueError, match="no_attention"):
        most_attended_word(rnn_trace(attention=False))


def test_a_source_without_words_has_only_its_end() -> None:
    trace = rnn_trace()
    search = replace(trace.search, cross_attention=np.ones((3, 2, 1, 1, 1), np.float32))
    source = replace(trace.source, ids=(3,), pieces=("</s>",), spans=((9, 9),))
    assert most_attended_word(replace(trace, search=search, source=source)) == (0,)

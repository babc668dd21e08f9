from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from seqviz.analysis.attention import (
    absentmindedness_source,
    absentmindedness_target,
    attention_entropy,
    attention_matrix,
    attention_stack,
    axis_labels,
    best_aligned_layer,
    coverage,
    coverage_deviation,
    default_layer,
    mean_over_heads,
    missing_attention,
)
from tests.fixtures.toy_traces import ATTENTION, rnn_trace, transformer_trace
from tests.trace.test_file import ALIGNMENT

DIAGONAL = np.eye(3)
SINK = np.array([[0.0, 0, 1], [0, 0, 1], [0, 0, 1]])


def test_entropy_of_one_token_is_zero_and_of_a_uniform_row_is_log_s() -> None:
    weights = np.array([[1.0, 0, 0, 0], [0.25, 0.25, 0.25, 0.25]])
    np.testing.assert_allclose(attention_entropy(weights), [0, np.log(4)])
    np.testing.assert_allclose(attention_entropy(weights, normalised=True), [0, 1])
    np.testing.assert_allclose(attention_entropy(np.ones((2, 1)), normalised=True), [0, 0])


def test_coverage_deviation_by_hand() -> None:
    np.testing.assert_allclose(coverage(SINK), [0, 0, 3])
    assert coverage_deviation(DIAGONAL) == 0
    assert coverage_deviation(SINK) == pytest.approx(-(2 * np.log(2) + np.log(5)) / 3)
    assert coverage_deviation(SINK, exponent=6) == pytest.approx(-(2 * np.log(2) + np.log(65)) / 3)


def test_absentmindedness_tells_the_two_sides_apart() -> None:
    # rows are certain; the last column is spread over three rows, the empty ones count as certain
    assert absentmindedness_target(SINK) == 0
    assert absentmindedness_source(SINK) == pytest.approx(-np.log(3) / 3)


@given(seed=st.integers(0, 1000), rows=st.integers(1, 6), columns=st.integers(1, 6))
def test_measures_stay_in_their_range(seed: int, rows: int, columns: int) -> None:
    weights = np.random.default_rng(seed).dirichlet(np.ones(columns), size=(2, 3, rows))
    for measure in (coverage_deviation, absentmindedness_source, absentmindedness_target):
        value = measure(weights)
        assert value.shape == (2, 3)
        assert (value <= 1e-12).all()
    np.testing.assert_allclose(coverage(weights).sum(-1), rows)
    np.testing.assert_allclose(mean_over_heads(weights).sum(-1), 1)


def test_best_aligned_layer_is_the_one_that_covers_evenly() -> None:
    assert best_aligned_layer(np.stack([SINK, DIAGONAL, SINK])[:, None]) == 1


def test_the_layer_that_people_agree_with_comes_first() -> None:
    trace = transformer_trace()
    guessed = default_layer(trace)
    for layer in range(trace.model.layers):
        measured = replace(trace.model, alignment=replace(ALIGNMENT, layer=layer))
        assert default_layer(replace(trace, model=measured)) == layer
        assert default_layer(replace(trace, model=measured), "decoder") == trace.model.layers - 1
    assert guessed == best_aligned_layer(attention_stack(trace))


def test_row_t_is_what_the_slot_of_the_best_path_saw_at_step_t() -> None:
    view = attention_matrix(rnn_trace())
    np.testing.assert_allclose(view.weights, [ATTENTION[0][0], ATTENTION[1][0], ATTENTION[2][0]])
    assert view.row_labels == ("the", "cat", "⟨eos⟩")
    assert view.column_labels == ("Die", "Kat", "·ze", "⟨eos⟩")
    assert (view.layer, view.head, view.automatic) == (0, None, True)


def test_words_level_merges_both_sides_and_says_which_row_a_step_is_in() -> None:
    view = attention_matrix(rnn_trace(), words_level=True)
    assert view.column_labels == ("Die", "Katze", "⟨eos⟩")
    np.testing.assert_allclose(view.weights[1], [0.1, 0.8, 0.1], rtol=1e-6)
    assert view.row_of_step.tolist() == [0, 1, 2]
    merged = attention_matrix(transformer_trace(), "decoder", words_level=True)
    np.testing.assert_allclose(merged.weights.sum(-1), 1, rtol=1e-5)
    assert merged.column_labels[0] == "⟨bos⟩"
    assert merged.column_labels[1:] == merged.row_labels[:-1]


def test_softmax_of_merged_raw_scores_is_the_merged_weights() -> None:
    trace = rnn_trace()
    scores = attention_matrix(trace, words_level=True, raw=True).weights
    softmax = np.exp(scores) / np.exp(scores).sum(-1, keepdims=True)
    expected = attention_matrix(trace, words_level=True).weights
    np.testing.assert_allclose(softmax, expected, atol=1e-6)


@pytest.mark.parametrize("kind", ["cross", "encoder", "decoder"])
def test_every_kind_of_a_transformer_has_labels_that_fit(kind: str) -> None:
    trace = transformer_trace()
    for words_level in (False, True):
        view = attention_matrix(trace, kind, layer=1, head=2, words_level=words_level)  # type: ignore[arg-type]
        assert view.weights.shape == (len(view.row_labels), len(view.column_labels))
        assert (view.layers, view.heads, view.automatic) == (2, 3, False)
        np.testing.assert_allclose(view.weights.sum(-1), 1, rtol=1e-5)
    rows, columns = axis_labels(trace, kind)  # type: ignore[arg-type]
    stack = attention_stack(trace, kind)  # type: ignore[arg-type]
    assert stack.shape == (2, 3, len(rows), len(columns))


def test_head_none_is_the_mean_of_the_heads() -> None:
    trace = transformer_trace()
    heads = [attention_matrix(trace, layer=1, head=head).weights for head in range(3)]
    mean = attention_matrix(trace, layer=1).weights
    np.testing.assert_allclose(mean, np.mean(heads, axis=0), rtol=1e-6)


def test_the_reason_for_missing_attention() -> None:
    assert missing_attention(rnn_trace()) is None
    assert missing_attention(rnn_trace(), raw=True) is None
    assert missing_attention(rnn_trace(attention=False)) == "no_attention"
    assert missing_attention(rnn_trace(), "decoder") == "no_self_attention"
    assert missing_attention(transformer_trace(), raw=True) == "no_raw_scores"
    with pytest.raises(ValueError, match="no_attention"):
        attention_matrix(rnn_trace(attention=False))

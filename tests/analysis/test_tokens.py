import numpy as np
import pytest

from seqviz.analysis.tokens import next_tokens, next_tokens_on_path, surprisal
from tests.toy import random_trace, rnn_trace


def test_the_chosen_token_is_marked_among_the_recorded_ones() -> None:
    tokens = next_tokens_on_path(rnn_trace(), 1)
    assert tokens.pieces == ("▁cat", "▁sat", "</s>")
    np.testing.assert_allclose(tokens.probs, [0.8, 0.15, 0.05], rtol=1e-6)
    assert tokens.chosen_index == 0
    assert tokens.entropy == pytest.approx(0.61)
    assert tokens.rest == pytest.approx(0, abs=1e-6)


def test_a_chosen_token_beyond_the_recorded_ones_is_appended() -> None:
    tokens = next_tokens(rnn_trace(), 0, slot=0, candidate=3)
    assert tokens.pieces == ("▁the", "▁a", "▁cat", "▁sat")
    assert tokens.chosen_index == 3
    np.testing.assert_allclose(tokens.probs, [0.5, 0.4, 0.06, 0.04], rtol=1e-6)


def test_nothing_is_marked_without_a_candidate_and_empty_places_are_left_out() -> None:
    assert next_tokens(rnn_trace(), 2, slot=1).chosen_index is None
    assert next_tokens(rnn_trace(), 0, slot=1).pieces == ()


def test_a_candidate_of_another_slot_is_refused() -> None:
    with pytest.raises(ValueError, match="does not continue slot 0"):
        next_tokens(rnn_trace(), 1, slot=0, candidate=1)


def test_the_marked_probability_is_that_of_the_path() -> None:
    trace = random_trace(3, 8, 4)
    for step, log_prob in enumerate(trace.log_probs()):
        tokens = next_tokens_on_path(trace, step)
        assert tokens.chosen_index is not None
        assert tokens.probs[tokens.chosen_index] == pytest.approx(np.exp(log_prob), rel=1e-5)
        assert tokens.tokens[tokens.chosen_index] == trace.target()[step]


def test_surprisal_is_minus_log_p() -> None:
    np.testing.assert_allclose(surprisal(np.log([1, 0.5])), [0, np.log(2)])

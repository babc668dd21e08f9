from dataclasses import replace

import numpy as np
import pytest

from seqviz.analysis.tokens import next_tokens, next_tokens_on_path, surprisal
from seqviz.trace import Trace
from tests.fixtures.toy_traces import random_trace, rnn_trace


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


def sampled(trace: Trace, counts: list[list[int]]) -> Trace:
    """The same trace as if sampling could have drawn that many tokens at every step and slot."""
    kept = np.array(counts, np.int32)
    mass = np.where(kept > 0, 0.75, np.nan).astype(np.float32)
    return replace(trace, search=replace(trace.search, kept_counts=kept, kept_mass=mass))


def test_what_sampling_could_draw_is_counted_among_the_listed() -> None:
    trace = sampled(rnn_trace(), [[2, -1], [9, 3], [-1, 1]])
    cut = next_tokens(trace, 0, slot=0)
    assert (cut.drawable, cut.kept_mass) == ((True, True, False), 0.75)
    assert next_tokens(trace, 1, slot=0).drawable == (True, True, True)
    assert next_tokens(trace, 2, slot=0).drawable is None
    assert next_tokens(rnn_trace(), 0, slot=0).drawable is None


def test_what_may_not_come_could_not_be_drawn() -> None:
    trace = sampled(rnn_trace(), [[2, -1], [2, 2], [1, 1]])
    banned = replace(trace, options=replace(trace.options, banned=(4,)))
    assert next_tokens(banned, 0, slot=0).drawable == (False, True, True)  # 4, 5, 6
    early = replace(trace, options=replace(trace.options, min_length=3))
    assert next_tokens(early, 1, slot=0).drawable == (True, True, False)  # 6, 7, EOS
    given = replace(trace, options=replace(trace.options, prefix=(5,)))
    assert next_tokens(given, 0, slot=0).drawable == (False, True, False)


def test_given_steps_and_restricted_ones_are_told_apart() -> None:
    trace = rnn_trace()
    options = replace(trace.options, prefix=(5,), min_length=2)
    found = replace(trace, options=options)
    tokens = [next_tokens(found, step, slot=0) for step in range(3)]
    assert [t.given for t in tokens] == [True, False, False]
    assert [t.restricted for t in tokens] == [True, False, False]
    banned = replace(trace, options=replace(trace.options, banned=(4,)))
    assert next_tokens(banned, 2, slot=0).restricted
    assert not next_tokens(trace, 2, slot=0).restricted

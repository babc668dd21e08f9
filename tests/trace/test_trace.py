"""The Trace: read-only, checked, and step t belongs to the token produced at step t."""

from dataclasses import FrozenInstanceError, replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from seqviz.trace import Fate, Source
from tests.fixtures import toy_traces as toy


def test_a_trace_cannot_be_changed() -> None:
    trace = toy.rnn_trace()
    with pytest.raises(FrozenInstanceError):
        trace.device = "cuda"  # type: ignore[misc]  # what the test is about
    with pytest.raises(ValueError, match="read-only"):
        trace.search.entropies[0, 0] = 1
    with pytest.raises(ValueError, match="read-only"):
        trace.hypotheses.scores[0] = 1


def test_the_best_hypothesis_by_hand() -> None:
    trace = toy.rnn_trace()
    assert trace.translation == "the cat"
    assert trace.target() == (4, 6, 3)
    assert trace.target_pieces() == ("▁the", "▁cat", "</s>")
    np.testing.assert_allclose(np.exp(trace.log_probs()), [0.5, 0.8, 0.6], rtol=1e-6)


def test_row_t_of_attention_belongs_to_the_token_produced_at_step_t() -> None:
    trace = toy.rnn_trace()
    attention = trace.cross_attention
    assert attention is not None
    assert attention.shape == (1, 1, 3, 4)
    expected = [toy.ATTENTION[0][0], toy.ATTENTION[1][0], toy.ATTENTION[2][0]]
    np.testing.assert_allclose(attention[0, 0], expected, rtol=1e-6)


def test_decoder_self_attention_is_unpacked_below_the_diagonal() -> None:
    trace = toy.transformer_trace()
    weights = trace.decoder_self_attention_of()
    assert weights is not None
    steps = len(trace.target())
    assert weights.shape == (2, 3, steps, steps)
    assert not np.triu(weights, 1).any()
    np.testing.assert_allclose(weights.sum(-1), 1, atol=1e-5)
    slots, _ = trace.path()
    for step, slot in enumerate(slots):
        packed = trace.search.self_attention_at(step, 2, 3)
        assert packed is not None
        np.testing.assert_array_equal(weights[:, :, step, : step + 1], packed[slot])


@given(st.integers(0, 2**32 - 1), st.integers(1, 9), st.integers(1, 5))
def test_paths_lead_back_through_the_slots(seed: int, steps: int, slots: int) -> None:
    search = (trace := toy.random_trace(seed, steps, slots)).search
    for rank in range(len(trace.hypotheses)):
        path, chosen = trace.path(rank)
        assert path[0] == 0
        for step in range(len(path) - 1):
            assert search.candidate_fates[step, chosen[step]] == Fate.KEPT
            assert search.candidate_slots[step, chosen[step]] == path[step + 1]
        total = trace.log_probs(rank).sum(dtype=np.float64)
        assert total == pytest.approx(trace.hypotheses.log_probs[rank], abs=1e-3)
        assert len(path) == trace.hypotheses.lengths[rank]


def test_records_that_disagree_are_refused() -> None:
    trace = toy.rnn_trace()
    search = trace.search
    with pytest.raises(ValueError, match="candidate_slots"):
        replace(search, candidate_slots=search.candidate_slots[:, :2])
    with pytest.raises(ValueError, match="next_tokens"):
        replace(search, next_tokens=search.next_tokens[:1])
    with pytest.raises(ValueError, match="texts has 1"):
        replace(trace.hypotheses, texts=("one",))
    with pytest.raises(ValueError, match="cross_attention"):
        replace(trace, model=replace(trace.model, heads=2))
    with pytest.raises(ValueError, match="1 ids, 2 pieces"):
        Source(text="a", ids=(1,), pieces=("a", "b"), spans=((0, 1),))


def test_a_trace_needs_a_hypothesis() -> None:
    trace = toy.rnn_trace()
    none = replace(
        trace.hypotheses,
        **{name: column[:0] for name, column in vars(trace.hypotheses).items()},
    )
    with pytest.raises(ValueError, match="at least one hypothesis"):
        replace(trace, hypotheses=none)


def test_the_unknown_of_an_instruction_is_not_the_sentences() -> None:
    trace = toy.rnn_trace()
    unk, spans = trace.model.unk, ((0, 0), (0, 0), (0, 2), (2, 2))
    source = Source(text="zé", ids=(unk, 9, unk, 3), pieces=("▁z", ":", "zé", "</s>"), spans=spans)
    plain = replace(trace, source=source)
    assert (plain.unknown, plain.unknown_in_instruction) == (("z", "zé"), ())
    told = replace(plain, options=replace(trace.options, instruction="z:"))
    assert (told.unknown, told.unknown_in_instruction) == (("zé",), ("z",))

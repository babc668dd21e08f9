"""Forced decoding against the search that found the target."""

import numpy as np
import pytest
import torch

from seqviz.decoding.beam import decode_beam
from seqviz.decoding.forced import decode_forced
from seqviz.decoding.record import Decoding
from seqviz.errors import DecodingCancelled, InputError
from seqviz.models.base import M, Seq2SeqModel, State
from seqviz.options import DecodeOptions
from seqviz.trace import Fate
from tests.fixtures.random_models import KINDS, random_model
from tests.fixtures.scripted_model import ScriptedModel, random_script

SOURCE = (5, 7, 4, 3)
EOS = 3


def assert_same_path(model: Seq2SeqModel[M, State], options: DecodeOptions) -> None:
    """Every hypothesis of a search, forced, has the search's own numbers."""
    searched = decode_beam(model, SOURCE, options)
    search = searched.search
    for rank in range(min(6, len(searched.steps))):
        slots, chosen = search.path(int(searched.steps[rank]), int(searched.candidates[rank]))
        steps = np.arange(len(slots))
        target = search.candidate_tokens[steps, chosen].tolist()
        forced = decode_forced(model, SOURCE, target, options=options)
        assert forced.search.candidate_tokens[:, 0].tolist() == target
        np.testing.assert_allclose(
            forced.search.candidate_log_probs[:, 0],
            search.candidate_log_probs[steps, chosen],
            atol=1e-4,
        )
        np.testing.assert_allclose(forced.scores, searched.scores[rank : rank + 1], atol=1e-4)
        assert forced.finished.tolist() == [searched.finished[rank]]
        np.testing.assert_allclose(
            forced.search.entropies[:, 0], search.entropies[steps, slots], atol=1e-4
        )
        assert_same_attention(forced, searched, slots)


def assert_same_attention(forced: Decoding, searched: Decoding, slots: np.ndarray) -> None:
    one, other = forced.search.cross_attention, searched.search.cross_attention
    if one is None or other is None:
        assert one is other
    else:
        np.testing.assert_allclose(one[:, 0], other[np.arange(len(slots)), slots], atol=1e-4)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("seed", range(3))
def test_an_output_has_its_own_log_probabilities(kind: str, seed: int) -> None:
    assert_same_path(random_model(kind, seed), DecodeOptions(beam_size=4, max_length=7))


def test_a_scripted_output_has_its_own_log_probabilities() -> None:
    model = ScriptedModel(random_script(5, 9), eos=EOS)
    assert_same_path(model, DecodeOptions(beam_size=3, max_length=5))


def test_the_columns_of_a_forced_search() -> None:
    model = ScriptedModel(random_script(5, 9), eos=EOS)
    decoding = decode_forced(model, SOURCE, (8, 3, 1, 3), options=DecodeOptions())
    search = decoding.search
    assert search.candidate_tokens[:, 0].tolist() == [8, 3, 1, 3]
    kept, finished = int(Fate.KEPT), int(Fate.FINISHED)
    assert search.candidate_fates[:, 0].tolist() == [kept, kept, kept, finished]
    assert search.candidate_slots.tolist() == [[0, -1]] * 3 + [[-1, -1]]
    assert search.candidate_parents.tolist() == [[0, 0]] * 4
    assert (search.candidate_fates[:, 1] == Fate.PRUNED).all()
    for step, prefix in enumerate([(), (8,), (8, 3), (8, 3, 1)]):
        log_probs = torch.tensor(model.script(SOURCE, prefix)).log_softmax(0)
        others = log_probs.clone()
        others[(8, 3, 1, 3)[step]] = -torch.inf
        assert search.candidate_tokens[step, 1] == others.argmax()
        assert search.candidate_log_probs[step, 1] == pytest.approx(others.max().item(), abs=1e-5)
    before = np.concatenate([[0], search.candidate_cumulative[:-1, 0]])[:, None]
    np.testing.assert_allclose(
        search.candidate_cumulative, before + search.candidate_log_probs, atol=1e-5
    )
    assert (decoding.stopped_by, decoding.lengths.tolist()) == ("forced", [4])
    assert decoding.scores[0] == pytest.approx(decoding.log_probs[0] / 4)


def test_a_target_without_end_is_one_unfinished_hypothesis() -> None:
    model = ScriptedModel(random_script(5, 9), eos=EOS)
    decoding = decode_forced(model, SOURCE, (8, 1), options=DecodeOptions(beam_size=1))
    assert decoding.finished.tolist() == [False]
    assert decoding.steps.tolist() == [1]


def test_an_impossible_token_is_followed_all_the_same() -> None:
    nothing = float("-inf")
    model = ScriptedModel(lambda _, prefix: [nothing, nothing, 0.0, nothing], eos=EOS)
    decoding = decode_forced(model, SOURCE, (1, 3), options=DecodeOptions())
    assert decoding.search.candidate_log_probs[:, 0].tolist() == [nothing, nothing]
    assert decoding.search.candidate_tokens[:, 1].tolist() == [2, 2]
    assert decoding.scores.tolist() == [nothing]
    assert not np.isnan(decoding.search.entropies).any()


@pytest.mark.parametrize(
    ("source", "target", "code"),
    [
        (0, 3, "empty_text"),
        (3, 0, "empty_target"),
        (513, 3, "source_too_long"),
        (3, 513, "target_too_long"),
    ],
)
def test_lengths_out_of_bounds_are_refused(source: int, target: int, code: str) -> None:
    model = ScriptedModel(random_script(5, 9), eos=EOS)
    with pytest.raises(InputError) as caught:
        decode_forced(model, [4] * source, [4] * target, options=DecodeOptions())
    assert caught.value.code == code
    assert not model.steps


def test_a_target_beyond_the_maximum_length_of_a_search_is_welcome() -> None:
    model = ScriptedModel(random_script(5, 9), eos=EOS)
    decoding = decode_forced(model, SOURCE, [4] * 40, options=DecodeOptions(max_length=5))
    assert decoding.lengths.tolist() == [40]


def test_it_can_be_cancelled() -> None:
    model, seen = ScriptedModel(random_script(5, 9), eos=EOS), []

    def cancel(step: int, limit: int) -> None:
        seen.append((step, limit))
        if step == 1:
            raise DecodingCancelled

    with pytest.raises(DecodingCancelled):
        decode_forced(model, SOURCE, (1, 2, 3), options=DecodeOptions(), on_step=cancel)
    assert seen == [(0, 3), (1, 3)]
    assert model.steps == 1

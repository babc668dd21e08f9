"""What the record holds, for whom, and how much room it takes."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch

from seqviz.decoding.beam import decode_beam
from seqviz.decoding.record import Decoding, Recorder, extent_of, record_bytes
from seqviz.errors import InputError
from seqviz.models.base import Seq2SeqModel
from seqviz.options import DecodeOptions, Sampling
from seqviz.trace import Fate, Search
from tests.fixtures.random_models import KINDS, random_model
from tests.fixtures.scripted_model import (
    HEADS,
    LAYERS,
    STATE_WIDTH,
    ScriptedModel,
    numbers_of,
    random_script,
)
from tests.fixtures.tiny_networks import VOCABULARY

SOURCE = (5, 7, 4, 3)
OPTIONS = DecodeOptions(beam_size=3, max_length=6, stop="max_length", distribution_size=4)
BY_MODEL = ("cross_attention", "self_attention", "raw_scores", "context_norms", "decoder_states")


def scripted() -> ScriptedModel:
    return ScriptedModel(random_script(4, 9), eos=3)


def live_prefixes(search: Search, step: int) -> dict[int, tuple[int, ...]]:
    """The prefix in every live slot of a step."""
    if not step:
        return {0: ()}
    found = {}
    for candidate in np.flatnonzero(search.candidate_fates[step - 1] == Fate.KEPT):
        _, chosen = search.path(step - 1, int(candidate))
        tokens = search.candidate_tokens[np.arange(step), chosen]
        found[int(search.candidate_slots[step - 1, candidate])] = tuple(tokens.tolist())
    return found


def test_every_slot_holds_what_the_model_saw_for_that_prefix() -> None:
    model = scripted()
    search = decode_beam(model, SOURCE, OPTIONS).search
    assert search.cross_attention is not None
    assert search.raw_scores is not None
    assert search.context_norms is not None
    assert search.decoder_states is not None
    assert search.steps == 6
    for step in range(search.steps):
        own_at = search.self_attention_at(step, LAYERS, HEADS)
        assert own_at is not None
        prefixes = live_prefixes(search, step)
        assert len(prefixes) == (3 if step else 1)
        for slot, prefix in prefixes.items():
            fed = (model.special.bos, *prefix)
            cross, own, scores, context, hidden = numbers_of(fed, len(SOURCE))
            np.testing.assert_array_equal(search.cross_attention[step, slot], cross)
            np.testing.assert_array_equal(own_at[slot], own)
            np.testing.assert_array_equal(search.raw_scores[step, slot], scores)
            np.testing.assert_array_equal(search.decoder_states[step, slot], hidden)
            norm = np.linalg.norm(context)
            assert search.context_norms[step, slot] == pytest.approx(norm, abs=1e-5)


def test_every_slot_holds_its_next_tokens_and_entropy() -> None:
    model = scripted()
    search = decode_beam(model, SOURCE, OPTIONS).search
    for step in range(search.steps):
        for slot, prefix in live_prefixes(search, step).items():
            log_probs = torch.tensor(model.script(SOURCE, prefix)).log_softmax(0).double().numpy()
            best = np.argsort(-log_probs)[:4]
            assert search.next_tokens[step, slot].tolist() == best.tolist()
            np.testing.assert_allclose(
                search.next_log_probs[step, slot], log_probs[best], atol=1e-5
            )
            entropy = -(np.exp(log_probs) * log_probs).sum()
            assert search.entropies[step, slot] == pytest.approx(entropy, abs=1e-5)


def test_empty_slots_are_blank() -> None:
    search = decode_beam(scripted(), SOURCE, OPTIONS).search
    assert search.cross_attention is not None
    assert (search.next_tokens[0, 1:] == -1).all()
    for array in (
        search.next_log_probs,
        search.entropies,
        search.cross_attention,
        search.raw_scores,
        search.context_norms,
        search.decoder_states,
    ):
        assert array is not None
        assert np.isnan(array[0, 1:]).all()
        assert not np.isnan(array[1:]).any()
        assert array.dtype == np.float32
    first = search.self_attention_at(0, LAYERS, HEADS)
    assert first is not None
    assert np.isnan(first[1:]).all()
    assert search.self_attention is not None
    assert np.isnan(search.self_attention).sum() == 2 * LAYERS * HEADS


def test_absent_candidates_are_blank() -> None:
    model = ScriptedModel(random_script(2, 3))
    search = decode_beam(model, SOURCE, DecodeOptions(beam_size=4, max_length=2)).search
    assert search.candidates == 8
    assert search.candidate_fates[0].tolist()[3:] == [Fate.ABSENT] * 5
    for name in ("tokens", "parents", "slots"):
        column = getattr(search, f"candidate_{name}")
        assert (column[0, 3:] == -1).all()
        assert column.dtype == np.int32
    assert np.isnan(search.candidate_log_probs[0, 3:]).all()
    assert np.isnan(search.candidate_cumulative[0, 3:]).all()
    assert search.next_tokens.shape == (2, 4, 3), "a small vocabulary has no ten next tokens"


def test_without_attention() -> None:
    options = DecodeOptions(beam_size=3, max_length=6, record_attention=False)
    models: tuple[Seq2SeqModel[Any, Any], ...] = (scripted(), random_model("transformer"))
    for model in models:
        decoding = decode_beam(model, SOURCE, options)
        assert decoding.encoder_self_attention is None
        for name in BY_MODEL:
            assert getattr(decoding.search, name) is None
        assert decoding.search.next_tokens.shape[2] >= 9


def test_without_distributions() -> None:
    options = DecodeOptions(beam_size=3, max_length=6, stop="max_length", distribution_size=0)
    full = decode_beam(scripted(), SOURCE, OPTIONS).search
    search = decode_beam(scripted(), SOURCE, options).search
    assert search.next_tokens.shape == search.next_log_probs.shape == (6, 3, 0)
    np.testing.assert_array_equal(search.entropies, full.entropies)
    np.testing.assert_array_equal(search.candidate_tokens, full.candidate_tokens)
    np.testing.assert_array_equal(search.cross_attention, full.cross_attention)


def test_recording_changes_nothing() -> None:
    for kind in KINDS:
        model = random_model(kind)
        some = DecodeOptions(record_attention=False, distribution_size=0)
        full, bare = (decode_beam(model, SOURCE, each).search for each in (DecodeOptions(), some))
        np.testing.assert_array_equal(full.candidate_tokens, bare.candidate_tokens)
        np.testing.assert_allclose(full.candidate_cumulative, bare.candidate_cumulative, atol=1e-4)


def test_shapes_of_real_models() -> None:
    transformer = decode_beam(random_model("transformer"), SOURCE, OPTIONS)
    search = transformer.search
    steps = search.steps
    assert search.cross_attention is not None
    assert search.self_attention is not None
    assert search.cross_attention.shape == (steps, 3, 3, 2, 4)
    assert search.self_attention.shape == (3 * 3 * 2 * steps * (steps + 1) // 2,)
    assert search.raw_scores is search.context_norms is search.decoder_states is None
    assert transformer.encoder_self_attention is not None
    assert transformer.encoder_self_attention.shape == (2, 2, 4, 4)
    live = ~np.isnan(search.entropies)
    np.testing.assert_allclose(search.cross_attention[live].sum(-1), 1, atol=1e-5)
    for step in range(steps):
        own = search.self_attention_at(step, 3, 2)
        assert own is not None
        np.testing.assert_allclose(own[live[step]].sum(-1), 1, atol=1e-5)

    search = decode_beam(random_model("additive"), SOURCE, OPTIONS).search
    assert search.cross_attention is not None
    assert search.raw_scores is not None
    assert search.cross_attention.shape[1:] == (3, 1, 1, 4)
    np.testing.assert_allclose(
        torch.from_numpy(search.raw_scores.copy()).softmax(-1),
        search.cross_attention[:, :, 0, 0],
        atol=1e-5,
    )
    search = decode_beam(random_model("none"), SOURCE, OPTIONS).search
    assert search.cross_attention is search.raw_scores is search.self_attention is None
    assert search.decoder_states is not None
    assert search.decoder_states.shape[1:] == (3, 16)


WHOLE = DecodeOptions(beam_size=3, max_length=7, min_length=7, stop="max_length")
SIZES: dict[str, DecodeOptions] = {
    "search": WHOLE,
    "all next tokens": replace(WHOLE, distribution_size=VOCABULARY),
    "more next tokens than there are": replace(WHOLE, distribution_size=30),
    "bare": replace(WHOLE, distribution_size=0, record_attention=False),
    "constraints": replace(WHOLE, prefix=(4, 5), banned=(7,)),
    "samples": replace(WHOLE, sampling=Sampling(temperature=2.0)),
    "bare samples": replace(WHOLE, sampling=Sampling(), record_attention=False),
    "coverage": replace(WHOLE, beta=0.3),
    "bare coverage": replace(WHOLE, beta=0.3, record_attention=False),
}


def held(decoding: Decoding) -> int:
    """Bytes of what was recorded, without the column that only the ranking needs."""
    arrays = [*vars(decoding.search).values(), decoding.encoder_self_attention]
    return sum(array.nbytes for array in arrays if array is not None)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", SIZES)
def test_the_memory_is_known_beforehand(kind: str, name: str) -> None:
    model, options = random_model(kind), SIZES[name]
    if options.needs_attention and not model.attends:
        return
    bound = record_bytes(model, len(SOURCE), options)
    decoding = decode_beam(model, SOURCE, options, max_bytes=bound)
    assert decoding.search.steps == 7
    coverage_terms = 7 * 3 * 4 if options.needs_attention else 0
    assert held(decoding) + coverage_terms == bound
    with pytest.raises(InputError) as caught:
        decode_beam(model, SOURCE, options, max_bytes=bound - 1)
    assert caught.value.code == "too_much_memory"


def test_columns_of_samples_and_coverage_are_there_only_when_asked_for() -> None:
    model = scripted()
    plain, sampled, covered = (
        decode_beam(model, SOURCE, options)
        for options in (OPTIONS, replace(OPTIONS, sampling=Sampling()), replace(OPTIONS, beta=0.5))
    )
    for decoding in (plain, covered):
        assert decoding.search.kept_counts is None
        assert decoding.search.kept_mass is None
    assert sampled.search.kept_counts is not None
    assert sampled.search.kept_mass is not None
    assert sampled.search.kept_counts.shape == sampled.search.kept_mass.shape == (6, 3)
    assert sampled.search.kept_counts.dtype == np.int32
    assert sampled.search.kept_mass.dtype == np.float32
    assert not plain.coverage_terms.any()
    assert (covered.coverage_terms < 0).any()
    assert covered.coverage_terms.shape == covered.scores.shape


def test_buffers_take_what_was_foretold() -> None:
    model = scripted()
    recorder = None
    with torch.inference_mode():
        memory = model.encode(torch.tensor([SOURCE]), torch.tensor([4]), record=True)
        recorder = Recorder(extent_of(4, OPTIONS), memory.self_attention)
        assert recorder.reserved_bytes == (LAYERS + 1) * HEADS * 16 * 4
    bound = record_bytes(model, len(SOURCE), OPTIONS)
    by_hand = 6 * 6 * (4 * 4 + 2 * 4 + 1)  # candidates
    by_hand += 6 * 3 * 4 * 8 + 6 * 3 * 4  # next tokens, entropies
    by_hand += 6 * 3 * 4 * (LAYERS * HEADS * 4 + 4 + 1 + STATE_WIDTH)
    by_hand += 3 * LAYERS * HEADS * 21 * 4  # 1 + … + 6 columns
    by_hand += (LAYERS + 1) * HEADS * 16 * 4  # the encoder's own
    assert bound == by_hand


def test_too_large_a_record_is_refused_before_it_is_reserved() -> None:
    model = scripted()
    options = DecodeOptions(beam_size=64, max_length=512)
    bound = record_bytes(model, 512, options)
    with pytest.raises(InputError) as caught:
        decode_beam(model, [4] * 512, options, max_bytes=bound - 1)
    assert caught.value.code == "too_much_memory"
    assert caught.value.facts["found"] == -(-bound // 1_000_000)
    assert model.steps <= 2


def test_the_arrays_are_read_only() -> None:
    search = decode_beam(random_model("transformer"), SOURCE, OPTIONS).search
    for value in vars(search).values():
        if value is not None:
            with pytest.raises(ValueError, match="read-only"):
                value[0] = 0

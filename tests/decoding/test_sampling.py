"""Sampling: what may be drawn, how often it is, and what the record says about it."""

import math
from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from seqviz.decoding.beam import decode_beam
from seqviz.decoding.forced import decode_forced
from seqviz.decoding.record import Decoding
from seqviz.decoding.sampling import kept_tokens
from seqviz.errors import InputError
from seqviz.options import DecodeOptions, Sampling
from seqviz.trace import Fate
from tests.decoding import truth
from tests.decoding.targets import EOS, SOURCE, targets, task_of
from tests.fixtures.random_models import KINDS, random_model
from tests.fixtures.scripted_model import Ids, Script, ScriptedModel, random_script, table_script

MANY = 64
PLAIN = Sampling()
CUTS: dict[str, Sampling] = {
    "plain": PLAIN,
    "cold": Sampling(temperature=0.5),
    "hot": Sampling(temperature=2.5),
    "top-k": Sampling(top_k=2),
    "top-p": Sampling(top_p=0.6),
    "all": Sampling(temperature=1.7, top_k=3, top_p=0.8),
}


def sample(script: Script, options: DecodeOptions) -> Decoding:
    return decode_beam(ScriptedModel(script, eos=EOS), SOURCE, options)


def drawn(script: Script, options: DecodeOptions, runs: int) -> Counter[Ids]:
    """How often each target came out in that many runs of ``MANY`` samples, seeds from 0."""
    assert options.sampling is not None
    found: Counter[Ids] = Counter()
    for seed in range(runs):
        seeded = replace(options, beam_size=MANY, sampling=replace(options.sampling, seed=seed))
        found.update(targets(sample(script, seeded)))
    return found


def chi_square(counts: Counter[Ids], expected: dict[Ids, float]) -> float:
    """Σ (found − expected)² / expected; infinite where something impossible was found."""
    if set(counts) - set(expected):
        return math.inf
    total = counts.total()
    return sum((counts[y] - total * p) ** 2 / (total * p) for y, p in expected.items())


def critical(freedom: int) -> float:
    """The χ² that is exceeded by chance once in 10,000; Wilson and Hilferty 1931."""
    share = 2 / (9 * freedom)
    return float(freedom * (1 - share + 3.719 * math.sqrt(share)) ** 3)


def test_the_critical_values_are_those_of_the_tables() -> None:
    assert [critical(freedom) for freedom in (5, 10, 30)] == pytest.approx(
        [25.74, 35.56, 67.63], rel=0.03
    )


@pytest.mark.parametrize("name", CUTS)
def test_targets_come_out_as_often_as_they_should(name: str) -> None:
    """Of two steps together, so that the first and later ones are tested, and their order."""
    script = random_script(15, 4, spread=0.5)
    options = DecodeOptions(max_length=2, sampling=CUTS[name], record_attention=False)
    expected = truth.sampled_sequences(task_of(script, options), CUTS[name])
    counts = drawn(script, options, 60)
    assert counts.total() == 60 * MANY
    assert chi_square(counts, expected) < critical(len(expected) - 1)
    for other in CUTS.keys() - {name}:
        wrong = truth.sampled_sequences(task_of(script, options), CUTS[other])
        assert chi_square(counts, wrong) > critical(len(wrong)), f"cannot tell it from {other}"


def test_constraints_hold_for_samples_and_what_is_left_is_drawn_in_proportion() -> None:
    script = random_script(4, 5)
    options = DecodeOptions(
        max_length=4, min_length=3, prefix=(2,), banned=(1,), sampling=PLAIN, record_attention=False
    )
    expected = truth.sampled_sequences(task_of(script, options), PLAIN)
    assert all(target[0] == 2 and len(target) >= 3 and 1 not in target for target in expected)
    assert chi_square(drawn(script, options, 60), expected) < critical(len(expected) - 1)


def test_samples_of_one_decoding_do_not_depend_on_each_other() -> None:
    """Slots are sorted at every step; the next draw of a slot must not follow the last one."""
    script = table_script({}, [-50.0, 0.0, 0.0])
    options = DecodeOptions(max_length=3, sampling=PLAIN, record_attention=False)
    counts = drawn(script, options, 40)
    expected = truth.sampled_sequences(task_of(script, options), PLAIN)
    likely = {target: chance for target, chance in expected.items() if chance > 0.01}
    assert len(likely) == 8
    assert chi_square(counts, likely) < critical(7)


@settings(deadline=None)
@given(
    st.lists(st.floats(-8, 0, width=16), min_size=1, max_size=12, unique=True),
    st.floats(0.05, 10),
    st.integers(0, 14),
    st.floats(0.01, 1),
)
def test_what_may_be_drawn_is_what_plain_python_keeps(
    values: list[float], temperature: float, top_k: int, top_p: float
) -> None:
    sampling = Sampling(temperature=temperature, top_k=top_k, top_p=top_p)
    log_probs = torch.tensor([[values]]).log_softmax(-1)
    row = dict(enumerate(log_probs[0, 0].double().tolist()))
    expected = truth.drawable(row, sampling)
    found = kept_tokens(log_probs, sampling)
    count = int(found.counts)
    if len(expected) != count:  # only where the edge of top-p is a matter of rounding
        running = np.cumsum(list(truth.drawable(row, replace(sampling, top_p=1.0)).values()))
        assert abs(running - top_p).min() < 1e-9 or found.mass == 1
        return
    assert found.tokens[0, 0, :count].tolist() == list(expected)
    steps = np.diff(found.cumulative[0, 0, :count].numpy(), prepend=0.0)
    np.testing.assert_allclose(steps, list(expected.values()), atol=1e-9)
    whole = truth.drawable(row, Sampling(temperature=temperature))
    assert found.mass.item() == pytest.approx(sum(whole[token] for token in expected), abs=1e-6)


def test_tokens_that_may_not_come_are_never_kept() -> None:
    never = -math.inf
    rows = torch.tensor([[[never, math.log(0.25), never, math.log(0.75)], [never] * 4]])
    found = kept_tokens(rows, Sampling(top_k=3))
    assert found.counts.tolist() == [[2, 0]]
    assert found.tokens[0, 0, :2].tolist() == [3, 1]
    assert found.mass.tolist() == [[1.0, 0.0]]
    assert kept_tokens(torch.full((1, 1, 3), math.nan), PLAIN).counts.tolist() == [[0]]


@pytest.mark.parametrize("name", CUTS)
def test_the_record_says_what_could_be_drawn(name: str) -> None:
    script, sampling = random_script(3, 9), CUTS[name]
    decoding = sample(script, DecodeOptions(beam_size=5, max_length=5, sampling=sampling))
    search = decoding.search
    assert search.kept_counts is not None
    assert search.kept_mass is not None
    assert search.candidates == 5
    seen = 0
    for rank, target in enumerate(targets(decoding)):
        slots, chosen = search.path(int(decoding.steps[rank]), int(decoding.candidates[rank]))
        for step, (slot, candidate) in enumerate(zip(slots, chosen, strict=True)):
            log_probs = truth.log_softmax(list(script(SOURCE, target[:step])))
            kept = truth.drawable(dict(enumerate(log_probs)), sampling)
            whole = truth.drawable(dict(enumerate(log_probs)), replace(sampling, top_k=0, top_p=1))
            assert target[step] in kept
            assert search.kept_counts[step, slot] == len(kept)
            mass = sum(whole[token] for token in kept)
            assert search.kept_mass[step, slot] == pytest.approx(mass, abs=1e-5)
            own = search.candidate_log_probs[step, candidate]
            assert own == pytest.approx(log_probs[target[step]], abs=1e-5), "the model's own"
            seen += 1
    assert seen >= 10
    assert (search.kept_counts[0, 1:] == -1).all()
    assert np.isnan(search.kept_mass[0, 1:]).all()


def test_the_same_seed_draws_the_same() -> None:
    script = random_script(5, 9)
    options = DecodeOptions(beam_size=8, sampling=Sampling(seed=3))
    one, two = sample(script, options), sample(script, options)
    assert targets(one) == targets(two)
    np.testing.assert_array_equal(one.scores, two.scores)
    other = sample(script, replace(options, sampling=Sampling(seed=4)))
    assert targets(one) != targets(other)


def test_the_best_of_one_is_greedy() -> None:
    for seed in range(6):
        script = random_script(seed, 7)
        options = DecodeOptions(beam_size=3, sampling=Sampling(top_k=1, seed=seed))
        target, total = truth.greedy(task_of(script, options))
        decoding = sample(script, options)
        assert targets(decoding) == [target] * 3
        np.testing.assert_allclose(decoding.log_probs, [total] * 3, atol=1e-4)


def test_every_sample_is_one_hypothesis_however_long() -> None:
    options = DecodeOptions(beam_size=20, max_length=6, sampling=Sampling(temperature=2.0))
    lengths: set[int] = set()
    for seed in range(4):
        decoding = sample(random_script(seed, 4), options)
        found = targets(decoding)
        assert len(found) == 20
        assert [len(target) for target in found] == decoding.lengths.tolist()
        assert [target[-1] == EOS for target in found] == decoding.finished.tolist()
        assert (np.diff(decoding.scores) <= 0).all()
        lengths |= {len(target) for target in found}
    assert lengths == set(range(1, 7))


def test_the_decoding_stops_when_all_samples_have_ended() -> None:
    script = table_script({(): [-50.0, 0.0]}, [0.0, -50.0])
    decoding = sample(script, DecodeOptions(beam_size=4, sampling=PLAIN))
    assert targets(decoding) == [(1, 0)] * 4
    assert (decoding.stopped_by, decoding.search.steps) == ("finished", 2)


def test_a_sample_that_nothing_can_follow_is_dropped() -> None:
    """One half of the samples comes to a prefix that the model has no number for."""

    def script(_: Ids, prefix: Ids) -> list[float]:
        return [math.nan] * 3 if prefix == (1,) else [0.0 if prefix else -50.0, 0.0, 0.0]

    decoding = sample(script, DecodeOptions(beam_size=30, max_length=3, sampling=PLAIN))
    assert 0 < len(targets(decoding)) < 30
    assert all(target[0] == 2 for target in targets(decoding))
    present = decoding.search.candidate_fates[1] != Fate.ABSENT
    assert np.isfinite(decoding.search.candidate_cumulative[1][present]).all()
    assert 0 < present.sum() < 30


@pytest.mark.parametrize("kind", KINDS)
def test_samples_have_the_log_probabilities_of_forced_decoding(kind: str) -> None:
    model, source = random_model(kind), (5, 7, 4, 3)
    options = DecodeOptions(
        beam_size=6, max_length=6, sampling=Sampling(temperature=1.5, top_k=6, seed=2)
    )
    decoding = decode_beam(model, source, options)
    for rank, target in enumerate(targets(decoding)):
        forced = decode_forced(model, source, target, options=options)
        assert forced.log_probs[0] == pytest.approx(decoding.log_probs[rank], abs=1e-4)
        assert forced.scores[0] == pytest.approx(decoding.scores[rank], abs=1e-4)


def test_an_impossible_start_says_so() -> None:
    script = table_script({}, [0.0, -math.inf, 0.0])
    with pytest.raises(InputError) as caught:
        sample(script, DecodeOptions(prefix=(2, 1), sampling=PLAIN))
    assert caught.value.code == "nothing_allowed"

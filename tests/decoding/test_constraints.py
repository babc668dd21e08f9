"""Prefix, banned tokens, minimum length and the coverage penalty, in any combination."""

import math
from dataclasses import replace
from typing import get_args

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from seqviz.decoding.beam import decode_beam
from seqviz.decoding.choice import Chooser, rank_allowed
from seqviz.decoding.constraints import constrained, most_banned
from seqviz.decoding.corpus import decode_corpus
from seqviz.decoding.forced import decode_forced
from seqviz.decoding.record import Decoding
from seqviz.decoding.step import Live, expand, rank_next, ranks_of
from seqviz.errors import InputError, ModelError
from seqviz.models.base import M, Seq2SeqModel, State
from seqviz.options import DecodeOptions, LengthNormalisation, Sampling, StopRule
from seqviz.options.intervention import Intervention
from seqviz.trace import Fate
from tests.decoding.targets import EOS, SOURCE, assert_plain, targets
from tests.fixtures.random_models import KINDS, random_model
from tests.fixtures.scripted_model import (
    HEADS,
    LAYERS,
    Ids,
    ScriptedModel,
    random_script,
    table_script,
)

VOCABULARY = 6
WORDS = st.integers(1, VOCABULARY - 1)


@st.composite
def search_options(draw: st.DrawFn) -> DecodeOptions:
    """Any search; what is banned leaves at least one word."""
    prefix = tuple(draw(st.lists(WORDS, max_size=3)))
    banned = tuple(draw(st.sets(st.integers(0, VOCABULARY - 1), max_size=VOCABULARY - 3)))
    min_length = draw(st.integers(0, 5))
    max_length = draw(st.integers(max(1, len(prefix), min_length), 6))
    return DecodeOptions(
        beam_size=draw(st.integers(1, 5)),
        length_normalisation=draw(st.sampled_from(get_args(LengthNormalisation))),
        alpha=draw(st.sampled_from([0.0, 0.3, 1.0, 1.7])),
        beta=draw(st.sampled_from([0.0, 0.0, 0.25, 2.0])),
        stop=draw(st.sampled_from(get_args(StopRule))),
        max_length=max_length,
        min_length=min_length,
        prefix=prefix,
        banned=banned,
        distribution_size=draw(st.integers(0, 7)),
        record_attention=draw(st.booleans()),
    )


@settings(max_examples=25)
@given(st.integers(0, 10_000), search_options())
def test_any_search_is_the_plain_one(seed: int, options: DecodeOptions) -> None:
    assert_plain(random_script(seed, VOCABULARY), options)


@settings(max_examples=15)
@given(st.integers(0, 10_000), search_options(), st.none() | st.floats(0.3, 3))
def test_every_hypothesis_keeps_to_the_constraints(
    seed: int, options: DecodeOptions, temperature: float | None
) -> None:
    sampling = None if temperature is None else Sampling(temperature=temperature, seed=seed)
    options = replace(options, sampling=sampling)
    model = ScriptedModel(random_script(seed, VOCABULARY))
    decoding = decode_beam(model, SOURCE, options)
    assert len(targets(decoding)) > 0
    for target, finished in zip(targets(decoding), decoding.finished, strict=True):
        start = len(options.prefix)
        assert target[:start] == options.prefix
        assert not set(target[start:]) & set(options.banned)
        assert EOS not in target[:-1]
        assert len(target) >= options.min_length or not finished
        assert finished == (target[-1] == EOS)
    assert_numbers_add_up(decoding, options)
    assert_ranks_are_counts(model, decoding)
    assert_forced_agrees(model, decoding, options)


def assert_numbers_add_up(decoding: Decoding, options: DecodeOptions) -> None:
    quotients = decoding.log_probs / decoding.normalisers
    np.testing.assert_array_equal(decoding.scores, quotients + decoding.coverage_terms)
    np.testing.assert_allclose(
        decoding.normalisers, options.normaliser(decoding.lengths), rtol=1e-6
    )
    assert (decoding.coverage_terms <= 0).all()
    assert (decoding.coverage_terms == 0).all() or options.beta > 0


@pytest.mark.parametrize("coarse", [False, True])
def test_banned_tokens_are_passed_over_in_the_ranking(coarse: bool) -> None:
    """As if they were not there, also where not the whole vocabulary is ranked."""
    logits = torch.from_numpy(np.random.default_rng(3).standard_normal((2, 3, 90)).astype("f4"))
    log_probs = (logits.round() if coarse else logits).log_softmax(-1)
    banned = tuple(log_probs[0, 0].topk(4).indices.tolist())
    options = DecodeOptions(beam_size=3, banned=banned, min_length=2)
    live = Live(
        tokens=torch.zeros(2, 3, dtype=torch.int64),
        parents=torch.zeros(2, 3, dtype=torch.int64),
        cumulative=torch.tensor([[-1.0, -1.5, -math.inf], [-1.0, -1.0, -2.0]]),
    )
    for step in range(2):
        allowed = constrained(log_probs, step, options, eos=EOS)
        expected = expand(live, rank_next(allowed, 6), beam_size=3, eos=EOS)
        ranked = rank_next(log_probs, 6 + most_banned(options))
        found, _ = Chooser(options, EOS).choose(live, log_probs, ranked, step=step)
        for name in ("tokens", "parents", "log_probs", "cumulative", "fates", "slots"):
            assert torch.equal(getattr(found, name), getattr(expected, name)), name
        best = rank_allowed(log_probs, step, options, eos=EOS, closing=False)
        assert torch.equal(expand(live, best, beam_size=3, eos=EOS).tokens, expected.tokens)
        ranks = ranks_of(log_probs, found.parents, found.tokens)
        assert torch.equal(found.ranks, ranks) and bool((ranks > 1).any())


def assert_ranks_are_counts(model: ScriptedModel, decoding: Decoding) -> None:
    """The rank of a candidate is among everything that the model could say, banned or not."""
    search = decoding.search
    assert search.candidate_ranks is not None
    prefixes: dict[int, Ids] = {0: ()}
    for step in range(search.steps):
        after: dict[int, Ids] = {}
        for candidate in range(search.candidates):
            if search.candidate_fates[step, candidate] == Fate.ABSENT:
                assert search.candidate_ranks[step, candidate] == -1
                continue
            prefix = prefixes[int(search.candidate_parents[step, candidate])]
            token = int(search.candidate_tokens[step, candidate])
            logits = model.script(SOURCE, prefix)
            better = sum(logit > logits[token] for logit in logits)
            assert search.candidate_ranks[step, candidate] == better + 1
            if search.candidate_slots[step, candidate] >= 0:
                after[int(search.candidate_slots[step, candidate])] = (*prefix, token)
        prefixes = after


def assert_forced_agrees(
    model: Seq2SeqModel[M, State], decoding: Decoding, options: DecodeOptions
) -> None:
    for rank, target in enumerate(targets(decoding)[:3]):
        forced = decode_forced(model, SOURCE, target, options=options)
        assert forced.log_probs[0] == pytest.approx(decoding.log_probs[rank], abs=1e-4)
        assert forced.coverage_terms[0] == pytest.approx(decoding.coverage_terms[rank], abs=1e-4)
        assert forced.scores[0] == pytest.approx(decoding.scores[rank], abs=1e-4)


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "none"])
def test_the_coverage_of_real_models_by_hand(kind: str) -> None:
    """From the recorded attention, whatever the record holds."""
    model, source = random_model(kind), (5, 7, 4, 9, 3)
    options = DecodeOptions(beam_size=3, beta=0.7, max_length=6)
    decoding = decode_beam(model, source, options)
    weights = decoding.search.cross_attention
    assert weights is not None
    for rank in range(len(decoding.steps)):
        slots, _ = decoding.search.path(int(decoding.steps[rank]), int(decoding.candidates[rank]))
        received = weights[np.arange(len(slots)), slots].mean(axis=(1, 2)).sum(axis=0)[:-1]
        term = 0.7 * np.log(np.clip(received, 1e-6, 1)).sum()
        assert decoding.coverage_terms[rank] == pytest.approx(term, rel=1e-4)
    bare = replace(options, record_attention=False, distribution_size=0)
    unrecorded = decode_beam(model, source, bare)
    assert unrecorded.search.cross_attention is None
    assert targets(unrecorded) == targets(decoding)
    np.testing.assert_allclose(unrecorded.scores, decoding.scores, atol=1e-4)


def test_coverage_changes_what_is_best() -> None:
    changed = 0
    for seed in range(20):
        model = ScriptedModel(random_script(seed, VOCABULARY, spread=0.2))
        plain, penalised = (
            decode_beam(model, SOURCE, DecodeOptions(max_length=5, stop="max_length", beta=beta))
            for beta in (0.0, 2.0)
        )
        changed += targets(plain)[0] != targets(penalised)[0]
    assert changed > 0


def test_what_is_left_keeps_its_probability() -> None:
    log_probs = torch.randn(1, 2, VOCABULARY).log_softmax(-1)
    options = DecodeOptions(banned=(2, 4), min_length=2, prefix=(5,))
    first, second, third = (constrained(log_probs, step, options, eos=EOS) for step in range(3))
    for found, left in ((first, [5]), (second, [0, 1, 3, 5]), (third, [0, 1, 3, 5])):
        assert found.isfinite().any(dim=1)[0].nonzero().flatten().tolist() == left
        assert torch.equal(found[..., left], log_probs[..., left])
    again = constrained(log_probs, 1, DecodeOptions(min_length=3), eos=EOS)
    assert again.isfinite()[0, 0].tolist() == [False] + [True] * 5
    assert constrained(log_probs, 2, DecodeOptions(min_length=3), eos=EOS) is log_probs
    assert log_probs.isfinite().all()


def test_the_record_holds_the_whole_distribution_all_the_same() -> None:
    """Where the constraints forbid the best tokens, the record still shows them."""
    script = table_script({}, [0.0, 3.0, 2.0, 1.0])
    options = DecodeOptions(beam_size=2, max_length=3, prefix=(3,), banned=(1,), min_length=3)
    search = decode_beam(ScriptedModel(script), SOURCE, options).search
    assert search.next_tokens[0, 0].tolist() == [1, 2, 3, 0]
    assert search.next_tokens[1, 0].tolist() == [1, 2, 3, 0]
    assert search.candidate_tokens[0].tolist() == [3, -1, -1, -1]
    assert search.candidate_tokens[1].tolist() == [2, 3, -1, -1]
    assert search.candidate_ranks is not None
    assert search.candidate_ranks[1].tolist() == [2, 3, -1, -1]
    log_probs = torch.tensor([0.0, 3.0, 2.0, 1.0]).log_softmax(0)
    assert search.candidate_log_probs[0, 0] == pytest.approx(log_probs[3].item())


def test_a_given_end_ends_the_target() -> None:
    decoding = decode_beam(
        ScriptedModel(random_script(1, VOCABULARY)), SOURCE, DecodeOptions(prefix=(2, EOS))
    )
    assert targets(decoding) == [(2, EOS)]
    assert decoding.stopped_by == "finished"


NEVER = -math.inf
HOPELESS: dict[str, tuple[list[float], DecodeOptions]] = {
    "an impossible start": ([0.0, NEVER, 0.0], DecodeOptions(prefix=(2, 1))),
    "all banned": ([NEVER, 0.0, 0.0], DecodeOptions(banned=(1, 2))),
    "nothing but an end": ([0.0, NEVER, NEVER], DecodeOptions(min_length=2)),
}


@pytest.mark.parametrize("name", HOPELESS)
def test_constraints_that_leave_nothing_say_so(name: str) -> None:
    row, options = HOPELESS[name]
    model = ScriptedModel(table_script({}, row))
    with pytest.raises(InputError) as caught:
        decode_beam(model, SOURCE, options)
    assert caught.value.code == "nothing_allowed"
    with pytest.raises(InputError) as caught:
        decode_corpus(model, [SOURCE], options)
    assert caught.value.code == "nothing_allowed"
    broken = ScriptedModel(table_script({}, [math.nan] * 3))
    with pytest.raises(ModelError):
        decode_beam(broken, SOURCE, DecodeOptions())


@pytest.mark.parametrize(
    "options",
    [
        DecodeOptions(prefix=(VOCABULARY,)),
        DecodeOptions(banned=(1, -1)),
        DecodeOptions(banned=(99,)),
    ],
)
def test_tokens_that_the_vocabulary_lacks_are_refused(options: DecodeOptions) -> None:
    model = ScriptedModel(random_script(1, VOCABULARY))
    for asked in (options, replace(options, sampling=Sampling())):
        with pytest.raises(InputError) as caught:
            decode_beam(model, SOURCE, asked)
        assert caught.value.code == "token_unknown"
        assert caught.value.facts["last"] == VOCABULARY - 1
    with pytest.raises(InputError) as caught:
        decode_corpus(model, [SOURCE], options)
    assert caught.value.code == "token_unknown"


MUTE = Intervention(kind="mute", sources=(0,))


@pytest.mark.parametrize("options", [DecodeOptions(beta=0.1), DecodeOptions(interventions=(MUTE,))])
def test_a_system_without_attention_refuses_what_needs_it(options: DecodeOptions) -> None:
    source, model = (5, 7, 4, 3), random_model("none")
    with pytest.raises(InputError) as searched:
        decode_beam(model, source, options)
    with pytest.raises(InputError) as forced:
        decode_forced(model, source, (4, 3), options=options)
    assert searched.value.code == forced.value.code == "no_attention"


OUTSIDE = (
    (Intervention(kind="mute", sources=(3,)), "edit_outside"),
    (Intervention(kind="uniform", heads=((LAYERS, 0),)), "edit_outside"),
    (Intervention(kind="ablate", heads=((0, HEADS),)), "edit_outside"),
    (Intervention(kind="set", weights=(1.0, 2.0)), "edit_row_length"),
)


@pytest.mark.parametrize(("edit", "code"), OUTSIDE)
def test_edits_of_what_is_not_there_are_refused_before_any_step(
    edit: Intervention, code: str
) -> None:
    model, options = ScriptedModel(random_script(1, 6)), DecodeOptions(interventions=(edit,))
    with pytest.raises(InputError) as searched:
        decode_beam(model, SOURCE, options)
    with pytest.raises(InputError) as forced:
        decode_forced(model, SOURCE, (2, EOS), options=options)
    assert searched.value.code == forced.value.code == code
    assert model.steps == 0

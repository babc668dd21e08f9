"""What a model's makers ask of every target: its first token, its end, what is never in it."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from seqviz.decoding.beam import decode_beam
from seqviz.decoding.corpus import decode_corpus
from seqviz.decoding.cuda_graphs import CapturedSearches
from seqviz.decoding.forced import decode_forced
from seqviz.errors import InputError
from seqviz.models.transformer import Transformer
from seqviz.options import DecodeOptions, Sampling, TargetRules
from tests.decoding import truth
from tests.decoding.targets import EOS, SOURCE, assert_plain, targets
from tests.fixtures.random_models import random_model
from tests.fixtures.scripted_model import ScriptedModel, random_script

VOCABULARY = 6
WORDS = st.integers(1, VOCABULARY - 1)


@st.composite
def searches(draw: st.DrawFn) -> DecodeOptions:
    first = draw(st.none() | WORDS)
    return DecodeOptions(
        beam_size=draw(st.integers(1, 4)),
        stop=draw(st.sampled_from(["bound", "first", "max_length"])),
        max_length=draw(st.integers(2, 6)),
        min_length=draw(st.integers(0, 2)),
        prefix=() if first is None else draw(st.sampled_from([(), (first,), (first, 3)])),
        distribution_size=2,
        rules=TargetRules(
            first=first,
            ends=draw(st.booleans()),
            never=tuple(draw(st.sets(WORDS, max_size=2))),
        ),
    )


@settings(max_examples=25)
@given(st.integers(0, 10_000), searches())
def test_any_search_with_rules_is_the_plain_one(seed: int, options: DecodeOptions) -> None:
    assert_plain(random_script(seed, VOCABULARY), options)


@settings(max_examples=10)
@given(st.integers(0, 10_000), searches())
def test_a_corpus_finds_what_the_recorded_search_finds(seed: int, options: DecodeOptions) -> None:
    """In one batch, where the sentences reach their limits at different steps."""
    script = random_script(seed, VOCABULARY)
    options = DecodeOptions(beam_size=options.beam_size, rules=options.rules, stop=options.stop)
    sources = [SOURCE, (4, 0), (3, 3, 5, 0)]
    found = decode_corpus(ScriptedModel(script), sources, options)
    for source, result in zip(sources, found, strict=True):
        recorded = decode_beam(ScriptedModel(script), source, options)
        assert result.score == pytest.approx(recorded.scores[0], abs=1e-4)


def test_where_targets_must_end_every_one_is_finished_at_the_limit() -> None:
    script = random_script(3, VOCABULARY)
    options = DecodeOptions(beam_size=3, max_length=4, min_length=4)
    plain = decode_beam(ScriptedModel(script), SOURCE, options)
    assert not plain.finished[0]
    ruled = DecodeOptions(beam_size=3, max_length=4, min_length=4, rules=TargetRules(ends=True))
    decoding = decode_beam(ScriptedModel(script), SOURCE, ruled)
    assert decoding.finished.all()
    assert all(target[-1] == EOS and len(target) == 4 for target in targets(decoding))


def test_samples_keep_to_the_rules() -> None:
    rules = TargetRules(first=4, ends=True, never=(2, 3))
    options = DecodeOptions(beam_size=8, max_length=5, sampling=Sampling(seed=1), rules=rules)
    decoding = decode_beam(ScriptedModel(random_script(1, VOCABULARY)), SOURCE, options)
    for target in targets(decoding):
        assert target[0] == 4
        assert target[-1] == EOS
        assert not {2, 3} & set(target)


def test_a_forced_target_counts_the_ruled_first_token_as_certain() -> None:
    script = random_script(2, VOCABULARY)
    rules = TargetRules(first=4)
    with_rule = decode_forced(
        ScriptedModel(script), SOURCE, (4, 3, EOS), options=DecodeOptions(rules=rules)
    )
    without = decode_forced(ScriptedModel(script), SOURCE, (4, 3, EOS), options=DecodeOptions())
    own = truth.log_softmax(list(script(SOURCE, ())))[4]
    assert with_rule.log_probs[0] == pytest.approx(without.log_probs[0] - own, abs=1e-5)
    np.testing.assert_array_equal(with_rule.search.candidate_ranks, without.search.candidate_ranks)
    other = decode_forced(
        ScriptedModel(script), SOURCE, (5, 3, EOS), options=DecodeOptions(rules=rules)
    )
    assert other.search.candidate_log_probs[0, 0] < 0


@pytest.mark.parametrize("kind", ["transformer", "additive"])
def test_the_first_token_fed_is_the_rules(kind: str) -> None:
    model, source = random_model(kind), (5, 7, 4, 3)
    usual = decode_beam(model, source, DecodeOptions(beam_size=2, max_length=4))
    said = TargetRules(start=model.special.bos)
    other = TargetRules(start=model.special.bos + 4)
    same = decode_beam(model, source, DecodeOptions(beam_size=2, max_length=4, rules=said))
    differing = decode_beam(model, source, DecodeOptions(beam_size=2, max_length=4, rules=other))
    np.testing.assert_array_equal(usual.search.entropies, same.search.entropies)
    assert (usual.search.entropies[0, 0] != differing.search.entropies[0, 0]).all()
    batch = decode_corpus(model, [source], DecodeOptions(beam_size=2, max_length=4, rules=other))
    assert batch[0].score == pytest.approx(differing.scores[0], abs=1e-5)


def test_damaged_predictions_are_not_mended_by_a_rule() -> None:
    def broken(source: tuple[int, ...], prefix: tuple[int, ...]) -> list[float]:
        return [float("nan")] * VOCABULARY

    options = DecodeOptions(beam_size=1, max_length=1, rules=TargetRules(ends=True))
    with pytest.raises(Exception, match="not finite"):
        decode_beam(ScriptedModel(broken), SOURCE, options)


def test_a_rule_that_names_no_token_is_refused() -> None:
    model = ScriptedModel(random_script(0, VOCABULARY))
    for rules in (TargetRules(first=99), TargetRules(never=(99,))):
        with pytest.raises(InputError) as caught:
            decode_beam(model, SOURCE, DecodeOptions(rules=rules))
        assert caught.value.code == "token_unknown"


def test_no_search_with_rules_is_captured() -> None:
    model = random_model("transformer")
    assert isinstance(model, Transformer)
    captured = CapturedSearches(model, capture=lambda step: step)
    plain, ruled = (
        DecodeOptions(max_length=4),
        DecodeOptions(max_length=4, rules=TargetRules(ends=True)),
    )
    with torch.inference_mode():
        assert captured.decode((5, 3), ruled, None) is None
        assert captured.decode((5, 3), plain, None) is not None

"""Many sentences at once against one at a time."""

from dataclasses import replace
from itertools import product
from typing import Any, get_args

import numpy as np
import pytest

from seqviz.decoding.beam import decode_beam
from seqviz.decoding.corpus import decode_corpus
from seqviz.decoding.paths import hypothesis_tokens
from seqviz.decoding.record import Decoding
from seqviz.decoding.rows import CorpusResult
from seqviz.decoding.trail import NEAR
from seqviz.errors import DecodingCancelled, InputError, ModelError
from seqviz.models.base import M, Seq2SeqModel, State
from seqviz.options import DecodeOptions, Sampling, StopRule
from seqviz.options.intervention import Intervention
from seqviz.trace import Fate
from seqviz.trace.followed import followed
from tests.fixtures.later_options import LaterOptions
from tests.fixtures.random_models import KINDS, random_model
from tests.fixtures.scripted_model import ScriptedModel, random_script
from tests.fixtures.tiny_networks import VOCABULARY

EOS = 3
RULES = get_args(StopRule)


def sentences(count: int, seed: int = 0) -> list[tuple[int, ...]]:
    """Of mixed lengths, short ones and long ones in any order."""
    rng = np.random.default_rng(seed)
    return [(*rng.integers(4, VOCABULARY, rng.integers(1, 9)).tolist(), EOS) for _ in range(count)]


def one_by_one(
    model: Seq2SeqModel[M, State], sources: list[tuple[int, ...]], options: DecodeOptions
) -> list[CorpusResult]:
    results = []
    for source in sources:
        found = decode_beam(model, source, options)
        _, chosen = found.search.path(int(found.steps[0]), int(found.candidates[0]))
        tokens = found.search.candidate_tokens[np.arange(len(chosen)), chosen]
        results.append(
            CorpusResult(
                tokens=tuple(tokens.tolist()),
                log_prob=float(found.log_probs[0]),
                score=float(found.scores[0]),
            )
        )
    return results


@pytest.mark.parametrize(("rule", "width"), list(product(RULES, (1, 3))))
@pytest.mark.parametrize("batch_tokens", [1, 8192])
def test_scripted_sentences_come_out_the_same(
    rule: StopRule, width: int, batch_tokens: int
) -> None:
    model = ScriptedModel(random_script(7, 6, spread=2.0), eos=EOS)
    options = DecodeOptions(
        beam_size=width, stop=rule, length_normalisation="gnmt", alpha=0.6, max_length=None
    )
    sources = [source[-4:] for source in sentences(6)]
    found = decode_corpus(model, sources, options, batch_tokens=batch_tokens)
    assert found == one_by_one(model, sources, options)


ASKED: dict[str, DecodeOptions] = {
    "min_length": DecodeOptions(min_length=7),
    "max_length": DecodeOptions(max_length=3, length_normalisation="none"),
    "prefix": DecodeOptions(prefix=(4, 1), alpha=0.4),
    "banned": DecodeOptions(banned=(0, 4)),
    "all": DecodeOptions(prefix=(2,), banned=(2, 5), min_length=4, max_length=6),
    "no end": DecodeOptions(banned=(EOS,)),
}


@pytest.mark.parametrize("name", ASKED)
def test_constraints_hold_in_batches_as_for_each_alone(name: str) -> None:
    model = ScriptedModel(random_script(7, 6), eos=EOS)
    sources = [source[-4:] for source in sentences(4)]
    searches = [*enumerate(RULES, start=1)]
    place = [*ASKED].index(name) % len(RULES)
    for width, rule in searches if name == "all" else searches[place : place + 1]:
        options = replace(ASKED[name], beam_size=width, stop=rule)
        found = decode_corpus(model, sources, options, batch_tokens=40)
        assert found == one_by_one(model, sources, options)
        assert found != decode_corpus(model, sources, DecodeOptions(beam_size=width, stop=rule))


MUTE = Intervention(kind="mute", sources=(0,))


@pytest.mark.parametrize(
    "options",
    [
        DecodeOptions(beta=0.1),
        DecodeOptions(sampling=Sampling()),
        DecodeOptions(interventions=(MUTE,)),
        LaterOptions(novelty=0.1),
    ],
)
def test_what_is_for_single_sentences_is_refused(options: DecodeOptions) -> None:
    model = ScriptedModel(random_script(7, 6), eos=EOS)
    with pytest.raises(ValueError, match="single sentences"):
        decode_corpus(model, sentences(2), options)
    assert not model.steps


def test_an_option_of_a_later_version_is_no_hindrance_at_its_default() -> None:
    model, sources = ScriptedModel(random_script(7, 6), eos=EOS), sentences(2)
    assert decode_corpus(model, sources, LaterOptions()) == decode_corpus(
        model, sources, DecodeOptions()
    )


@pytest.mark.parametrize(("kind", "width"), list(product(KINDS, (1, 3))))
def test_sentences_of_real_models_come_out_the_same(kind: str, width: int) -> None:
    model, sources = random_model(kind), sentences(7, 2)
    options = DecodeOptions(beam_size=width)
    expected = one_by_one(model, sources, options)
    assert len({len(result.tokens) for result in expected}) >= 3, "lengths should be mixed"
    for batch_tokens in (200, 8192):
        found = decode_corpus(model, sources, options, batch_tokens=batch_tokens)
        assert [result.tokens for result in found] == [result.tokens for result in expected]
        np.testing.assert_allclose(
            [result.score for result in found], [r.score for r in expected], atol=1e-4
        )


def trail_of(found: Decoding) -> list[float]:
    """The winner's least margin, step of its last place, near prunings: from the whole record."""
    search = found.search
    _, chosen = search.path(int(found.steps[0]), int(found.candidates[0]))
    least, entered, near = np.inf, -1, 0
    for step, candidate in enumerate(chosen):
        fates = search.candidate_fates[step]
        if fates[candidate] != Fate.KEPT:
            continue
        cut = (fates == Fate.PRUNED) & (search.candidate_tokens[step] != EOS)
        kept = np.flatnonzero(fates == Fate.KEPT)
        margins = search.candidate_cumulative[step, candidate] - search.candidate_cumulative[step]
        margin = margins[cut].min(initial=np.inf)
        least, near = min(least, margin), near + int(margin < NEAR)
        entered = step if candidate == kept[-1] and len(kept) > 1 else entered
    return [least, entered, near]


@pytest.mark.parametrize(
    ("kind", "rule"),
    [*product(["scripted"], RULES), *zip(KINDS, RULES, strict=True)],
)
def test_who_watches_sees_what_the_record_holds(kind: str, rule: StopRule) -> None:
    scripted = ScriptedModel(random_script(7, 6, spread=2.0), eos=EOS)
    model: Seq2SeqModel[Any, Any] = scripted if kind == "scripted" else random_model(kind)
    sources = [source[-4:] for source in sentences(8, 2)]
    options = DecodeOptions(beam_size=3, stop=rule, max_length=9)
    found = decode_corpus(model, sources, options, batch_tokens=60, watch=[()] * len(sources))
    for source, one in zip(sources, found, strict=True):
        record = decode_beam(model, source, options)
        assert one.trail is not None
        np.testing.assert_allclose(
            [one.trail.margin, one.trail.entered_last, one.trail.near_prunings],
            trail_of(record),
            atol=1e-4,
        )
        tokens = hypothesis_tokens(record.search, record.steps, record.candidates)
        scores = [round(float(score), 3) for score in record.scores]
        expected = {
            (tuple(prefix), score)
            for prefix, score, ended in zip(tokens, scores, record.finished, strict=True)
            if ended
        }
        assert {(one.tokens, round(one.score, 3)) for one in one.finished} == expected
        assert len(one.finished) == len(expected)
    assert len({one.trail for one in found}) > 3
    plain = decode_corpus(model, sources, options, batch_tokens=60)
    assert [one.tokens for one in plain] == [one.tokens for one in found]
    assert not any(one.trail or one.finished or one.other for one in plain)
    assert not any(one.other for one in found), "nothing was looked for"


@pytest.mark.parametrize(("kind", "rule"), list(product(["scripted", *KINDS], RULES)))
def test_another_target_is_followed_as_through_the_record(kind: str, rule: StopRule) -> None:
    scripted = ScriptedModel(random_script(7, 6, spread=2.0), eos=EOS)
    model: Seq2SeqModel[Any, Any] = scripted if kind == "scripted" else random_model(kind)
    sources = [source[-4:] for source in sentences(12, 2)]
    options = DecodeOptions(beam_size=3, stop=rule, max_length=9, banned=(2,))
    records = [decode_beam(model, source, options) for source in sources]
    targets = [target_of(record, place) for place, record in enumerate(records)]
    found = decode_corpus(model, sources, options, batch_tokens=90, watch=targets)
    expected = [
        followed(target, record.search) if target else None
        for target, record in zip(targets, records, strict=True)
    ]
    assert [one.other for one in found] == expected
    codes = {one.code for one in expected if one is not None}
    assert codes >= {"pruned", "unseen"} and codes & {"finished", "alive"}
    assert expected[-1] is None


def target_of(record: Decoding, place: int) -> tuple[int, ...]:
    """Of a record: its worst hypothesis, a prefix that was cut, one nobody saw, or none."""
    search = record.search
    tokens = hypothesis_tokens(record.search, record.steps, record.candidates)
    last = search.steps - 1
    cut = np.argwhere(search.candidate_fates == Fate.PRUNED)[-1].tolist()
    _, chosen = search.path(*cut)
    pruned = search.candidate_tokens[np.arange(len(chosen)), chosen].tolist()
    return (
        tuple(tokens[-1]),
        (*pruned, EOS),
        (*tokens[0][: min(2, last)], 2, EOS),
        (),
    )[place % 4]


def test_the_maximum_length_is_each_sentences_own() -> None:
    model = ScriptedModel(lambda _, prefix: [0.0, 0.0, 5.0, -50.0], eos=EOS)
    found = decode_corpus(model, [(1, EOS), (1, 1, 1, EOS), (EOS,)], DecodeOptions(beam_size=1))
    assert [len(result.tokens) for result in found] == [14, 18, 12]


def test_finished_sentences_leave_the_batch() -> None:
    """Half of the sentences end at once, the others go on to the maximum length."""

    def script(source: tuple[int, ...], prefix: tuple[int, ...]) -> list[float]:
        return [0.0, 0.0, 0.0, 50.0 if source[0] == 1 else -50.0]

    model = ScriptedModel(script, eos=EOS)
    sources = [(1, EOS), (2, EOS)] * 4
    decode_corpus(model, sources, DecodeOptions(beam_size=1, stop="first"))
    assert model.rows == 8 + 4 * 13


def test_progress_and_cancel() -> None:
    model, seen = ScriptedModel(random_script(7, 6), eos=EOS), []
    sources = sentences(6)
    decode_corpus(
        model, sources, DecodeOptions(), batch_tokens=60, on_progress=lambda *n: seen.append(n)
    )
    assert seen[-1] == (6, 6)
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)

    def cancel(done: int, total: int) -> None:
        raise DecodingCancelled

    steps = model.steps
    with pytest.raises(DecodingCancelled):
        decode_corpus(model, sources, DecodeOptions(), on_progress=cancel)
    assert model.steps == steps + 1


def test_nothing_to_do() -> None:
    assert decode_corpus(ScriptedModel(random_script(7, 6)), [], DecodeOptions()) == []


def test_bad_sentences_are_refused_before_any_is_translated() -> None:
    model = ScriptedModel(random_script(7, 6))
    for bad, code in (((), "empty_text"), ((4,) * 513, "source_too_long")):
        with pytest.raises(InputError) as caught:
            decode_corpus(model, [(1, 2), bad], DecodeOptions())
        assert caught.value.code == code
    assert not model.steps


def test_numbers_that_are_none_say_so() -> None:
    def script(source: tuple[int, ...], prefix: tuple[int, ...]) -> list[float]:
        return [float("nan") if source[0] == 9 else 0.0] * 4

    model = ScriptedModel(script, eos=EOS)
    assert len(decode_corpus(model, [(8, EOS), (7, EOS)], DecodeOptions())) == 2
    with pytest.raises(ModelError) as caught:
        decode_corpus(model, [(8, EOS), (9, EOS)], DecodeOptions())
    assert caught.value.code == "no_prediction"

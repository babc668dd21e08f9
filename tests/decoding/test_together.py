"""Several recorded searches at once against each alone."""

from dataclasses import fields, replace

import numpy as np
import pytest

from seqviz.decoding.beam import Asked, decode_beam, decode_together
from seqviz.decoding.record import Decoding
from seqviz.errors import DecodingCancelled, InputError, ModelError
from seqviz.options import DecodeOptions, Sampling
from seqviz.options.intervention import Intervention
from seqviz.trace import Search
from tests.fixtures.later_options import LaterOptions
from tests.fixtures.random_models import KINDS, random_model
from tests.fixtures.scripted_model import ScriptedModel, random_script
from tests.fixtures.tiny_networks import VOCABULARY

EOS = 3
OPTIONS = DecodeOptions(beam_size=3, distribution_size=4)


def sentences(count: int, seed: int = 0) -> list[tuple[int, ...]]:
    """Of mixed lengths."""
    rng = np.random.default_rng(seed)
    return [(*rng.integers(4, VOCABULARY, rng.integers(1, 9)).tolist(), EOS) for _ in range(count)]


def together(model: object, sources: list[tuple[int, ...]], options: DecodeOptions) -> list[object]:
    return list(decode_together(model, [Asked(source_ids=ids) for ids in sources], options))  # type: ignore[arg-type] # any model


def assert_same(found: object, alone: Decoding) -> None:
    assert isinstance(found, Decoding)
    assert found.stopped_by == alone.stopped_by
    for part in fields(Decoding):
        _assert_equal(getattr(found, part.name), getattr(alone, part.name), part.name)
    for part in fields(Search):
        _assert_equal(getattr(found.search, part.name), getattr(alone.search, part.name), part.name)


def _assert_equal(found: object, expected: object, name: str) -> None:
    if isinstance(expected, np.ndarray):
        assert isinstance(found, np.ndarray)
        assert (found.shape, found.dtype) == (expected.shape, expected.dtype), name
        np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-4, err_msg=name)
    elif not isinstance(expected, Search):
        assert found == expected, name


@pytest.mark.parametrize("kind", KINDS)
def test_each_record_is_that_of_the_sentence_alone(kind: str) -> None:
    model, sources = random_model(kind), sentences(6, 2)
    found = together(model, sources, OPTIONS)
    alone = [decode_beam(model, source, OPTIONS) for source in sources]
    assert len({record.search.steps for record in alone}) > 1, "some leave the batch early"
    for one, record in zip(found, alone, strict=True):
        assert_same(one, record)


ASKED = {
    "first": replace(OPTIONS, stop="first", length_normalisation="none"),
    "to the end": replace(OPTIONS, stop="max_length", max_length=7),
    "constrained": replace(OPTIONS, prefix=(4, 1), banned=(5,), min_length=4),
    "coverage": replace(OPTIONS, beta=0.4),
    "greedy, unrecorded": replace(OPTIONS, beam_size=1, record_attention=False),
    "several shown": replace(OPTIONS, n_best=3),
}


@pytest.mark.parametrize("name", ASKED)
def test_every_option_that_is_served_holds_for_each(name: str) -> None:
    model, sources = random_model("additive"), sentences(5, 3)
    for source, found in zip(sources, together(model, sources, ASKED[name]), strict=True):
        assert_same(found, decode_beam(model, source, ASKED[name]))


@pytest.mark.parametrize(
    "options",
    [
        DecodeOptions(sampling=Sampling()),
        DecodeOptions(interventions=(Intervention(kind="mute", sources=(0,)),)),
        LaterOptions(novelty=0.1),
    ],
)
def test_what_is_for_single_sentences_is_refused(options: DecodeOptions) -> None:
    with pytest.raises(ValueError, match="single sentences"):
        together(random_model("additive"), sentences(2), options)


def test_what_ends_one_search_leaves_the_others_alone() -> None:
    model, (first, second, third, fourth) = random_model("additive"), sentences(4, 5)

    def leave(step: int, limit: int) -> None:
        if step == 2:
            raise DecodingCancelled

    asked = [
        Asked(source_ids=first),
        Asked(source_ids=second, on_step=leave),
        Asked(source_ids=()),
        Asked(source_ids=third, max_bytes=10),
        Asked(source_ids=fourth),
    ]
    found = decode_together(model, asked, OPTIONS)
    assert_same(found[0], decode_beam(model, first, OPTIONS))
    assert isinstance(found[1], DecodingCancelled)
    assert [one.code for one in found[2:4] if isinstance(one, InputError)] == [
        "empty_text",
        "too_much_memory",
    ]
    assert_same(found[4], decode_beam(model, fourth, OPTIONS))


def test_who_is_left_alone_keeps_his_own_length() -> None:
    model, short = random_model("additive"), (5, EOS)

    def leave(step: int, limit: int) -> None:
        raise DecodingCancelled

    asked = [Asked(source_ids=(*range(4, 9), EOS), on_step=leave), Asked(source_ids=short)]
    assert_same(decode_together(model, asked, OPTIONS)[1], decode_beam(model, short, OPTIONS))


def test_nobody_waits_where_all_have_left() -> None:
    model = ScriptedModel(random_script(7, 6), eos=EOS)

    def leave(step: int, limit: int) -> None:
        raise DecodingCancelled

    asked = [Asked(source_ids=source, on_step=leave) for source in sentences(3)]
    found = decode_together(model, asked, OPTIONS)
    assert all(isinstance(one, DecodingCancelled) for one in found)
    assert not model.steps


def test_a_sentence_without_a_possible_target_says_so() -> None:
    model, sources = random_model("additive"), sentences(2, 5)
    nothing = replace(OPTIONS, banned=tuple(range(VOCABULARY)))
    for found in together(model, sources, nothing):
        assert isinstance(found, InputError)
        assert found.code == "nothing_allowed"
        assert isinstance(found.__cause__, ModelError)

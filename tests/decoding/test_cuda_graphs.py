"""A search of unchanging shapes finds and records what the usual one does; here without a graph."""

import math
from collections.abc import Callable
from dataclasses import fields, replace
from typing import cast

import numpy as np
import pytest
import torch

from seqviz.decoding.beam import decode_beam
from seqviz.decoding.cuda_graphs import CapturedSearches, Replay
from seqviz.decoding.record import Decoding
from seqviz.errors import DecodingCancelled, ModelError
from seqviz.models.transformer import Transformer, TransformerMemory
from seqviz.options import DecodeOptions, Sampling, StopRule, TargetRules
from tests.fixtures.later_options import LaterOptions
from tests.fixtures.random_models import random_model

SOURCES = ((4, 5, 6, 3), (7, 3), (9, 8, 7, 6, 5, 4, 9, 8, 7, 6, 5, 3))


def eager(step: Callable[[], None]) -> Replay:
    """No graph: the step itself."""
    return step


def model(seed: int) -> Transformer:
    return cast(Transformer, random_model("transformer", seed))


def same(found: Decoding | None, expected: Decoding) -> None:
    assert found is not None
    assert found.stopped_by == expected.stopped_by
    for record in ("search", None):
        ours, theirs = (getattr(x, record) if record else x for x in (found, expected))
        for field in fields(theirs):
            mine, other = getattr(ours, field.name), getattr(theirs, field.name)
            if not isinstance(other, np.ndarray):
                assert field.name in ("search", "stopped_by") or mine is None is other
                continue
            assert (mine.dtype, mine.shape) == (other.dtype, other.shape), field.name
            np.testing.assert_allclose(mine, other, atol=1e-4, err_msg=field.name)


@pytest.mark.parametrize(
    ("beam_size", "stop"), [(1, "bound"), (3, "first"), (5, "bound"), (5, "max_length")]
)
def test_it_finds_and_records_what_the_usual_search_does(beam_size: int, stop: StopRule) -> None:
    transformer = model(beam_size)
    searches = CapturedSearches(transformer, eager)
    options = DecodeOptions(beam_size=beam_size, stop=stop, max_length=11)
    for source in (*SOURCES, SOURCES[0]):  # the last time in used memory
        same(searches.decode(source, options, None), decode_beam(transformer, source, options))


def test_nothing_but_the_search_is_recorded_when_asked_so() -> None:
    transformer = model(1)
    options = DecodeOptions(beam_size=2, record_attention=False, distribution_size=0)
    found = CapturedSearches(transformer, eager).decode(SOURCES[0], options, None)
    same(found, decode_beam(transformer, SOURCES[0], options))


def test_tokens_that_are_never_written_are_passed_over() -> None:
    transformer = model(4)
    options = DecodeOptions(beam_size=3, max_length=9)
    best = decode_beam(transformer, SOURCES[0], options).search.candidate_tokens
    never = TargetRules(never=tuple({int(token) for token in best[0].flat if token > 3})[:4])
    found = CapturedSearches(transformer, eager).decode(
        SOURCES[0], replace(options, rules=never), None
    )
    same(found, decode_beam(transformer, SOURCES[0], replace(options, rules=never)))
    assert found is not None and not np.isin(found.search.candidate_tokens, never.never).any()


def test_alpha_may_differ_from_search_to_search() -> None:
    transformer = model(2)
    searches = CapturedSearches(transformer, eager)
    for alpha in (0.0, 1.0, 2.5):
        options = DecodeOptions(beam_size=3, alpha=alpha, max_length=9)
        found = searches.decode(SOURCES[2], options, None)
        same(found, decode_beam(transformer, SOURCES[2], options))


@pytest.mark.parametrize(
    "options",
    [
        DecodeOptions(sampling=Sampling()),
        DecodeOptions(beta=0.1),
        DecodeOptions(rules=TargetRules(ends=True)),
        DecodeOptions(rules=TargetRules(first=5)),
        DecodeOptions(prefix=(5,)),
        DecodeOptions(banned=(5,)),
        DecodeOptions(min_length=3),
    ],
)
def test_what_it_cannot_serve_is_left_to_the_usual_search(options: DecodeOptions) -> None:
    assert CapturedSearches(model(0), eager).decode(SOURCES[0], options, None) is None


def test_an_option_that_it_does_not_know_is_left_to_the_usual_search() -> None:
    searches = CapturedSearches(model(0), eager)
    assert searches.decode(SOURCES[0], LaterOptions(), None) is not None
    assert searches.decode(SOURCES[0], LaterOptions(novelty=0.1), None) is None


def test_where_capturing_fails_it_steps_aside_for_good() -> None:
    asked = []

    def refuse(step: Callable[[], None]) -> Replay:
        asked.append(step)
        raise RuntimeError("operation not permitted when stream is capturing")

    searches = CapturedSearches(model(0), refuse)
    with pytest.warns(UserWarning, match="without CUDA graphs"):
        assert searches.decode(SOURCES[0], DecodeOptions(), None) is None
    assert searches.decode(SOURCES[0], DecodeOptions(), None) is None
    assert len(asked) == 1


def test_where_a_capture_does_not_fit_the_usual_search_goes_on() -> None:
    def fail(step: Callable[[], None]) -> Replay:
        raise torch.OutOfMemoryError

    assert CapturedSearches(model(0), fail).decode(SOURCES[0], DecodeOptions(), None) is None


def test_numbers_that_are_none_do_not_outlive_their_sentence(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    transformer, options = model(0), DecodeOptions(beam_size=3)
    searches = CapturedSearches(transformer, eager)
    expected = decode_beam(transformer, SOURCES[0], options)
    same(searches.decode(SOURCES[0], options, None), expected)
    encode = transformer.encode

    def spoilt(*arguments: object, record: bool = False) -> TransformerMemory:
        memory = encode(*arguments, record=record)  # type: ignore[arg-type]  # as it was called
        return replace(memory, states=memory.states * math.nan)

    with monkeypatch.context() as patch, pytest.raises(ModelError, match="not finite"):
        patch.setattr(transformer, "encode", spoilt)
        searches.decode(SOURCES[2], options, None)
    same(searches.decode(SOURCES[0], options, None), expected)


def test_it_can_be_cancelled_and_used_again() -> None:
    transformer = model(3)
    searches = CapturedSearches(transformer, eager)

    def stop_at_two(step: int, limit: int) -> None:
        if step == 2:
            raise DecodingCancelled

    options = DecodeOptions(beam_size=3)
    with pytest.raises(DecodingCancelled):
        searches.decode(SOURCES[2], options, stop_at_two)
    same(searches.decode(SOURCES[2], options, None), decode_beam(transformer, SOURCES[2], options))


def test_one_shape_serves_sentences_of_many_lengths() -> None:
    captured = []

    def count(step: Callable[[], None]) -> Replay:
        captured.append(step)
        return step

    searches = CapturedSearches(model(0), count)
    for source in SOURCES:
        searches.decode(source, DecodeOptions(max_length=20), None)
    assert len(captured) == 1
    searches.decode(SOURCES[0], DecodeOptions(beam_size=4, max_length=20), None)
    assert len(captured) == 2


def test_learned_positions_that_end_before_the_rounded_length_are_left_alone() -> None:
    settings = replace(model(0).settings, positions="learned", max_positions=20)
    searches = CapturedSearches(Transformer(settings).eval(), eager)
    assert searches.decode(SOURCES[1], DecodeOptions(max_length=11), None) is None

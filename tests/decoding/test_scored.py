"""Many given targets at once against one at a time; the toy of BoostedProb by hand."""

import math
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import assume, given
from hypothesis import strategies as st

from seqviz.decoding.forced import decode_forced
from seqviz.decoding.scored import boosted_log_probs, score_corpus
from seqviz.errors import InputError
from seqviz.models.base import Seq2SeqModel
from seqviz.options import DecodeOptions, TargetRules
from tests.fixtures.tiny_networks import VOCABULARY, tiny_rnn, tiny_transformer

EOS = 3
RULED = DecodeOptions(rules=TargetRules(start=5, first=4))


MODELS: dict[str, Seq2SeqModel[Any, Any]] = {
    "transformer": tiny_transformer(),
    "additive": tiny_rnn(),
    "none": tiny_rnn(attention="none"),
}


def sentences(count: int, seed: int) -> list[tuple[int, ...]]:
    rng = np.random.default_rng(seed)
    return [(*rng.integers(4, VOCABULARY, rng.integers(0, 9)).tolist(), EOS) for _ in range(count)]


@pytest.mark.parametrize("options", [DecodeOptions(), RULED], ids=["plain", "ruled"])
@pytest.mark.parametrize("kind", MODELS)
def test_many_targets_score_as_each_alone(kind: str, options: DecodeOptions) -> None:
    model, sources, targets = MODELS[kind], sentences(9, 1), sentences(9, 2)
    pairs = zip(sources, targets, strict=True)
    each = [decode_forced(model, *pair, options=options) for pair in pairs]
    for batch_tokens in (1, 30, 8192):
        found = score_corpus(model, sources, targets, options=options, batch_tokens=batch_tokens)
        for alone, one in zip(each, found, strict=True):
            np.testing.assert_allclose(
                one.log_probs, alone.search.candidate_log_probs[:, 0], rtol=1e-5, atol=1e-5
            )
            weights = alone.search.cross_attention
            assert (one.cross_attention is None) == (weights is None) == (kind == "none")
            if weights is not None and one.cross_attention is not None:
                expected = np.moveaxis(weights[:, 0].mean(2), 0, 1)
                np.testing.assert_allclose(one.cross_attention, expected, atol=1e-5)
            assert one.boosted is not None
            assert np.all(one.boosted >= one.log_probs - 1e-6)
    assert any(len(target) == 1 for target in targets), "a target of EOS alone should be among them"


def test_who_records_nothing_gets_the_log_probabilities_alone() -> None:
    (one,) = score_corpus(
        MODELS["transformer"], [(4, EOS)], [(5, EOS)], options=RULED, record=False
    )
    assert one.boosted is None
    assert one.cross_attention is None
    assert one.log_probs[0] < 0


def test_nothing_is_scored_that_is_no_target() -> None:
    model = MODELS["additive"]
    assert score_corpus(model, [], [], options=DecodeOptions()) == []
    with pytest.raises(InputError):
        score_corpus(model, [(4, EOS)], [()], options=DecodeOptions())


# BoostedProb


def boosted(probs: list[float], token: int) -> float:
    found = boosted_log_probs(torch.tensor([probs]).log(), torch.tensor([token]))
    return math.exp(float(found[0]))


@pytest.mark.parametrize(("token", "expected"), [(0, 0.90), (1, 0.90), (2, 0.05), (3, 0.05)])
def test_dominant_tokens_count_together(token: int, expected: float) -> None:
    assert boosted([0.5, 0.4, 0.05, 0.05], token) == pytest.approx(expected, abs=1e-6)


@given(st.lists(st.floats(-9, 0), min_size=2, max_size=12), st.data())
def test_dominant_tokens_are_those_before_the_last_wide_gap(
    logits: list[float], data: st.DataObject
) -> None:
    probs = torch.tensor(logits).softmax(0).tolist()
    token = data.draw(st.integers(0, len(probs) - 1))
    ranked = sorted(range(len(probs)), key=lambda one: -probs[one])
    sizes = [probs[one] for one in ranked]
    gaps = [a - b for a, b in pairwise(sizes)]
    widest = [max(0.005, 0.3 * size) for size in sizes]
    assume(all(abs(gap - wide) > 1e-5 for gap, wide in zip(gaps, widest, strict=False)))
    cuts = [k for k, gap in enumerate(gaps, start=1) if gap > widest[k - 1]]
    dominant = ranked[: cuts[-1]] if cuts else []
    expected = sum(probs[one] for one in dominant) if token in dominant else probs[token]
    assert boosted(probs, token) == pytest.approx(expected, rel=1e-4)

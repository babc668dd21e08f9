"""The recorded hypotheses ranked anew, against the search's own order and plain loops."""

import math
from dataclasses import replace
from itertools import cycle

import numpy as np
import pytest

from seqviz.analysis.rerank import (
    best_first,
    coverage,
    coverage_penalties,
    rerank,
    rerank_as_searched,
)
from seqviz.errors import InputError
from seqviz.options import SMALLEST_COVERAGE, DecodeOptions, LengthNormalisation, Sampling
from seqviz.trace import Trace
from seqviz.translator import Translator, load
from tests.fixtures import toy_traces as toy
from tests.fixtures.tiny_models import write_tiny_models

TEXTS = ("der hund ist nicht hier", "ich habe eine katze gesehen", "es war sehr kalt")


@pytest.fixture(scope="module")
def translators(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Translator]:
    folder = write_tiny_models(tmp_path_factory.mktemp("pretrained"))
    names = ("transformer", "dot", "none-reversed")
    return {name: load(f"de-en/{name}", "cpu", folder) for name in names}


OWN = [
    ("transformer", DecodeOptions(beam_size=6)),
    ("transformer", DecodeOptions(beam_size=4, beta=0.4, length_normalisation="gnmt", alpha=0.6)),
    ("transformer", DecodeOptions(beam_size=8, beta=1.7, stop="first")),
    ("transformer", DecodeOptions(beam_size=3, beta=0.3, record_attention=False)),
    ("dot", DecodeOptions(beam_size=6, beta=0.2, stop="max_length", max_length=12)),
    ("dot", DecodeOptions(beam_size=12, length_normalisation="none", max_length=9)),
    ("none-reversed", DecodeOptions(beam_size=7, alpha=0.3, max_length=15)),
    ("dot", DecodeOptions(beam_size=9, beta=0.1, sampling=Sampling(seed=3))),
]


@pytest.mark.parametrize(("text", "asked"), list(zip(cycle(TEXTS), OWN, strict=False)))
def test_the_searchs_own_values_give_its_own_order(
    translators: dict[str, Translator], text: str, asked: tuple[str, DecodeOptions]
) -> None:
    system, options = asked
    trace = translators[system].translate(text, options)
    found = rerank_as_searched(trace)
    assert found.order.tolist() == list(range(len(trace.hypotheses)))
    assert found.winner == 0
    for name in ("normalisers", "coverage_terms", "scores"):
        np.testing.assert_array_equal(getattr(found, name), getattr(trace.hypotheses, name))


@pytest.mark.parametrize("text", TEXTS)
def test_the_penalty_of_the_attention_is_that_of_the_search(
    translators: dict[str, Translator], text: str
) -> None:
    """β in the search, and β put in afterwards over the same recorded attention."""
    options = DecodeOptions(beam_size=5, beta=0.8, stop="max_length", max_length=10)
    trace = translators["transformer"].translate(text, options)
    unaware = replace(trace, options=replace(options, beta=0.0))
    found = rerank(unaware, normalisation="average", alpha=1.0, beta=0.8)
    np.testing.assert_allclose(found.scores, trace.hypotheses.scores, rtol=1e-5)


def test_coverage_is_the_attention_along_each_hypothesis() -> None:
    trace = toy.random_trace(3, 7, 4, layers=2, heads=3)
    found = coverage(trace)
    assert found is not None
    assert found.shape == (len(trace.hypotheses), 5)
    for rank in range(len(trace.hypotheses)):
        along = trace.cross_attention_of(rank)
        assert along is not None
        np.testing.assert_allclose(found[rank], along.mean((0, 1)).sum(0)[:-1], rtol=1e-6)


def test_coverage_by_hand() -> None:
    trace = toy.rnn_trace()
    found = coverage(trace)
    assert found is not None
    np.testing.assert_allclose(found[0], [0.8, 0.7, 0.5], rtol=1e-6)
    np.testing.assert_allclose(found[2], [0.7 + 0.2 + 0.1, 0.1 + 0.4 + 0.1, 0.5], rtol=1e-6)
    penalties = coverage_penalties(trace)
    assert penalties is not None
    assert penalties[0] == pytest.approx(math.log(0.8 * 0.7 * 0.5), rel=1e-6)


def test_an_ignored_source_token_counts_as_the_smallest_coverage_and_more_than_one_as_one() -> None:
    trace = toy.rnn_trace()
    assert trace.search.cross_attention is not None
    weights = trace.search.cross_attention.copy()
    weights[..., :] = [1.0, 0.0, 0.0, 0.0]
    trace = replace(trace, search=replace(trace.search, cross_attention=weights))
    penalties = coverage_penalties(trace)
    assert penalties is not None
    np.testing.assert_allclose(penalties, 2 * math.log(SMALLEST_COVERAGE))


def test_without_attention_there_is_no_coverage_to_score() -> None:
    trace = toy.rnn_trace(attention=False)
    assert coverage(trace) is None
    assert coverage_penalties(trace) is None
    plain = rerank(trace, normalisation="average", alpha=1.0, beta=0.0)
    assert plain.coverage_terms.tolist() == [0, 0, 0]
    with pytest.raises(InputError) as refused:
        rerank(trace, normalisation="average", alpha=1.0, beta=0.1)
    assert refused.value.code == "no_attention"


@pytest.mark.parametrize("normalisation", ["none", "average", "gnmt"])
@pytest.mark.parametrize(("alpha", "beta"), [(0.0, 0.0), (0.7, 0.0), (1.5, 0.6)])
def test_scores_are_those_of_a_plain_loop(
    normalisation: LengthNormalisation, alpha: float, beta: float
) -> None:
    trace = toy.random_trace(11, 8, 3)
    found = rerank(trace, normalisation=normalisation, alpha=alpha, beta=beta)
    expected = [
        score(trace, place, normalisation, alpha=alpha, beta=beta)
        for place in range(len(trace.hypotheses))
    ]
    np.testing.assert_allclose(found.scores, expected, rtol=1e-5)
    assert found.order.tolist() == sorted(range(len(expected)), key=lambda place: -expected[place])
    assert [found.ranks[place] for place in found.order] == list(range(1, len(expected) + 1))
    np.testing.assert_array_equal(found.quotients + found.coverage_terms, found.scores)


def score(trace: Trace, place: int, normalisation: str, *, alpha: float, beta: float) -> float:
    """One score, written out."""
    length = len(trace.target(place))
    divisors = {"none": 1.0, "average": length**alpha, "gnmt": ((5 + length) / 6) ** alpha}
    attention = trace.cross_attention_of(place)
    assert attention is not None
    received = attention.mean((0, 1), dtype=np.float64).sum(0)[:-1]
    penalty = sum(math.log(min(max(c, 1e-6), 1.0)) for c in received)
    total: float = trace.log_probs(place).sum() / divisors[normalisation] + beta * penalty
    return total


@pytest.mark.parametrize("stopped_by", ["bound", "first"])
def test_after_an_early_stop_the_unfinished_cannot_win(stopped_by: str) -> None:
    trace = toy.rnn_trace()
    sums = np.log(np.array([0.1, 0.3, 0.2], np.float32))
    trace = replace(trace, hypotheses=replace(trace.hypotheses, log_probs=sums))
    late = rerank(trace, normalisation="none", alpha=0.0, beta=0.0)
    assert late.order.tolist() == [1, 2, 0]
    early = rerank(replace(trace, stopped_by=stopped_by), normalisation="none", alpha=0.0, beta=0.0)
    assert early.order.tolist() == [0, 1, 2]


def test_equals_are_ordered_as_in_the_search() -> None:
    trace = toy.rnn_trace()
    sums = np.full(3, -1.0, np.float32)
    trace = replace(trace, hypotheses=replace(trace.hypotheses, log_probs=sums))
    found = rerank(trace, normalisation="none", alpha=0.0, beta=0.0)
    assert found.order.tolist() == [0, 1, 2]


def test_of_equals_the_finished_the_earlier_and_the_better_come_first_wherever_they_stand() -> None:
    trace = toy.rnn_trace()
    found = replace(
        trace.hypotheses,
        finished=np.array([False, True, True]),
        steps=np.array([0, 2, 1], np.int32),
        candidates=np.array([0, 0, 3], np.int32),
    )
    scores = np.array([-1.0, -1.0, -1.0])
    assert best_first(replace(trace, hypotheses=found), scores).tolist() == [2, 1, 0]
    level = replace(found, steps=np.full(3, 2, np.int32), candidates=np.array([0, 3, 1], np.int32))
    assert best_first(replace(trace, hypotheses=level), scores).tolist() == [2, 1, 0]


@pytest.mark.parametrize(("alpha", "beta"), [(-0.1, 0.0), (1.0, 9.0), (math.nan, 0.0)])
def test_values_out_of_range_are_refused(alpha: float, beta: float) -> None:
    with pytest.raises(InputError) as refused:
        rerank(toy.rnn_trace(), normalisation="average", alpha=alpha, beta=beta)
    assert refused.value.code == "option_out_of_range"

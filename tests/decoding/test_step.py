"""The pieces of one search step, each against plain Python."""

import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from seqviz.decoding.step import (
    Live,
    NextTokens,
    entropy,
    expand,
    first_live,
    log_softmax,
    may_stop,
    merge_finished,
    no_finished,
    rank_next,
    survivors,
)
from seqviz.options import StopRule
from seqviz.trace import Fate

CPU = torch.device("cpu")
NEVER = -math.inf
values = st.sampled_from([0.0, -0.0, -1e-40, -0.5, -1.0, -1.0000001, -2.0, -80.0, NEVER])


@settings(deadline=None)
@given(st.lists(values, min_size=1, max_size=30), st.integers(1, 12))
def test_ranking_is_a_stable_sort(row: list[float], count: int) -> None:
    log_probs = torch.tensor([[row]])
    ranked = rank_next(log_probs, count)
    expected = sorted(range(len(row)), key=lambda token: (-log_probs[0, 0, token].item(), token))
    assert ranked.tokens[0, 0].tolist() == expected[:count]
    assert ranked.log_probs[0, 0].tolist() == [log_probs[0, 0, t].item() for t in expected[:count]]


@pytest.mark.parametrize(("rows", "count"), [(60, 10), (20, 40), (9, 2)])
@pytest.mark.parametrize("coarse", [False, True])
def test_a_large_vocabulary_is_ranked_block_by_block(rows: int, count: int, coarse: bool) -> None:
    """Rounded, many are equal, and more than one block has the largest."""
    numbers = np.random.default_rng(rows).standard_normal((2, rows, 5003)).astype("f4") - 9
    log_probs = torch.from_numpy(numbers.round(2) if coarse else numbers)
    expected = np.argsort(-log_probs.numpy(), axis=-1, kind="stable")[..., :count]
    np.testing.assert_array_equal(rank_next(log_probs, count).tokens.numpy(), expected)
    log_probs[1, 3] = math.nan
    found = rank_next(log_probs, count).log_probs
    assert bool((found[1, 3] == NEVER).all())
    assert bool((found[1, 4] > NEVER).all())


def test_ranking_a_row_of_nan_leaves_nothing_possible() -> None:
    log_probs = log_softmax(torch.tensor([[[0.0, math.nan, 1.0], [0.0, 0.0, 0.0]]]))
    ranked = rank_next(log_probs, 2)
    assert ranked.log_probs[0, 0].tolist() == [NEVER, NEVER]
    assert ranked.log_probs[0, 1].exp().tolist() == pytest.approx([1 / 3, 1 / 3])


def test_log_softmax_is_float32_whatever_the_model_computes_in() -> None:
    for dtype in (torch.float16, torch.bfloat16, torch.float64):
        found = log_softmax(torch.tensor([[[1.0, 2.0]]], dtype=dtype))
        assert found.dtype == torch.float32
        assert found.exp().sum().item() == pytest.approx(1)


def test_entropy_of_known_distributions() -> None:
    probs = torch.tensor([[[0.25] * 4, [1.0, 0.0, 0.0, 0.0], [0.5, 0.5, 0.0, 0.0]]])
    assert entropy(probs.log())[0].tolist() == pytest.approx([math.log(4), 0, math.log(2)])
    probs = torch.tensor([[[0.25] * 4, [0.1, 0.2, 0.3, 0.4], [math.nan] * 4]])
    assert entropy(probs.log())[0].tolist() == pytest.approx(
        [math.log(4), 1.2798542, math.nan], nan_ok=True
    )
    assert entropy(probs[:, :2].log())[0].tolist() == pytest.approx([math.log(4), 1.2798542])


def test_fates_of_two_sentences_at_once() -> None:
    live = Live(
        tokens=torch.tensor([[1, 1], [1, 1]]),
        parents=torch.tensor([[0, 0], [0, 0]]),
        cumulative=torch.tensor([[-1.0, -2.0], [-1.0, NEVER]]),
    )
    ranked = NextTokens(
        tokens=torch.tensor([[[0, 5, 6], [7, 0, 8]], [[5, 6, 0], [7, 0, 8]]]),
        log_probs=torch.tensor([[[-0.5, -1.0, -3.0], [-0.5, -1.0, -9.0]]] * 2),
    )
    found = expand(live, ranked, beam_size=2, eos=0)
    assert found.tokens.tolist()[0] == [0, 5, 7, 0]
    assert found.parents.tolist()[0] == [0, 0, 1, 1]
    assert found.fates.tolist()[0] == [Fate.FINISHED, Fate.KEPT, Fate.KEPT, Fate.PRUNED]
    assert found.slots.tolist()[0] == [-1, 0, 1, -1]
    assert found.tokens.tolist()[1][:3] == [5, 6, 0]
    assert found.fates.tolist()[1] == [Fate.KEPT, Fate.KEPT, Fate.PRUNED, Fate.ABSENT]
    after = survivors(found, 2)
    assert after.tokens.tolist() == [[5, 7], [5, 6]]
    assert after.parents.tolist() == [[0, 1], [0, 0]]
    assert after.cumulative.tolist() == [[-2.0, -2.5], [-1.5, -2.0]]


def test_never_more_candidates_than_there_are() -> None:
    ranked = rank_next(log_softmax(torch.zeros(1, 1, 3)), 128)
    found = expand(first_live(1, 1, CPU), ranked, beam_size=64, eos=0)
    assert found.tokens.tolist() == [[0, 1, 2]]
    assert survivors(found, 64).cumulative.isfinite().tolist() == [[True, True, False]]


def test_the_pool_keeps_the_best() -> None:
    pool = no_finished(1, 2, CPU)
    pool = merge_finished(pool, torch.tensor([[NEVER, -3.0, NEVER]]))
    assert pool.tolist() == [[-3.0, NEVER]]
    pool = merge_finished(pool, torch.tensor([[-1.0, -4.0, -2.0]]))
    assert pool.tolist() == [[-1.0, -2.0]]


@pytest.mark.parametrize(
    ("rule", "best_live", "worst", "expected"),
    [
        ("bound", -8.0, -2.0, True),  # −8 / 4 equals the worst
        ("bound", -7.9, -2.0, False),
        ("bound", -99.0, NEVER, False),
        ("first", -0.1, -2.0, True),
        ("first", -99.0, NEVER, False),
        ("max_length", -99.0, -1.0, False),
        ("bound", NEVER, NEVER, True),
        ("first", NEVER, NEVER, True),
        ("max_length", NEVER, -1.0, True),
    ],
)
def test_stop_rules(*, rule: StopRule, best_live: float, worst: float, expected: bool) -> None:
    live = Live(
        tokens=torch.zeros(1, 2, dtype=torch.int64),
        parents=torch.zeros(1, 2, dtype=torch.int64),
        cumulative=torch.tensor([[best_live, NEVER]]),
    )
    pool = torch.tensor([[-1.0, worst]])
    assert may_stop(live, pool, divisor=torch.tensor(4.0), rule=rule).tolist() == [expected]


def test_ranking_a_large_vocabulary_agrees_with_numpy() -> None:
    rows = torch.from_numpy(np.random.default_rng(0).standard_normal((1, 3, 5000)).astype("f4"))
    log_probs = log_softmax(rows)
    expected = np.argsort(-log_probs.numpy(), axis=-1, kind="stable")[..., :20]
    np.testing.assert_array_equal(rank_next(log_probs, 20).tokens.numpy(), expected)

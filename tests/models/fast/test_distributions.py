"""The best tokens and the entropy, compiled: what torch finds."""

import math
import sys
from functools import cache

import pytest
import torch

from seqviz.decoding.step import entropy, rank_exactly, rank_next
from seqviz.models.fast import machine
from seqviz.models.fast.distributions import best, entropies


def log_probs(*shape: int) -> torch.Tensor:
    numbers = torch.randn(shape, generator=torch.Generator().manual_seed(3))
    return torch.log_softmax(3 * numbers, -1)


@pytest.mark.parametrize("shape", [(1, 1, 5), (2, 3, 16), (1, 20, 4001), (0, 2, 8)])
@pytest.mark.parametrize("coarse", [False, True])
def test_the_best_are_those_of_exact_keys(shape: tuple[int, ...], coarse: bool) -> None:
    """Equals by token: coarse numbers have many."""
    values = log_probs(*shape)
    values = values.round() if coarse else values
    for count in {1, 4, min(41, shape[-1])}:
        found, expected = best(values, count), rank_exactly(values, count)
        assert found is not None
        assert torch.equal(found[0], expected.log_probs)
        assert torch.equal(found[1], expected.tokens)


def test_a_distribution_that_lies_elsewhere_is_read_too() -> None:
    values = log_probs(3, 40, 2).transpose(1, 2)
    found, expected = best(values, 5), rank_exactly(values, 5)
    assert found is not None
    assert torch.equal(found[1], expected.tokens)


@pytest.mark.parametrize("number", [-math.inf, math.nan])
def test_where_too_little_is_possible_there_is_no_answer(number: float) -> None:
    values = log_probs(1, 2, 30)
    values[0, 1, 3:] = number
    assert best(values, 3) is not None
    assert best(values, 4) is None
    ranked = rank_next(values, 4)
    assert ranked.log_probs[0, 1, 3] == -math.inf


def test_entropy() -> None:
    values = log_probs(2, 3, 4001)
    values[0, 0, 5] = -math.inf
    values[1, 2] = math.nan
    found = entropies(values)
    assert found is not None and bool(found[1, 2].isnan())
    exact = values.double()
    expected = -(exact.exp() * exact.clamp(min=-1e30)).sum(-1)
    torch.testing.assert_close(found.double(), expected, rtol=1e-6, atol=0, equal_nan=True)
    certain = torch.tensor([[0.0, -math.inf, -200.0]])
    assert entropy(certain).tolist() == pytest.approx([0.0], abs=1e-30)


def test_other_numbers_are_left_to_torch() -> None:
    values = log_probs(2, 5)
    assert best(values.double(), 2) is None and entropies(values.double()) is None


def test_without_the_compiler_there_is_what_torch_has(monkeypatch: pytest.MonkeyPatch) -> None:
    values = log_probs(2, 3, 50).round()
    found = rank_next(values, 6), entropy(values)
    monkeypatch.setitem(sys.modules, "llvmlite.binding", None)
    monkeypatch.setattr(machine, "_function", cache(machine._function.__wrapped__))
    assert best(values, 6) is None and entropies(values) is None
    assert torch.equal(rank_next(values, 6).tokens, found[0].tokens)
    torch.testing.assert_close(entropy(values), found[1])

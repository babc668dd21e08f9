"""Attention against plain loops over the published equations."""

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from seqviz import kinds
from seqviz.models.attention import (
    SINGLE_HEADED,
    AdditiveAttention,
    Attended,
    DotAttention,
    GeneralAttention,
    MultiHeadAttention,
    causal_bias,
    padding_bias,
    real_tokens,
    weigh,
)

B, Q, S, D = 2, 3, 4, 6
LENGTHS = torch.tensor([4, 2])


@pytest.fixture
def query() -> Tensor:
    return torch.randn(B, Q, D, generator=torch.Generator().manual_seed(1))


@pytest.fixture
def memory() -> Tensor:
    return torch.randn(B, S, D, generator=torch.Generator().manual_seed(2))


def bias() -> Tensor:
    hidden = padding_bias(real_tokens(LENGTHS, S))
    assert hidden is not None
    return hidden[:, None]


def check_against_loop(attended: Attended, scores: Tensor, memory: Tensor) -> None:
    """Softmax and weighted sum, one query and one source token at a time."""
    assert attended.weights is not None and attended.scores is not None
    for b in range(B):
        for q in range(Q):
            real = range(int(LENGTHS[b]))
            total = sum(math.exp(scores[b, q, s]) for s in real)
            context = torch.zeros(D)
            for s in real:
                weight = math.exp(scores[b, q, s]) / total
                assert attended.weights[b, q, s].item() == pytest.approx(weight, abs=1e-6)
                assert attended.scores[b, q, s].item() == pytest.approx(
                    scores[b, q, s].item(), abs=1e-5
                )
                context += weight * memory[b, s]
            torch.testing.assert_close(attended.context[b, q], context, atol=1e-5, rtol=1e-5)
            assert attended.weights[b, q, int(LENGTHS[b]) :].eq(0).all()


@torch.no_grad()
def test_dot(query: Tensor, memory: Tensor) -> None:
    attention = DotAttention(D, D)
    attended = attention(query, attention.project(memory), bias=bias())
    scores = torch.tensor(
        [
            [[float(memory[b, s] @ query[b, q]) for s in range(S)] for q in range(Q)]
            for b in range(B)
        ]
    )
    check_against_loop(attended, scores, memory)


@torch.no_grad()
def test_general(query: Tensor, memory: Tensor) -> None:
    attention = GeneralAttention(D, D)
    attended = attention(query, attention.project(memory), bias=bias())
    matrix = attention.key.weight
    scores = torch.tensor(
        [
            [[float(query[b, q] @ (matrix @ memory[b, s])) for s in range(S)] for q in range(Q)]
            for b in range(B)
        ]
    )
    check_against_loop(attended, scores, memory)


@torch.no_grad()
def test_additive(query: Tensor, memory: Tensor) -> None:
    attention = AdditiveAttention(D, D)
    attended = attention(query, attention.project(memory), bias=bias())
    w, u, v = attention.query, attention.key.weight, attention.energy.weight[0]

    def score(state: Tensor, source: Tensor) -> float:
        return float(v @ torch.tanh(w.weight @ state + w.bias + u @ source))

    scores = torch.tensor(
        [[[score(query[b, q], memory[b, s]) for s in range(S)] for q in range(Q)] for b in range(B)]
    )
    check_against_loop(attended, scores, memory)


@torch.no_grad()
@pytest.mark.parametrize("heads", [1, 2, 3])
def test_multi_head(query: Tensor, memory: Tensor, heads: int) -> None:
    torch.manual_seed(3)
    attention = MultiHeadAttention(D, heads)
    hidden = bias()[:, None]
    seen = attention(query, attention.project(memory), bias=hidden, record=True)
    size, joined = D // heads, torch.zeros(B, Q, D)
    for b in range(B):
        for h in range(heads):
            rows = slice(h * size, (h + 1) * size)
            keys, values = attention.key(memory[b])[:, rows], attention.value(memory[b])[:, rows]
            for q in range(Q):
                state = attention.query(query[b, q])[rows]
                scores = torch.stack([state @ key for key in keys]) / math.sqrt(size)
                weights = scores[: LENGTHS[b]].softmax(0)
                torch.testing.assert_close(seen.weights[b, h, q, : LENGTHS[b]], weights)
                assert seen.weights[b, h, q, LENGTHS[b] :].eq(0).all()
                joined[b, q, rows] = weights @ values[: LENGTHS[b]]
    torch.testing.assert_close(seen.context, attention.output(joined))
    plain = attention(query, attention.project(memory), bias=hidden)
    assert plain.weights is None
    torch.testing.assert_close(plain.context, seen.context)


@settings(max_examples=25)
@given(st.lists(st.integers(1, 7), min_size=1, max_size=4), st.floats(0.1, 50.0))
def test_weights_sum_to_one_and_are_zero_on_padding(lengths: list[int], spread: float) -> None:
    mask = real_tokens(torch.tensor(lengths), max(lengths))
    scores = torch.randn(len(lengths), 2, max(lengths)) * spread
    hidden = padding_bias(mask)
    attended = weigh(
        scores,
        torch.ones(len(lengths), max(lengths), 1),
        bias=None if hidden is None else hidden[:, None],
    )
    assert attended.weights is not None
    torch.testing.assert_close(attended.weights.sum(-1), torch.ones(len(lengths), 2))
    torch.testing.assert_close(attended.context, torch.ones(len(lengths), 2, 1))
    assert attended.weights.movedim(2, 1)[~mask].eq(0).all()
    assert (hidden is None) == (len(set(lengths)) == 1)


def test_the_future_is_hidden() -> None:
    expected = torch.tensor([[0.0, -torch.inf, -torch.inf], [0.0, 0.0, -torch.inf], [0.0] * 3])
    assert torch.equal(causal_bias(3, torch.device("cpu")), expected)


def test_every_kind_of_attention_has_a_class_and_a_system() -> None:
    assert SINGLE_HEADED.keys() == kinds.ATTENTIONS.keys()
    assert {*kinds.ATTENTIONS, kinds.MULTI_HEAD} == {
        system.attention for system in kinds.SYSTEMS.values()
    }

"""ALTI+: every block's parts sum to what comes out of it, and shares are those of the formulas."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from seqviz.decoding.contributions import contribute_corpus, mixed, shares, vectors
from seqviz.models.attention import Attended, KeysValues, Question
from seqviz.models.through import Block, Through
from seqviz.options import DecodeOptions
from tests.fixtures.marian_models import marian_to_transformer, tiny_marian
from tests.fixtures.tiny_networks import tiny_transformer
from tests.fixtures.transformers_models import FAMILIES, ours, theirs

SOURCE, FED = [5, 6, 7, 8, 2], [2, 9, 4, 10]
OURS: dict[str, Any] = {
    "pre": lambda: tiny_transformer(norm="pre"),
    "post": lambda: tiny_transformer(norm="post"),
    "marian": lambda: marian_to_transformer(tiny_marian(seed=3)),
}


def through(model: Any) -> Through:
    found: Through = model.through(
        torch.tensor([SOURCE]), torch.tensor([len(SOURCE)]), torch.tensor([FED])
    )
    return found


@pytest.fixture(autouse=True)
def without_gradients() -> Iterator[None]:
    with torch.no_grad():
        yield


@pytest.fixture(params=[*OURS, *FAMILIES], scope="module")
def model(request: pytest.FixtureRequest) -> Any:
    made = OURS.get(request.param)
    return made() if made else ours(theirs(request.param, seed=1))


def constant(block: Block) -> Tensor:
    """What comes out and belongs to no position: biases, through the norm, (Q, D)."""
    output, norm = block.seen.output, block.norm
    assert output is not None
    bias = torch.zeros(len(output.weight)) if output.bias is None else output.bias
    if norm is None:
        return bias
    total = block.before[0] + block.seen.context[0]
    spread = (total.var(-1, correction=0, keepdim=True) + norm.eps).sqrt()
    return norm.weight * (bias - bias.mean()) / spread + norm.bias


def test_the_parts_of_every_block_sum_to_what_comes_out_of_it(model: Any) -> None:
    found = through(model)
    assert len(found.own) == len(found.cross) == model.layers and found.encoder
    for beside, blocks in ((False, (*found.encoder, *found.own)), (True, found.cross)):
        for block in blocks:
            rows = torch.arange(block.after.shape[1])
            parts = vectors(block, rows, beside=beside)[0]
            total = parts.sum(1) + constant(block)
            torch.testing.assert_close(total, block.after[0], atol=1e-3, rtol=1e-4)
            torch.testing.assert_close(total, block.after[0], atol=1e-4, rtol=1e-4)
            sums = shares(block, beside=beside).sum(-1)
            torch.testing.assert_close(sums, torch.ones_like(sums))


def test_what_a_block_gives_is_what_the_next_part_reads(model: Any) -> None:
    """So ``after`` is what the model computes with, not only a sum of ours."""
    found, heard = through(model), dict[Any, Tensor]()
    inner = model.model if hasattr(model, "model") else model

    def listen(module: Any, inputs: tuple[Any, ...]) -> None:
        if inputs:
            heard[module] = inputs[0]

    handles = [part.register_forward_pre_hook(listen) for part in inner.modules()]
    through(model)
    for handle in handles:
        handle.remove()
    read = [value for value in heard.values() if isinstance(value, Tensor) and value.ndim == 3]
    for block in (*found.encoder, *found.own, *found.cross):
        same = (value for value in read if value.shape == block.after.shape)
        assert any(torch.allclose(value, block.after, atol=1e-5) for value in same)


def test_shares_of_source_and_prefix_sum_to_one_and_never_come_from_the_future(model: Any) -> None:
    source, prefix = (part[0] for part in mixed(through(model)))
    assert source.shape == (len(FED), len(SOURCE)) and prefix.shape == (len(FED), len(FED))
    ones = torch.ones(len(FED))
    torch.testing.assert_close(source.sum(1) + prefix.sum(1), ones, atol=1e-5, rtol=0)
    assert bool((prefix.triu(1) == 0).all()) and bool((source >= 0).all())


def head(weights: list[list[float]], values: list[list[float]]) -> Attended:
    """One head of width 2 whose output map leaves everything as it is."""
    output = nn.Linear(2, 2, bias=False)
    output.weight.data = torch.eye(2)
    alphas, read = torch.tensor([[weights]]), torch.tensor([[values]])
    question = Question(torch.zeros(1), KeysValues(read, read))
    return Attended((alphas @ read)[:, 0], alphas, question=question, output=output)


def block(
    weights: list[list[float]], values: list[list[float]], before: list[list[float]]
) -> Block:
    seen, residual = head(weights, values), torch.tensor([before])
    return Block(seen, before=residual, after=residual + seen.context, norm=None)


def test_a_case_by_hand() -> None:
    """y_1 = (2, 0) + ½ (2, 0) + ½ (0, 2) = (3, 1), whose size is 4.

    Position 0 gives (2, 0) + (1, 0) = (3, 0), 1 away from it: 3. Position 1 gives (0, 1), 3 away:
    1. Beside the residual it is 4 − 2 = 2, 4 − 3 = 1 and 4 − 3 = 1.
    """
    own = block([[0.5, 0.5]], [[2.0, 0.0], [0.0, 2.0]], [[2.0, 0.0]])
    torch.testing.assert_close(shares(own), torch.tensor([[[0.75, 0.25]]]))
    beside = shares(own, beside=True)  # the residual is the last column
    torch.testing.assert_close(beside, torch.tensor([[[0.25, 0.25, 0.5]]]))


def test_layers_are_mixed_as_the_formulas_say() -> None:
    encoder = block([[1.0, 0.0], [0.5, 0.5]], [[2.0, 0.0], [0.0, 2.0]], [[2.0, 0.0], [0.0, 2.0]])
    own = block([[1.0, 0.0], [0.5, 0.5]], [[1.0, 0.0], [0.0, 3.0]], [[1.0, 1.0], [0.0, 2.0]])
    cross = block([[0.2, 0.8], [0.9, 0.1]], [[1.0, 0.0], [0.0, 3.0]], [[1.0, 1.0], [0.0, 2.0]])
    both = Through(
        embedded=torch.empty(0),
        levels=(),
        encoder=(encoder,) * 2,
        own=(own,) * 2,
        cross=(cross,) * 2,
    )
    read = shares(encoder)[0].numpy() @ shares(encoder)[0].numpy()
    kept, looked = shares(own)[0].numpy(), shares(cross, beside=True)[0].numpy()
    source, prefix = np.zeros((2, 2)), np.eye(2)
    for _ in range(2):
        for row in range(2):
            assert looked[row].sum() == pytest.approx(1)
        mixing = kept * looked[:, 2:]
        source, prefix = mixing @ source + looked[:, :2] @ read, mixing @ prefix
    found = mixed(both)
    np.testing.assert_allclose(found[0][0], source, atol=1e-6)
    np.testing.assert_allclose(found[1][0], prefix, atol=1e-6)


def test_where_nothing_is_near_all_is_the_residual() -> None:
    lone = block([[0.5, 0.5]], [[4.0, 0.0], [0.0, 4.0]], [[-3.0, -3.0]])
    far = replace(lone, after=torch.tensor([[[-0.1, 0.1]]]))
    torch.testing.assert_close(shares(far, beside=True), torch.tensor([[[0.0, 0.0, 1.0]]]))
    torch.testing.assert_close(shares(far), torch.tensor([[[1.0, 0.0]]]))


def test_many_in_padded_batches_are_what_each_is_alone(model: Any) -> None:
    sources, targets = [SOURCE, [9, 2], [5, 6, 2]], [[9, 4, 10, 3], [6, 3], [7, 7, 7, 7, 3]]
    options = DecodeOptions()
    alone = [
        contribute_corpus(model, [source], [target], options=options, name="")[0]
        for source, target in zip(sources, targets, strict=True)
    ]
    for tokens in (8, 1000):
        together = contribute_corpus(
            model, sources, targets, options=options, name="", batch_tokens=tokens
        )
        for one, other in zip(together, alone, strict=True):
            np.testing.assert_allclose(one.source, other.source, atol=1e-5)
            np.testing.assert_allclose(one.prefix, other.prefix, atol=1e-5)

"""A step in lists of calls: the same numbers as the layer's own step, and all that may come."""

from collections.abc import Callable
from typing import Any

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor

from seqviz.models.fast import packed
from seqviz.models.fast.calls import Calls, runner
from seqviz.models.fast.compiled import compiled
from seqviz.models.fast.decoder import WrittenMemory
from seqviz.models.fast.packing import pack_linears
from seqviz.models.fast.products import plain
from seqviz.models.fast.rowwise import activation, bits_of, scatter, softmax, summed_norm
from seqviz.models.settings import Activation, NormOrder
from seqviz.options.intervention import Intervention
from tests.fixtures.tiny_networks import tiny_transformer

EDITS = {
    False: (),
    True: (
        Intervention(kind="mute", sources=(1,), heads=((0, 1), (1, 0))),
        Intervention(kind="ablate", heads=((1, 1),)),
    ),
}


def close(found: Tensor, expected: Tensor) -> None:
    torch.testing.assert_close(found, expected, atol=2e-5, rtol=1e-4)


def models(
    norm: NormOrder, monkeypatch: pytest.MonkeyPatch, activation: Activation = "silu"
) -> list[Any]:
    """As it is, and with every product compiled; weights are small, as trained ones are."""
    monkeypatch.setattr(packed, "_choice", lambda _, **told: (compiled,) * 3)
    found: list[Any] = [
        tiny_transformer(norm=norm, width=64, inner_width=96, activation=activation)
        for _ in range(2)
    ]
    with torch.no_grad():
        for model in found:
            for name, parameter in model.named_parameters():
                parameter.mul_(1 if "norm" in name else 0.4)
    pack_linears(found[1])
    return found


def steps(model: Any, lengths: list[int], *, edits: tuple[Intervention, ...]) -> list[Any]:
    """A beam of three; after two steps only the last sentence goes on. What each returned."""
    count, width = len(lengths), max(lengths)
    source = torch.arange(count * width).view(count, width) % 7 + 4
    with torch.inference_mode():
        memory = model.encode(source, torch.tensor(lengths))
        state = model.start(memory, beam_size=3, max_length=5)
        outputs = [model.step(state, torch.full((count, 1), 2), record=True, edits=edits)]
        for parents in ([0, 0, 0], [2, 0, 2]):
            state = outputs[-1].state.select(torch.tensor([parents] * count))
            tokens = torch.arange(3 * count).view(count, 3) % 7 + 4
            outputs.append(model.step(state, tokens, record=True, edits=edits))
        state = outputs[-1].state.keep(torch.tensor([count - 1]))
        outputs.append(model.step(state, torch.tensor([[4, 5, 6]]), record=True, edits=edits))
    return outputs


@pytest.mark.parametrize("norm", ["pre", "post"])
@pytest.mark.parametrize("lengths", [[5], [33], [4, 4], [3, 7]])
@pytest.mark.parametrize(
    ("edited", "activation"), [(False, "silu"), (True, "relu"), (False, "gelu"), (True, "gelu")]
)
def test_a_step_in_lists_is_that_of_the_layer(
    norm: NormOrder,
    lengths: list[int],
    edited: bool,
    activation: Activation,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """One sentence of up to 32 tokens, a head's width, is absorbed into two matrices.

    Edits, and an activation that is not compiled, cut the list.
    """
    slow, fast = models(norm, monkeypatch, activation)
    expected = steps(slow, lengths, edits=EDITS[edited])
    empty = torch.empty
    with monkeypatch.context() as patched:  # memory may hold anything
        patched.setattr(torch, "empty", lambda *shape: empty(*shape).fill_(torch.nan))
        found = steps(fast, lengths, edits=EDITS[edited])
    for one, other in zip(found, expected, strict=True):
        close(one.logits, other.logits)
        close(one.self_attention, other.self_attention)
        close(one.cross_attention, other.cross_attention)
    for output in found:
        memory = output.state.memories[0]
        assert isinstance(memory, WrittenMemory)
        assert memory.lists and None not in memory.lists.values()


def test_what_a_step_returned_outlives_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    """Room is used again, but never that of results."""
    model = models("post", monkeypatch)[1]
    kept = steps(model, [5], edits=())
    before = [output.cross_attention.clone() for output in kept]
    with torch.inference_mode():
        model.step(kept[-1].state, torch.tensor([[6, 6, 6]]), record=True)
    for output, copied in zip(kept, before, strict=True):
        assert torch.equal(output.cross_attention, copied)


def test_where_a_product_is_not_compiled_nothing_is_listed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    model = tiny_transformer(width=64, inner_width=96)
    monkeypatch.setattr(packed, "_choice", lambda _, **told: (compiled, plain, compiled))
    pack_linears(model)
    found = steps(model, [5], edits=())
    lists = found[-1].state.memories[0].lists
    assert {key[0]: step is None for key, step in lists.items()} == {3: True}


@pytest.mark.parametrize("rows", [1, 3])
def test_the_norm_of_a_sum(rows: int) -> None:
    x, y = torch.randn(2, rows, 96)
    weight, bias = torch.randn(2, 96)
    norm, run = summed_norm(), runner()
    assert norm is not None and run is not None
    total, found = torch.empty(2, rows, 96)
    calls = Calls(run)
    calls.add(norm, "x", y, total, "found", weight, bias, rows, 96, bits_of(1e-5))
    calls.tell("x", x.data_ptr())
    calls.tell("found", found.data_ptr())
    calls.go(0, len(calls))
    close(total, x + y)
    close(found, F.layer_norm(x + y, (96,), weight, bias, 1e-5))
    calls.tell("x", y.data_ptr())
    calls.tell("found", total.data_ptr())
    calls.go(0, len(calls))
    close(total, F.layer_norm(y + y, (96,), weight, bias, 1e-5))


@pytest.mark.parametrize("length", [1, 16, 37])
def test_softmax(length: int) -> None:
    """Two groups of three rows, which lie apart."""
    share, scores = softmax(), 5 * torch.randn(2, 3 * length + 4)
    scores[0, length - 1] = -torch.inf  # in the first row; of one number, none is left
    scores[1, 2 * length] = torch.nan
    found = torch.empty(2, 3, length)
    assert share is not None
    share(scores.data_ptr(), found.data_ptr(), 2, 3, length, scores.shape[1])
    expected = scores[:, : 3 * length].view(2, 3, length).softmax(-1)
    torch.testing.assert_close(found, expected, atol=1e-7, rtol=1e-5, equal_nan=True)
    assert torch.equal(found == 0, expected == 0)


@pytest.mark.parametrize("function", [F.relu, F.silu])
def test_an_activation(function: Callable[[Tensor], Tensor]) -> None:
    kernel, numbers = activation(function), 40 * torch.randn(96)
    numbers[:5] = torch.tensor([torch.nan, torch.inf, 0.0, -100.0, 100.0])
    expected = function(numbers)
    assert kernel is not None
    kernel(numbers.data_ptr(), len(numbers))
    torch.testing.assert_close(numbers, expected, atol=1e-6, rtol=1e-5, equal_nan=True)
    assert activation(F.gelu) is None


def test_rows_are_copied_to_their_numbers() -> None:
    write, rows, others = scatter(), torch.randn(3, 5), torch.zeros(6, 5)
    numbers = torch.tensor([4, 0, 5])
    assert write is not None
    write(rows.data_ptr(), others.data_ptr(), numbers.data_ptr(), 3, 5)
    assert torch.equal(others, torch.zeros(6, 5).index_copy(0, numbers, rows))

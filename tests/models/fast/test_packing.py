"""Packed weights: the same numbers, and no trace of them where they must not be."""

import copy
import math
import pickle
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from seqviz.decoding.beam import decode_beam
from seqviz.decoding.record import Decoding
from seqviz.models.base import StepOutput
from seqviz.models.cache import followed
from seqviz.models.checkpoint import Description, fingerprint, load_model, save_model
from seqviz.models.fast import machine, packed, products
from seqviz.models.fast.compiled import COLUMNS, ROWS, compiled, compiled_halves
from seqviz.models.fast.decoder import PackedDecoderLayer, WrittenLayer, WrittenMemory
from seqviz.models.fast.packed import WAYS, PackedWeight, linear, pack_weight
from seqviz.models.fast.packing import PackedLinear, PackedOutput, pack_linears
from seqviz.models.fast.products import Product, exact_halves, halves
from seqviz.models.fast.reading import Reading, reading
from seqviz.models.fast.recurrent import PackedLstm, packed_step
from seqviz.models.quantised import dequantised, quantised
from seqviz.models.rnn import Rnn
from seqviz.models.settings import NormOrder, RnnSettings, TransformerSettings
from seqviz.models.transformer import Transformer, TransformerState
from seqviz.options import DecodeOptions
from seqviz.options.intervention import Intervention
from tests.fixtures.tiny_networks import Tiny, padded, tiny_rnn, tiny_transformer

TINY: dict[str, Callable[[], Tiny]] = {
    "transformer": tiny_transformer,
    "post-norm": lambda: tiny_transformer(norm="post", activation="gelu"),
    "untied, shared": lambda: tiny_transformer(shared_embeddings=True, tied_output=False),
    **{
        f"{cell} {attention}": lambda cell=cell, attention=attention: tiny_rnn(  # type: ignore[misc]  # lambdas with defaults
            cell=cell, attention=attention
        )
        for cell in ("lstm", "gru")
        for attention in ("none", "dot", "general", "additive")
    },
}
SHIPPED_SIZE: dict[str, Callable[[], Tiny]] = {
    "transformer": lambda: Transformer(
        TransformerSettings(source_vocabulary=500, target_vocabulary=500)
    ),
    "additive": lambda: Rnn(RnnSettings(source_vocabulary=500, target_vocabulary=500)),
    "none": lambda: Rnn(
        RnnSettings(
            source_vocabulary=500,
            target_vocabulary=500,
            attention="none",
            bidirectional=False,
            reverse_source=True,
        )
    ),
}
SOURCE, LENGTHS = padded([[5, 6, 7, 3], [9, 3]])
TARGET = torch.tensor([[2, 5, 6], [2, 7, 7]])


@pytest.fixture(params=["transformer", "untied, shared", "lstm additive", "gru general"])
def build(request: pytest.FixtureRequest) -> Callable[[], Tiny]:
    """One of every way through the code: both kinds, both cells, all output layers."""
    return TINY[request.param]


def pack(model: Tiny) -> Tiny:
    assert pack_linears(model) > 0
    return model


def logits_of(model: Tiny) -> Tensor:
    with torch.no_grad():
        logits: Tensor = model(SOURCE, LENGTHS, TARGET)
    return logits


def step(model: Any, beam_size: int) -> Tensor:
    """Logits after two recorded steps of several slots."""
    with torch.no_grad():
        memory = model.encode(SOURCE, LENGTHS)
        state = model.start(memory, beam_size=beam_size, max_length=2)
        state = model.step(state, torch.full((2, 1), 2), record=True).state
        state = state.select(torch.zeros(2, beam_size, dtype=torch.int64))
        tokens = torch.arange(2 * beam_size).view(2, beam_size) % 7 + 4
        logits: Tensor = model.step(state, tokens, record=True).logits
    return logits


def close(found: Tensor, expected: Tensor) -> None:
    torch.testing.assert_close(found, expected, atol=2e-5, rtol=1e-4)


def uses_of_packed(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Grows by the rows of every product that a packed copy computes from now on.

    Of a layer that is written out, by minus the rows of every step.
    """
    uses: list[int] = []
    times, written = PackedWeight.times, WrittenLayer.step

    def counted(self: PackedWeight, x: Tensor, bias: Tensor | None) -> Tensor:
        uses.append(x.numel() // x.shape[-1])
        return times(self, x, bias)

    def counted_step(self: WrittenLayer, x: Tensor, *arguments: Any, **named: Any) -> Any:
        uses.append(-x.numel() // x.shape[-1])
        return written(self, x, *arguments, **named)

    monkeypatch.setattr(PackedWeight, "times", counted)
    monkeypatch.setattr(WrittenLayer, "step", counted_step)
    return uses


def numbers(shape: tuple[int, int], stored: str) -> Tensor:
    weight = torch.randn(shape, generator=torch.Generator().manual_seed(3))
    if stored == "int8":
        return dequantised(*quantised(weight))
    return weight.half().float() if stored == "float16" else weight


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("stored", ["float32", "float16", "int8"])
@pytest.mark.parametrize("shape", [(48, 16), (500, 96), (7, 33)])
def test_a_product_in_any_way_is_the_product(
    shape: tuple[int, int], stored: str, way: packed.Way, monkeypatch: pytest.MonkeyPatch
) -> None:
    weight, bias = numbers(shape, stored), torch.randn(shape[0])
    halved = way in (halves, compiled_halves)
    chosen = products.plain if halved and stored == "float32" else way
    monkeypatch.setattr(packed, "_choice", lambda _, **told: (chosen,) * len(packed.TRIED_ROWS))
    copied = pack_weight(weight)
    assert copied is not None
    for rows in (0, 1, 5, 65):
        x = torch.randn(2, rows, shape[1], generator=torch.Generator().manual_seed(rows))
        assert copied.serves(x, weight)
        with torch.no_grad():
            for inputs in (x, x[:, ::2], x[:1, :1].expand(2, 3, -1) if rows else x, x[0]):
                for added in (bias, None):
                    close(
                        linear(inputs, weight, bias=added, packed=copied),
                        F.linear(inputs, weight, added),
                    )


def test_numbers_stored_in_fewer_bits_are_found_again_and_no_others() -> None:
    shape = (300, 40)
    found = exact_halves(numbers(shape, "float16"))
    assert found is not None and found[1] is None
    weight = numbers(shape, "int8")
    weight[7] = 0.0
    found = exact_halves(weight)
    assert found is not None
    levels, scale = found
    assert scale is not None
    assert torch.equal(levels.half().float() * scale[:, None], weight)
    assert exact_halves(numbers(shape, "float32")) is None
    assert exact_halves(torch.tensor([[7e4, 1.1, 3e-9]])) is None
    assert halves(numbers(shape, "float32")) is None


def forbidden() -> None:
    raise RuntimeError("no target")


@pytest.mark.parametrize("installed", [False, True])
def test_without_the_compiler_there_is_what_torch_has(
    installed: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if installed:
        monkeypatch.setattr("llvmlite.binding.initialize_native_target", forbidden)
    else:
        monkeypatch.setitem(sys.modules, "llvmlite.binding", None)
    monkeypatch.setattr(machine, "_function", cache(machine._function.__wrapped__))
    assert compiled(torch.ones(4, 4)) is None
    assert pack_weight(torch.ones(4, 4)) is not None
    assert type(reading(machine.LANES)) is Reading


@pytest.mark.parametrize("slots", [1, 5])
def test_a_step_reads_keys_and_values_as_torch_does(slots: int) -> None:
    """As a cache has them: of one layer of many, and the tokens outermost."""
    sentences, heads, tokens, width = 3, 2, 7, 16
    table = torch.randn(tokens, 4, sentences, heads, width)
    keys, values = table.permute(1, 2, 3, 0, 4)[1:3]
    queries = torch.randn(sentences * slots, heads * width)
    weights = torch.rand(sentences, heads, slots, tokens)
    fast, plain = reading(width), Reading()
    assert type(fast) is not Reading
    close(fast.scores(queries, keys), plain.scores(queries, keys))
    close(fast.context(weights, values), plain.context(weights, values))
    close(fast.context(weights.mT.contiguous().mT, values), plain.context(weights, values))
    each = [fast.scores(queries[n : n + 1], keys[n // slots, None]) for n in range(len(queries))]
    together = fast.scores(queries, keys).transpose(1, 2).flatten(0, 1)
    assert torch.equal(torch.cat(each)[:, :, 0], together)  # bit by bit, whatever stands beside it
    assert type(reading(width + 1)) is Reading


def test_a_step_reads_prefixes_where_their_tokens_lie() -> None:
    heads, tokens, width = 2, 7, 16
    table = torch.randn(tokens, 4, 6, heads, width)
    keys, values = table.permute(1, 2, 3, 0, 4)[1:3]
    origins = torch.randint(6, (5, tokens + 2))[:, :tokens]
    queries, weights = torch.randn(5, heads * width), torch.rand(5, heads, 1, tokens)
    fast, plain = reading(width), Reading()
    assert type(fast) is not Reading
    own_keys = torch.stack([keys[origins[n], :, range(tokens)].transpose(0, 1) for n in range(5)])
    expected = plain.scores(queries, own_keys)
    for way in (fast, plain):
        close(way.scores(queries, keys, origins=origins), expected)
    own_values = followed(values, origins)
    expected = plain.context(weights, own_values)
    for way in (fast, plain):
        close(way.context(weights, values, origins=origins), expected)


@pytest.mark.parametrize("queries", [0, 2, 4])
def test_queries_that_do_not_fit_the_sentences_are_an_error_and_no_crash(queries: int) -> None:
    width = machine.LANES
    keys, fast = torch.ones(3, 1, 5, width), reading(width)
    with pytest.raises((ValueError, RuntimeError)):
        fast.scores(torch.ones(queries, width), keys)
    assert fast.scores(torch.ones(3, width), keys).shape == (3, 1, 1, 5)


def test_a_step_passes_over_padding() -> None:
    """Whose numbers are none."""
    keys, values = torch.randn(2, 2, 2, 5, 16)
    keys[0, :, 3:] = values[0, :, 3:] = math.nan
    rows = torch.tensor([[0, 0, 0, -1, -1], [1] * 5])
    queries, weights = torch.randn(8, 32), torch.rand(2, 2, 4, 5)
    weights[0, ..., 3:] = 0.0
    fast, plain = reading(16), Reading()
    assert type(fast) is not Reading
    scores = fast.scores(queries, keys, origins=rows)
    context = fast.context(weights, values, origins=rows)
    expected = plain.scores(queries, keys.nan_to_num())
    close(scores[0, ..., :3], expected[0, ..., :3])
    close(scores[1], expected[1])
    assert bool(scores.isfinite().all())
    close(context, plain.context(weights, values.nan_to_num()))


def test_a_row_is_the_same_whatever_stands_beside_it() -> None:
    """So that a beam, a batch and one prefix find the same numbers, bit by bit.

    Of few rows, blocks are gone through four or two at a time, and some are left over.
    """
    x, weight = torch.randn(2 * ROWS + 3, 70), torch.randn(6 * COLUMNS + 8, 70)
    product = compiled(weight)
    assert product is not None
    together = product(x, None)
    close(together, F.linear(x, weight))
    for count in range(1, len(x)):
        assert torch.equal(product(x[-count:], None), together[-count:])


def test_for_every_count_of_rows_the_fastest_way_is_taken(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The clock is ours: each way is fast for the rows that it names."""
    best = {1: "compiled", 5: "blocked", 24: "plain"}
    clock = iter(range(10**6))
    steady = threading.Event()
    monkeypatch.setattr(packed, "STEADY", steady)
    monkeypatch.setattr(packed, "_chosen", {})
    monkeypatch.setattr(packed, "_seconds", lambda product, x, _: product(x, None))
    ways = {}
    for name in ("compiled", "blocked", "plain"):

        def way(weight: Tensor, name: str = name) -> Any:
            return lambda x, bias: 1.0 if best[len(x)] == name else 2.0 + next(clock)

        ways[name] = way
    monkeypatch.setattr(packed, "WAYS", tuple(ways.values()))
    monkeypatch.setattr(packed, "_tried", lambda way, weight: way(weight))
    chosen = packed._choice(torch.ones(4, 4), with_halves=False)
    assert chosen == (ways["compiled"], ways["blocked"], ways["plain"])
    best.clear()
    assert packed._choice(torch.ones(4, 4), with_halves=False) is chosen  # measured once
    steady.set()
    chosen = packed._choice(torch.ones(4, 4), with_halves=False)
    assert chosen == (ways["compiled"],) * 3  # in every process, whatever the clock says


@pytest.mark.parametrize("stored", ["float16", "int8"])
def test_weights_of_fewer_bits_have_no_copy_in_float32(
    stored: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(packed, "_chosen", {})
    chosen = packed._choice(numbers((256, 256), stored), with_halves=True)
    assert not {compiled, halves} & set(chosen)


@pytest.mark.parametrize("name", SHIPPED_SIZE)
def test_packed_models_find_the_same_sequences(name: str) -> None:
    plain, fast = [as_trained(SHIPPED_SIZE[name](), 1) for _ in range(2)]
    pack(fast)
    source = torch.randint(4, 500, (9,), generator=torch.Generator().manual_seed(1)).tolist()
    for beam_size in (1, 5):
        options = DecodeOptions(beam_size=beam_size, max_length=6)
        expected, found = (search(model, source, options) for model in (plain, fast))
        for field in ("candidate_tokens", "candidate_parents", "candidate_fates"):
            assert np.array_equal(getattr(found.search, field), getattr(expected.search, field))
        assert np.allclose(found.log_probs, expected.log_probs, atol=1e-4)
        assert np.allclose(
            found.search.candidate_log_probs, expected.search.candidate_log_probs, atol=1e-4
        )


def search(model: Any, source: list[int], options: DecodeOptions) -> Decoding:
    return decode_beam(model, source, options)


def as_trained(model: Tiny, seed: int) -> Tiny:
    """Random weights of the size that training leaves: unit variance stays so after a product."""
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            noise = torch.randn(parameter.shape, generator=generator)
            if parameter.dim() > 1:
                parameter.copy_(noise * parameter.shape[1] ** -0.5)
            else:
                parameter.copy_(0.3 * noise + ("norm" in name and name.endswith("weight")))
    return model.eval()


@pytest.mark.parametrize("name", TINY)
def test_every_step_and_the_whole_forward_agree(name: str) -> None:
    plain, fast = TINY[name](), pack(TINY[name]())
    close(logits_of(fast), logits_of(plain))
    for beam_size in (1, 3):
        close(step(fast, beam_size), step(plain, beam_size))


@pytest.mark.parametrize("norm", ["pre", "post"])
@pytest.mark.parametrize("length", [5, 8, 9])
@pytest.mark.parametrize("edited", [False, True])
def test_a_layer_written_out_records_what_the_layer_does(
    norm: NormOrder, length: int, edited: bool
) -> None:
    """One sentence of up to 8 tokens, a head's width, is absorbed into two matrices."""
    mute = Intervention(kind="mute", sources=(1,), heads=((0, 1), (1, 0)))
    edits = (mute, Intervention(kind="ablate", heads=((1, 1),))) if edited else ()
    source = torch.arange(length)[None] % 7 + 3
    models: list[Any] = [as_trained(tiny_transformer(norm=norm), 5) for _ in range(2)]
    pack(models[1])
    outputs: list[list[StepOutput[TransformerState]]] = []
    for model in models:
        with torch.inference_mode():
            memory = model.encode(source, torch.tensor([length]))
            state = model.start(memory, beam_size=3, max_length=3)
            first = model.step(state, torch.tensor([[2]]), record=True, edits=edits)
            state = first.state.select(torch.zeros(1, 3, dtype=torch.int64))
            second = model.step(state, torch.tensor([[5, 6, 7]]), edits=edits)
            state = second.state.select(torch.tensor([[2, 0, 2]]))
            last = model.step(state, torch.tensor([[5, 6, 7]]), record=True, edits=edits)
            outputs.append([first, second, last])
    assert isinstance(state.memories[0], WrittenMemory)
    assert (state.memories[0].absorbed is not None) == (length <= 8)
    for expected, found in zip(*outputs, strict=True):
        close(found.logits, expected.logits)
        if expected.cross_attention is not None:
            assert expected.self_attention is not None
            assert found.cross_attention is not None and found.self_attention is not None
            close(found.cross_attention, expected.cross_attention)
            close(found.self_attention, expected.self_attention)


def test_every_linear_map_of_a_step_is_packed(
    build: Callable[[], Tiny], monkeypatch: pytest.MonkeyPatch
) -> None:
    model = pack(build())
    layers = [part for part in model.modules() if isinstance(part, PackedDecoderLayer)]
    assert len(layers) == (0 if isinstance(model, Rnn) else model.layers)
    written = {part for layer in layers for part in layer.modules()}
    linears = [part for part in model.modules() if isinstance(part, nn.Linear | PackedLinear)]
    unpacked = [part for part in linears if part not in written and part.weight.shape[0] > 1]
    assert {type(part) for part in unpacked} == {PackedLinear}
    assert isinstance(model.output, PackedOutput)
    recurrent_weights = 4 if isinstance(model, Rnn) else 0
    assert pack_linears(build()) == len(unpacked) + len(layers) + 1 + recurrent_weights
    for part in () if isinstance(model, Rnn) else model.encoder.modules():
        if isinstance(part, PackedLinear):  # sources only: one copy is enough
            assert part.packed.products.single is part.packed.products.many
    uses = uses_of_packed(monkeypatch)
    step(model, 3)
    assert uses.count(6) > recurrent_weights  # of every product, that of the output included
    assert uses.count(-6) == len(layers)


def test_packed_copies_are_not_in_the_state(build: Callable[[], Tiny], tmp_path: Path) -> None:
    plain, fast = build(), pack(build())
    assert list(fast.state_dict()) == list(plain.state_dict())
    assert fingerprint(fast) == fingerprint(plain)
    assert [name for name, _ in fast.named_parameters()] == [n for n, _ in plain.named_parameters()]
    description = Description(name="a/b", source_language="a", target_language="b")
    save_model(tmp_path, fast, description)
    close(logits_of(load_model(tmp_path)), logits_of(load_model(tmp_path, packed=False)))


def test_loading_packs_unless_told_otherwise(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save_model(
        tmp_path,
        tiny_rnn(),
        Description(name="a/b", source_language="a", target_language="b"),
    )

    def is_packed(*, packed: bool = True) -> list[bool]:
        model = load_model(tmp_path, packed=packed)
        assert isinstance(model, Rnn)
        return [
            isinstance(model.readout, PackedLinear),
            isinstance(model.output, PackedOutput),
            isinstance(model.decoder, PackedLstm),
        ]

    assert is_packed() == [True] * 3
    assert is_packed(packed=False) == [False] * 3
    monkeypatch.setenv("SEQVIZ_PACKED", "0")
    assert is_packed() == [False] * 3
    monkeypatch.setenv("SEQVIZ_PACKED", "1")
    assert is_packed() == [True] * 3


def test_a_model_in_training_is_not_packed() -> None:
    model = tiny_transformer().train()
    assert pack_linears(model) == 0
    assert not any(isinstance(module, PackedLinear) for module in model.modules())


def test_training_never_uses_packed_weights(
    build: Callable[[], Tiny], monkeypatch: pytest.MonkeyPatch
) -> None:
    plain, fast = build(), pack(build())
    uses = uses_of_packed(monkeypatch)
    with torch.no_grad():  # without gradients and with weights that are still those packed
        fast.train()(SOURCE, LENGTHS, TARGET)
    fast.eval()
    for model in (plain, fast):
        optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
        for _ in range(2):
            optimizer.zero_grad()
            model(SOURCE, LENGTHS, TARGET).logsumexp(-1).mean().backward()
            optimizer.step()
    fast.train()
    with torch.no_grad():
        fast(SOURCE, LENGTHS, TARGET)
    assert uses == []
    close(logits_of(fast.eval()), logits_of(plain))  # whose weights are others by now
    close(step(fast, 3), step(plain, 3))
    assert uses == []


@pytest.mark.parametrize("assign", [True, False])
def test_other_weights_are_not_mistaken_for_the_packed(
    build: Callable[[], Tiny], assign: bool
) -> None:
    fast, other = pack(build()), as_trained(build(), 7)
    fast.load_state_dict(copy.deepcopy(other.state_dict()), assign=assign)
    close(step(fast, 3), step(other, 3))


def test_a_moved_model_leaves_its_packed_weights_behind(
    build: Callable[[], Tiny], monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = step(build(), 3)
    model = pack(build())
    uses = uses_of_packed(monkeypatch)
    for moved in (model.double(), model.float()):
        close(step(moved, 3).float(), expected)
    assert uses == []


def test_a_copied_model_works_unpacked(build: Callable[[], Tiny]) -> None:
    model = pack(build())
    for twin in (copy.deepcopy(model), pickle.loads(pickle.dumps(model))):
        close(step(twin, 3), step(model, 3))


def fails(weight: Tensor) -> Product:
    raise NotImplementedError("no such kernel")


def fails_later(weight: Tensor) -> Product:
    return lambda x, bias: torch.ops.mkldnn._no_such_operator(x)


def is_wrong(weight: Tensor) -> Product:
    return lambda x, bias: x.new_zeros(*x.shape[:-1], len(weight))


@pytest.mark.parametrize("broken", [fails, fails_later, is_wrong])
def test_ways_that_do_not_work_here_are_not_taken(
    monkeypatch: pytest.MonkeyPatch, broken: packed.Way
) -> None:
    monkeypatch.setattr(packed, "STEADY", threading.Event())
    monkeypatch.setattr(packed, "_chosen", {})
    monkeypatch.setattr(packed, "WAYS", (broken, broken, broken, products.plain))
    for build in (TINY["transformer"], TINY["lstm additive"]):
        close(step(pack(build()), 3), step(build(), 3))
    assert set(packed._chosen.values()) == {(products.plain,) * 3}


def test_only_single_precision_on_a_cpu_is_packed() -> None:
    assert pack_weight(torch.ones(8, 8, dtype=torch.float64)) is None
    assert pack_weight(torch.ones(8, 8, device="meta")) is None
    with torch.inference_mode():
        weight = torch.ones(8, 8)
    assert pack_weight(weight) is None  # a change of it could not be noticed


@pytest.mark.parametrize("layers", [1, 3])
@pytest.mark.parametrize("kind", [nn.LSTM, nn.GRU])
def test_a_step_written_out_is_that_of_torch(kind: type[nn.LSTM | nn.GRU], layers: int) -> None:
    torch.manual_seed(layers)
    cells = kind(12, 8, layers, batch_first=True)
    weights = [pack_weight(w) for name, w in cells.named_parameters() if name.startswith("weight")]
    x = torch.randn(5, 12)
    recurrent = tuple(torch.randn(layers, 5, 8) for _ in range(2 if kind is nn.LSTM else 1))
    with torch.no_grad():
        expected, after = cells(x[:, None], recurrent if kind is nn.LSTM else recurrent[0])
        found, found_after = packed_step(
            cells, x, recurrent=recurrent, packed=tuple(w for w in weights if w is not None)
        )
    close(found, expected[:, 0])
    for part, wanted in zip(found_after, after if kind is nn.LSTM else (after,), strict=True):
        close(part, wanted)


def test_threads_share_a_packed_model() -> None:
    for build in (TINY["transformer"], TINY["lstm additive"]):
        model = pack(build())
        expected = [step(model, size) for size in (1, 2, 3, 4)]
        with ThreadPoolExecutor(4) as pool:
            found = list(pool.map(step, [model] * 16, [1, 2, 3, 4] * 4))
        for logits, wanted in zip(found, expected * 4, strict=True):
            close(logits, wanted)

"""Encoder-decoders of ``transformers`` behind our step interface, against the library's own."""

import copy
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

from seqviz.decoding.beam import decode_beam
from seqviz.errors import InputError
from seqviz.foreign.hf.model import TransformersModel
from seqviz.models.base import Seq2SeqModel
from seqviz.models.blocks import stack_layers
from seqviz.options import DecodeOptions
from seqviz.options.intervention import Intervention
from tests.fixtures.transformers_models import FAMILIES, ours, theirs

SOURCES = [[5, 6, 7, 8, 9, 2], [10, 2], [11, 12, 13, 2]]
TARGETS = [[5, 6, 9, 20], [7, 7, 7, 7], [10, 4, 15, 6]]


@pytest.fixture(params=FAMILIES, scope="module")
def pair(request: pytest.FixtureRequest) -> tuple[Any, TransformersModel]:
    """A model of the library, and a copy of it that is ours."""
    model = theirs(request.param, seed=1)
    return model, ours(model)


def padded(model: TransformersModel, sources: Sequence[Sequence[int]]) -> tuple[Tensor, Tensor]:
    width = max(map(len, sources))
    rows = [[*row, *[model.special.pad] * (width - len(row))] for row in sources]
    return torch.tensor(rows), torch.tensor([len(row) for row in sources])


def encoded(model: TransformersModel, sources: Sequence[Sequence[int]]) -> Any:
    source, lengths = padded(model, sources)
    return model.encode(source, lengths, record=True)


def fed_tokens(model: TransformersModel, targets: Sequence[Sequence[int]]) -> Tensor:
    """The targets after the start token, without their last."""
    return torch.tensor([[model.special.bos, *target][:-1] for target in targets])


def steps(model: TransformersModel, memory: Any, fed: Tensor, **how: Any) -> list[Any]:
    state = model.start(memory, beam_size=1, max_length=fed.shape[1])
    found = []
    for tokens in fed.T:
        found.append(model.step(state, tokens[:, None], record=True, **how))
        state = found[-1].state
    return found


def whole(model: Any, source: Tensor, mask: Tensor, fed: Tensor) -> Any:
    with torch.no_grad():
        return model(
            input_ids=source,
            attention_mask=mask.long(),
            decoder_input_ids=fed,
            output_attentions=True,
            use_cache=False,
        )


def close(found: Tensor, expected: Tensor) -> None:
    torch.testing.assert_close(found, expected, atol=2e-5, rtol=1e-4)


def test_it_serves_the_search(pair: tuple[Any, TransformersModel]) -> None:
    model: Seq2SeqModel[Any, Any] = pair[1]
    assert (model.layers, model.heads, model.attends) == (3, 4, True)


def test_steps_equal_their_whole_pass_in_logits_and_all_attention(
    pair: tuple[Any, TransformersModel],
) -> None:
    expected, model = pair
    source, _ = padded(model, SOURCES)
    fed, memory = fed_tokens(model, TARGETS), encoded(model, SOURCES)
    truth, found = whole(expected, source, memory.mask, fed), steps(model, memory, fed)
    close(torch.cat([step.logits for step in found], 1), truth.logits)
    for row, length in enumerate(map(len, SOURCES)):
        own = torch.stack(truth.encoder_attentions, 1)[row, ..., :length, :]
        close(memory.self_attention[row, ..., :length, :], own)
        assert bool((memory.self_attention[row, ..., length:] == 0).all())
    cross, own = torch.stack(truth.cross_attentions, 1), torch.stack(truth.decoder_attentions, 1)
    for t, step in enumerate(found):
        close(step.cross_attention[:, 0], cross[:, :, :, t])
        close(step.self_attention[:, 0], own[:, :, :, t, : t + 1])


def test_a_whole_target_equals_its_steps(pair: tuple[Any, TransformersModel]) -> None:
    """In a padded batch, with edits at two steps, and with gradients."""
    _, model = pair
    source, lengths = padded(model, SOURCES)
    fed, memory = fed_tokens(model, TARGETS), encoded(model, SOURCES)
    mute = Intervention(kind="mute", sources=(0,))
    edits = [(), (mute,), (), (Intervention(kind="uniform"),)]
    state: Any = model.start(memory, beam_size=1, max_length=4)
    truth: list[Any] = []
    for tokens, made in zip(fed.T, edits, strict=True):
        truth.append(model.step(state, tokens[:, None], record=True, edits=made))
        state = truth[-1].state
    for differentiable in (False, True):
        found = model.through(source, lengths, fed, edits=edits, differentiable=differentiable)
        close(model.predict(found.levels[-1]), torch.cat([step.logits for step in truth], 1))
        assert found.embedded.requires_grad == differentiable
        cross = stack_layers([block.seen.weights for block in found.cross])  # (B, L, H, T, S)
        for t, step in enumerate(truth):
            close(cross[:, :, :, t], step.cross_attention[:, 0])
    (slopes,) = torch.autograd.grad(model.predict(found.levels[-1])[0, -1, 5], found.embedded)
    assert bool(slopes[0].any(-1).all()) and not slopes[1:].any()


def test_the_source_after_every_layer(pair: tuple[Any, TransformersModel]) -> None:
    expected, model = pair
    source, lengths = padded(model, SOURCES[:1])
    levels = model.encode_by_layer(source, lengths)
    close(levels[-1].states, encoded(model, SOURCES[:1]).states)
    stack = copy.deepcopy(expected.get_encoder())
    layers = stack.block if hasattr(stack, "block") else stack.layers
    assert len(levels) == len(layers) + 1
    del layers[1:]  # a model of one layer, whose norm at the end is the same
    with torch.no_grad():
        close(levels[1].states, stack(input_ids=source)[0])


def test_slots_that_change_places_and_sentences_that_leave(
    pair: tuple[Any, TransformersModel],
) -> None:
    expected, model = pair
    memory = encoded(model, SOURCES)
    start = torch.full((3, 1), model.special.bos)
    state = model.step(model.start(memory, beam_size=3, max_length=4), start).state
    state = state.select(torch.zeros((3, 3), dtype=torch.int64))
    first = torch.tensor([[5, 6, 7], [8, 9, 10], [11, 12, 13]])
    state = model.step(state, first).state
    parents = torch.tensor([[2, 0], [1, 1], [0, 2]])
    state = state.select(parents).keep(torch.tensor([2, 0]))
    second = torch.tensor([[14, 15], [16, 17]])
    found: Any = model.step(state, second, record=True)
    history = first.gather(1, parents)[[2, 0]]
    for row, sentence in enumerate((2, 0)):
        source = torch.tensor([SOURCES[sentence]] * 2)
        fed = torch.stack([torch.full((2,), model.special.bos), history[row], second[row]], 1)
        truth = whole(expected, source, torch.ones_like(source), fed)
        close(found.logits[row], truth.logits[:, -1])
        cross = torch.stack(truth.cross_attentions, 1)[..., -1, :]
        close(found.cross_attention[row, ..., : source.shape[1]], cross)
        assert bool((found.cross_attention[row, ..., source.shape[1] :] == 0).all())
        close(found.self_attention[row], torch.stack(truth.decoder_attentions, 1)[..., -1, :])


def test_recording_changes_no_logit(pair: tuple[Any, TransformersModel]) -> None:
    _, model = pair
    memory, start = encoded(model, SOURCES), torch.full((3, 1), model.special.bos)
    plain, recorded = (
        model.step(model.start(memory, beam_size=1, max_length=1), start, record=record)
        for record in (False, True)
    )
    assert torch.equal(plain.logits, recorded.logits)
    assert plain.cross_attention is None and plain.self_attention is None
    source, lengths = padded(model, SOURCES)
    assert model.encode(source, lengths).self_attention is None


def cross_projection(model: Any, layer: int, which: str) -> Any:
    """The linear map of queries ("q") or values ("v") in the cross-attention of a layer."""
    decoder = model.get_decoder()
    if hasattr(decoder, "block"):
        return getattr(decoder.block[layer].layer[1].EncDecAttention, which)
    return getattr(decoder.layers[layer].encoder_attn, f"{which}_proj")


Zeroed = tuple[Any, TransformersModel]


@pytest.mark.parametrize(("kind", "which"), [("uniform", "q"), ("ablate", "v")])
def test_edits_are_made_in_their_layer(family_seed: int, kind: Any, which: str) -> None:
    """No query reads all alike; no value reads nothing."""
    for family in FAMILIES:
        model = theirs(family, family_seed)
        edited = Intervention(kind=kind, heads=tuple((1, head) for head in range(4)))
        mine = ours(model)
        with torch.no_grad():
            for parameter in cross_projection(model, 1, which).parameters():
                parameter.zero_()
        memory, fed = encoded(mine, SOURCES), fed_tokens(mine, TARGETS)
        source, _ = padded(mine, SOURCES)
        truth = whole(model, source, memory.mask, fed)
        found = steps(mine, memory, fed, edits=(edited,))
        close(torch.cat([step.logits for step in found], 1), truth.logits)
        seen = found[-1].cross_attention[:, 0, 1]
        if kind == "ablate":
            assert bool((seen == 0).all())
        else:
            close(seen, torch.stack(truth.cross_attentions, 1)[:, 1, :, -1])


@pytest.fixture
def family_seed() -> int:
    return 3


def test_a_muted_token_of_one_head_is_not_read(pair: tuple[Any, TransformersModel]) -> None:
    _, model = pair
    memory, fed = encoded(model, SOURCES[:1]), fed_tokens(model, TARGETS[:1])
    mute = Intervention(kind="mute", sources=(2,), heads=((0, 3),))
    plain = steps(model, memory, fed)[0].cross_attention[0, 0, 0]
    muted = steps(model, memory, fed, edits=(mute,))[0].cross_attention[0, 0, 0]
    close(muted[:3], plain[:3])
    kept = plain[3].clone()
    kept[2] = 0
    close(muted[3], kept / kept.sum())


@pytest.mark.parametrize("family", ["m2m_100", "umt5"])
def test_threads_share_a_model(family: str) -> None:
    """Each with an edit of its own, so that a mix-up shows."""
    model, kinds = ours(theirs(family, seed=1)), ("uniform", "shuffle", "ablate", "sharpen") * 2

    def search(kind: Any) -> Any:
        edit = Intervention(kind=kind, temperature=0.5 if kind == "sharpen" else 1.0)
        options = DecodeOptions(beam_size=2, max_length=5, interventions=(edit,), alpha=0.5)
        return decode_beam(model, SOURCES[0], options)

    alone = {kind: search(kind) for kind in set(kinds)}
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(search, kinds))
    for kind, found in zip(kinds, together, strict=True):
        for name in ("cross_attention", "candidate_log_probs"):
            expected = getattr(alone[kind].search, name)
            np.testing.assert_allclose(getattr(found.search, name), expected, atol=2e-5, rtol=1e-4)


@pytest.mark.parametrize("family", ["bart", "mbart", "m2m_100", "pegasus"])
def test_positions_end_somewhere(family: str) -> None:
    model = ours(theirs(family, seed=1))
    reached: Callable[[int], Any] = lambda size: encoded(model, [[5] * size])  # noqa: E731 - short
    memory = reached(80)
    model.start(memory, beam_size=1, max_length=80)
    with pytest.raises(InputError, match="81 tokens, the limit is 80"):
        reached(81)
    with pytest.raises(InputError, match="max_length is 81"):
        model.start(memory, beam_size=1, max_length=81)


def test_relative_positions_end_nowhere() -> None:
    model = ours(theirs("umt5", seed=1))
    assert model.longest is None
    assert encoded(model, [[5] * 200]).states.shape[1] == 200

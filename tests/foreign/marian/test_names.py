"""Our Transformer computes what MarianMTModel computes, from renamed weights."""

from dataclasses import asdict, replace
from typing import Any

import pytest
import torch

pytest.importorskip("transformers")
from transformers import MarianConfig, MarianMTModel
from transformers.activations import ACT2FN

from seqviz.foreign.marian.names import from_marian, marian_config, to_marian, transformer_settings
from seqviz.models.base import SpecialTokens
from seqviz.models.settings import TransformerSettings, UnequalSettings
from seqviz.models.transformer import Transformer
from tests.fixtures.marian_models import marian_to_transformer, tiny_marian
from tests.fixtures.tiny_networks import padded, tiny_transformer_settings

CASES = [
    (1, 2, 3, {"activation_function": "swish"}),
    (2, 3, 1, {"activation_function": "relu"}),
    (3, 1, 2, {"activation_function": "gelu"}),
    (4, 4, 4, {"decoder_attention_heads": 8, "encoder_ffn_dim": 20}),
    (5, 2, 2, {"encoder_attention_heads": 1, "decoder_ffn_dim": 7}),
]


@pytest.mark.parametrize(("seed", "encoder_layers", "decoder_layers", "others"), CASES)
def test_logits_and_every_attention_equal_those_of_transformers(
    seed: int, encoder_layers: int, decoder_layers: int, others: dict[str, Any]
) -> None:
    theirs = tiny_marian(
        seed=seed, encoder_layers=encoder_layers, decoder_layers=decoder_layers, **others
    )
    ours = marian_to_transformer(theirs)
    generator = torch.Generator().manual_seed(seed)
    source = torch.randint(1, 12, (1, 7), generator=generator)
    target = torch.randint(1, 12, (1, 6), generator=generator)
    target[0, 0] = ours.special.bos
    with torch.no_grad():
        expected = theirs(
            input_ids=source, decoder_input_ids=target, output_attentions=True, use_cache=False
        )
    lengths = torch.tensor([7])
    memory = ours.encode(source, lengths, record=True)
    assert memory.self_attention is not None
    torch.testing.assert_close(
        memory.self_attention, torch.stack(expected.encoder_attentions, 1), atol=1e-5, rtol=0
    )
    with torch.no_grad():
        torch.testing.assert_close(
            ours(source, lengths, target), expected.logits, atol=1e-5, rtol=1e-5
        )
    state = ours.start(memory, beam_size=1, max_length=6)
    cross = torch.stack(expected.cross_attentions, 1)  # (B, L, H, T, S)
    own = torch.stack(expected.decoder_attentions, 1)  # (B, L, H, T, T)
    for t in range(6):
        seen = ours.step(state, target[:, t : t + 1], record=True)
        state = seen.state
        assert seen.cross_attention is not None and seen.self_attention is not None
        close(seen.logits[:, 0], expected.logits[:, t])
        close(seen.cross_attention[:, 0], cross[:, :, :, t])
        close(seen.self_attention[:, 0], own[:, :, :, t, : t + 1])


def test_padding_counts_as_little_as_in_transformers() -> None:
    theirs = tiny_marian(seed=5)
    ours = marian_to_transformer(theirs)
    _, lengths = padded([[1] * 6, [1] * 3])
    source = torch.tensor([[3, 4, 5, 6, 7, 0], [8, 9, 0, 12, 12, 12]])
    target = torch.tensor([[12, 3, 4], [12, 5, 6]])
    with torch.no_grad():
        expected = theirs(
            input_ids=source, attention_mask=source.ne(12).long(), decoder_input_ids=target
        ).logits
        close(ours(source, lengths, target), expected)


SHAPE = tiny_transformer_settings(
    width=8,
    decoder_layers=1,
    inner_width=12,
    norm="post",
    activation="silu",
    positions="halves",
    max_positions=32,
    shared_embeddings=True,
    scaled_embeddings=True,
    dropout=0.0,
)
SHAPES = (
    SHAPE,
    replace(SHAPE, activation="gelu", shared_embeddings=False),
    replace(SHAPE, activation="relu", shared_embeddings=False, tied_output=False),
    UnequalSettings(**asdict(SHAPE), encoder_heads=4, encoder_inner_width=10),
)


@pytest.mark.parametrize("shape", SHAPES)
def test_our_weights_make_a_whole_marian_model_and_come_back(shape: TransformerSettings) -> None:
    special = SpecialTokens()
    ours = Transformer(shape, special).eval()
    generator = torch.Generator().manual_seed(1)
    for parameter in ours.parameters():  # no two alike, for equal ones could change places
        parameter.data.normal_(generator=generator)
    weights = ours.state_dict()
    config = marian_config(shape, special)
    theirs: Any = MarianMTModel(MarianConfig(**config))
    theirs.eval()
    theirs.load_state_dict(to_marian(weights, shape))  # strict: it lacks nothing, nothing is over
    source, target = torch.tensor([[4, 5, 6, 3]]), torch.tensor([[2, 7, 8]])
    with torch.no_grad():
        expected = theirs(input_ids=source, decoder_input_ids=target).logits
        close(ours(source, torch.tensor([4]), target), expected)
    assert transformer_settings(theirs.config.to_dict()) == shape
    back = from_marian(theirs.state_dict(), shape)
    assert back.keys() == weights.keys()
    assert all(torch.equal(back[name], weights[name]) for name in weights)


KNOWN = set(ACT2FN) - {"prelu", "xielu"}
"""Activations without weights of their own."""


@pytest.mark.parametrize("name", sorted(KNOWN))
def test_activations_are_those_of_transformers(name: str) -> None:
    theirs = tiny_marian(seed=1, activation_function=name, init_std=1.0)
    source, target = torch.tensor([[4, 5, 6, 0]]), torch.tensor([[12, 7, 8]])
    with torch.no_grad():
        expected = theirs(input_ids=source, decoder_input_ids=target).logits
        found = marian_to_transformer(theirs)(source, torch.tensor([4]), target)
    torch.testing.assert_close(found, expected, atol=1e-4, rtol=1e-4)


def test_missing_weights_are_named() -> None:
    weights = to_marian(Transformer(SHAPE).state_dict(), SHAPE)
    del weights["model.encoder.layers.1.fc1.weight"]
    with pytest.raises(ValueError, match=r"1 weights .*'model\.encoder\.layers\.1\.fc1\.weight'"):
        from_marian(weights, SHAPE)


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"d_model": None}, "'d_model' is missing"),
        ({"activation_function": "prelu"}, "activation_function is 'prelu', not one of relu"),
        ({"decoder_attention_heads": 3}, "width is 8, which 3 heads"),
        ({"encoder_attention_heads": 3}, "width is 8, which 3 heads"),
        ({"d_model": 7}, "d_model is 7, an odd number"),
        ({"d_model": -1}, "width is -1, but must be a whole number"),
        ({"encoder_layers": 65}, "encoder_layers is 65, more than 64"),
        ({"max_position_embeddings": 65_537}, "max_position_embeddings is 65537, more than 65536"),
        ({"decoder_vocab_size": 10**7}, "decoder_vocab_size is 10000000, more than 1000000"),
    ],
)
def test_a_config_that_is_not_ours_is_refused(change: dict[str, object], named: str) -> None:
    config = marian_config(SHAPE, SpecialTokens()) | change
    config = {name: value for name, value in config.items() if value is not None}
    with pytest.raises(ValueError, match=named):
        transformer_settings(config)


@pytest.mark.parametrize("change", [{"norm": "pre"}, {"positions": "learned"}])
def test_a_shape_that_is_not_marians_is_refused(change: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=next(iter(change))):
        marian_config(replace(SHAPE, **change), SpecialTokens())  # type: ignore[arg-type]  # text


def close(found: torch.Tensor, expected: torch.Tensor) -> None:
    torch.testing.assert_close(found, expected, atol=1e-5, rtol=1e-5)

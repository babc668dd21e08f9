"""The Transformer against torch's own layers on the same weights."""

import math
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from seqviz.errors import InputError
from seqviz.models.layers import sinusoids
from seqviz.models.settings import Activation, NormOrder
from seqviz.models.transformer import Transformer
from tests.fixtures.tiny_networks import WIDTH, padded, tiny_transformer

SOURCES = [[5, 6, 7, 8, 3], [9, 3]]
TARGETS = torch.tensor([[2, 9, 4, 10], [2, 7, 7, 1]])


def theirs(model: Transformer, source: Tensor, padding: Tensor, target: Tensor) -> Tensor:
    """Logits of nn.TransformerEncoder and nn.TransformerDecoder with the model's weights."""
    options, pre = model.settings, model.settings.norm == "pre"
    shape: dict[str, Any] = {"d_model": WIDTH, "nhead": 2, "dim_feedforward": 32}
    activation = nn.functional.gelu if options.activation == "gelu" else nn.functional.relu
    build_encoder = nn.TransformerEncoderLayer(
        **shape, dropout=0.0, activation=activation, batch_first=True, norm_first=pre
    )
    build_decoder = nn.TransformerDecoderLayer(
        **shape, dropout=0.0, activation=activation, batch_first=True, norm_first=pre
    )
    encoder = nn.TransformerEncoder(
        build_encoder,
        options.encoder_layers,
        nn.LayerNorm(WIDTH) if pre else None,
        enable_nested_tensor=False,
    )
    decoder = nn.TransformerDecoder(
        build_decoder, options.decoder_layers, nn.LayerNorm(WIDTH) if pre else None
    )
    encoder.load_state_dict(stack(model, "encoder"))
    decoder.load_state_dict(stack(model, "decoder"))
    scale = math.sqrt(WIDTH) if options.scaled_embeddings else 1.0
    waves = plain_sinusoids(10, halves=options.positions == "halves")
    memory = encoder(
        model.source_embedding(source) * scale + waves[: source.shape[1]],
        src_key_padding_mask=padding,
    )
    size = target.shape[1]
    hidden = decoder(
        model.target_embedding(target) * scale + waves[:size],
        memory,
        tgt_mask=torch.ones(size, size, dtype=torch.bool).triu(1),
        memory_key_padding_mask=padding,
    )
    logits: Tensor = hidden @ model.target_embedding.weight.T
    return logits if model.output.bias is None else logits + model.output.bias


def stack(model: Transformer, name: str) -> dict[str, Tensor]:
    """One stack's weights by torch's names, the three projections stacked."""
    ours, renamed = model.state_dict(), {}
    norms = {"encoder": ("attention", "feed_forward"), "decoder": ("self", "cross", "feed_forward")}
    uses = {"encoder": {"attention": "self_attn"}}.get(
        name, {"self_attention": "self_attn", "cross_attention": "multihead_attn"}
    )
    for i in range(len(getattr(model, name))):
        old, new = f"{name}.{i}", f"layers.{i}"
        for kind in ("weight", "bias"):
            for use, their_use in uses.items():
                parts = [ours[f"{old}.{use}.{part}.{kind}"] for part in ("query", "key", "value")]
                renamed[f"{new}.{their_use}.in_proj_{kind}"] = torch.cat(parts)
                renamed[f"{new}.{their_use}.out_proj.{kind}"] = ours[f"{old}.{use}.output.{kind}"]
            renamed[f"{new}.linear1.{kind}"] = ours[f"{old}.feed_forward.inner.{kind}"]
            renamed[f"{new}.linear2.{kind}"] = ours[f"{old}.feed_forward.outer.{kind}"]
            for number, norm in enumerate(norms[name], 1):
                renamed[f"{new}.norm{number}.{kind}"] = ours[f"{old}.{norm}_norm.{kind}"]
    for kind in ("weight", "bias"):
        if f"{name}_norm.{kind}" in ours:
            renamed[f"norm.{kind}"] = ours[f"{name}_norm.{kind}"]
    return renamed


def plain_sinusoids(length: int, *, halves: bool) -> Tensor:
    """The equation of the paper, number by number."""
    table = torch.zeros(length, WIDTH)
    for position in range(length):
        for pair in range(WIDTH // 2):
            angle = position / 10_000 ** (2 * pair / WIDTH)
            sine, cosine = (pair, WIDTH // 2 + pair) if halves else (2 * pair, 2 * pair + 1)
            table[position, sine], table[position, cosine] = math.sin(angle), math.cos(angle)
    return table


@pytest.mark.parametrize("layers", [(2, 2), (1, 3)])
@pytest.mark.parametrize("activation", ["relu", "gelu"])
@pytest.mark.parametrize("norm", ["pre", "post"])
@torch.no_grad()
def test_logits_equal_those_of_torch_layers(
    norm: NormOrder, activation: Activation, layers: tuple[int, int]
) -> None:
    model = tiny_transformer(
        norm=norm,
        activation=activation,
        positions="interleaved" if norm == "pre" else "halves",
        encoder_layers=layers[0],
        decoder_layers=layers[1],
    )
    source, lengths = padded(SOURCES)
    padding = torch.arange(5) >= lengths[:, None]
    torch.testing.assert_close(
        model(source, lengths, TARGETS),
        theirs(model, source, padding, TARGETS),
        atol=2e-5,
        rtol=1e-4,
    )


@pytest.mark.parametrize("halves", [False, True])
def test_sinusoids_follow_the_paper(halves: bool) -> None:
    table = sinusoids(
        300, WIDTH, layout="halves" if halves else "interleaved", device=torch.device("cpu")
    )
    torch.testing.assert_close(table, plain_sinusoids(300, halves=halves), atol=1e-6, rtol=0)


def test_the_future_changes_nothing() -> None:
    model = tiny_transformer()
    source, lengths = padded(SOURCES)
    changed = TARGETS.clone()
    changed[:, 2:] = 5
    with torch.no_grad():
        before, after = model(source, lengths, TARGETS), model(source, lengths, changed)
    torch.testing.assert_close(before[:, :2], after[:, :2])
    assert not torch.allclose(before[:, 2:], after[:, 2:])


def test_learned_positions_have_an_end() -> None:
    model = tiny_transformer(positions="learned", max_positions=4)
    assert (model.longest, tiny_transformer().longest) == (4, None)
    source, lengths = padded([[5, 6, 7, 8, 3]])
    with pytest.raises(InputError) as too_long:
        model.encode(source, lengths)
    assert (too_long.value.code, too_long.value.facts["limit"]) == ("source_too_long", 4)
    memory = model.encode(source[:, :4], torch.tensor([4]))
    with pytest.raises(InputError) as too_many:
        model.start(memory, beam_size=1, max_length=5)
    assert too_many.value.facts == {"option": "max_length", "found": 5, "low": 1, "high": 4}


def test_shared_embeddings_are_one_table() -> None:
    shared = tiny_transformer(shared_embeddings=True).state_dict()
    assert "source_embedding.weight" in shared and "target_embedding.weight" not in shared
    assert "output.weight" not in shared
    assert "output.weight" in tiny_transformer(tied_output=False).state_dict()


def test_gradients_reach_every_weight() -> None:
    model = tiny_transformer(positions="learned").train()
    source, lengths = padded(SOURCES)
    model(source, lengths, TARGETS).square().sum().backward()
    assert [name for name, weight in model.named_parameters() if weight.grad is None] == []


def test_dropout_acts_in_training_only() -> None:
    model = tiny_transformer()
    source, lengths = padded(SOURCES)
    first, second = model(source, lengths, TARGETS), model(source, lengths, TARGETS)
    assert torch.equal(first, second)
    model.train()
    assert not torch.equal(model(source, lengths, TARGETS), model(source, lengths, TARGETS))


@torch.no_grad()
def test_padding_of_a_source_is_not_fed_forward() -> None:
    model, fed = tiny_transformer(), list[int]()
    first: Any = model.encoder[0]
    first.feed_forward.register_forward_hook(
        lambda _, given, found: fed.append(found[..., 0].numel())
    )
    sources, lengths = padded(SOURCES)
    together = model.encode(sources, lengths)
    alone = [model.encode(*padded([source])) for source in SOURCES]
    assert fed == [7, 5, 2]
    for number, one in enumerate(alone):
        size = len(SOURCES[number])
        torch.testing.assert_close(together.states[number, :size], one.states[0])

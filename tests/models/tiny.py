"""Small models with fixed random weights, and small batches for them."""

from typing import TypeVar

import torch
from torch import Tensor

from seqviz.models.base import SpecialTokens
from seqviz.models.rnn import Rnn, RnnSettings
from seqviz.models.settings import Activation, Cell, NormOrder, Positions, RecurrentAttention
from seqviz.models.transformer import Transformer, TransformerSettings

VOCABULARY = 11
WIDTH = 16
Tiny = Rnn | Transformer
T = TypeVar("T", Rnn, Transformer)


def make_tiny_rnn(
    *,
    cell: Cell = "lstm",
    attention: RecurrentAttention = "additive",
    layers: int = 2,
    bidirectional: bool = True,
    reverse_source: bool = False,
    tied_output: bool = True,
    seed: int = 1,
) -> Rnn:
    """A recurrent model, V = 11, D = 16."""
    settings = RnnSettings(
        source_vocabulary=VOCABULARY,
        target_vocabulary=VOCABULARY,
        width=WIDTH,
        layers=layers,
        cell=cell,
        bidirectional=bidirectional,
        reverse_source=reverse_source,
        attention=attention,
        tied_output=tied_output,
    )
    return seeded(Rnn(settings), seed)


def make_tiny_transformer(
    *,
    norm: NormOrder = "pre",
    positions: Positions = "interleaved",
    activation: Activation = "relu",
    encoder_layers: int = 2,
    decoder_layers: int = 2,
    shared_embeddings: bool = False,
    tied_output: bool = True,
    max_positions: int = 64,
    special: SpecialTokens | None = None,
    seed: int = 1,
) -> Transformer:
    """A Transformer, V = 11, D = 16, two heads."""
    settings = TransformerSettings(
        source_vocabulary=VOCABULARY,
        target_vocabulary=VOCABULARY,
        width=WIDTH,
        heads=2,
        encoder_layers=encoder_layers,
        decoder_layers=decoder_layers,
        inner_width=32,
        norm=norm,
        final_norm=norm == "pre",
        activation=activation,
        positions=positions,
        max_positions=max_positions,
        shared_embeddings=shared_embeddings,
        scaled_embeddings=norm == "pre",
        tied_output=tied_output,
        output_bias=norm == "post",
    )
    return seeded(Transformer(settings, special), seed)


def seeded(model: T, seed: int) -> T:
    """The model with random weights everywhere, biases and norms included, ready to decode."""
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            noise = torch.randn(parameter.shape, generator=generator) * 0.4
            parameter.copy_(1 + noise if "norm" in name and name.endswith("weight") else noise)
    return model.eval()


def padded(sentences: list[list[int]]) -> tuple[Tensor, Tensor]:
    """Source ids (B, S), padded with 0, and lengths (B,)."""
    longest = max(map(len, sentences))
    rows = [sentence + [0] * (longest - len(sentence)) for sentence in sentences]
    return torch.tensor(rows), torch.tensor([len(sentence) for sentence in sentences])

"""Random weights, written as a Marian checkpoint that every engine can read.

Plain random initial values would do for timing, but not for comparing results: such a model
repeats one token, and many beams tie. Here every weight is scaled so that each step depends on the
source, the prefix and the position. EOS and PAD are made impossible by the output bias, so that
every engine's targets have exactly the length that was asked for, by no engine's own rule.
"""

import json
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import Tensor

from seqviz.bench.shape import CONFIG_FILE, EOS, PAD, UNK, WEIGHTS_FILE, Shape
from seqviz.foreign.marian.names import marian_config, to_marian
from seqviz.models.base import SpecialTokens
from seqviz.models.blocks import DecoderLayer
from seqviz.models.settings import TransformerSettings
from seqviz.models.transformer import Transformer

IMPOSSIBLE = -1e4
_SCALES = {"value": 0.4, "attention.output": 0.4, "feed_forward": 2.0}
"""Factors on the usual initial values: tokens and positions are neither drowned nor merely copied.
Larger ones make a chaotic model, in which rounding alone changes the result."""
_LAST_NORM = 4.0
"""Factor on the last norm: distributions with clear favourites."""
_NOISE = 0.1


def write_model(folder: Path | str, shape: Shape, seed: int) -> None:
    """Write config.json and marian.safetensors in float32; the same seed, the same model."""
    settings = transformer_settings_of(shape)
    special = SpecialTokens(pad=PAD, unk=UNK, bos=PAD, eos=EOS)
    with torch.random.fork_rng(devices=()):
        torch.manual_seed(seed)
        model = Transformer(settings, special)
        _enliven(model)
    weights = to_marian(model.state_dict(), settings)
    save_file({name: tensor.clone() for name, tensor in weights.items()}, _path(folder))
    config = json.dumps(marian_config(settings, special), indent=2)
    Path(folder, CONFIG_FILE).write_text(config, encoding="utf-8")


def transformer_settings_of(shape: Shape) -> TransformerSettings:
    """Our Transformer in the shape of Marian's."""
    return TransformerSettings(
        source_vocabulary=shape.vocabulary,
        target_vocabulary=shape.vocabulary,
        width=shape.width,
        heads=shape.heads,
        encoder_layers=shape.layers,
        decoder_layers=shape.layers,
        inner_width=shape.inner_width,
        norm="post",
        final_norm=False,
        activation="silu",
        positions="halves",
        max_positions=shape.max_positions,
        shared_embeddings=True,
        output_bias=True,
        dropout=0.0,
    )


@torch.no_grad()
def _enliven(model: Transformer) -> None:
    for name, weight in model.named_parameters():
        if name.startswith(("encoder.", "decoder.")):
            _scale(name, weight)
    last = model.decoder[-1]
    assert isinstance(last, DecoderLayer)
    last.feed_forward_norm.weight.mul_(_LAST_NORM)
    bias = model.output.bias
    assert bias is not None
    bias.normal_()
    bias[[PAD, EOS]] = IMPOSSIBLE


def _scale(name: str, weight: Tensor) -> None:
    if weight.dim() == 1:
        weight.add_(torch.randn_like(weight), alpha=_NOISE)
        return
    for part, factor in _SCALES.items():
        if f"{part}." in name:
            weight.mul_(factor)
    if name.endswith("outer.weight"):  # else what all units have in common drowns the rest
        weight.sub_(weight.mean(dim=1, keepdim=True))


def _path(folder: Path | str) -> Path:
    return Path(folder, WEIGHTS_FILE)

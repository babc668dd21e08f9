"""The random model that all engines run, written as a Marian checkpoint, and sentences for it.

Plain random initial values would do for timing, but not for comparing results: such a model
repeats one token, and many beams tie. Here every weight is scaled so that each step depends on the
source, the prefix and the position. EOS and PAD are made impossible by the output bias, so that
every engine's targets have exactly the length that was asked for, by no engine's own rule.
"""

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import save_file
from torch import Tensor

from seqviz.bench.process import Words
from seqviz.foreign.marian.names import marian_config, to_marian
from seqviz.models.base import SpecialTokens
from seqviz.models.settings import TransformerSettings
from seqviz.models.transformer import Transformer

PAD, UNK, EOS = 0, 1, 2
"""As in Marian, PAD starts a target."""
SPECIAL = SpecialTokens(pad=PAD, unk=UNK, bos=PAD, eos=EOS)
_IMPOSSIBLE = -1e4
_SCALES = {"value": 0.4, "attention.output": 0.4, "feed_forward": 2.0}
"""Factors on the usual initial values: tokens and positions are neither drowned nor merely copied.
Larger ones make a chaotic model, in which rounding alone changes the result."""
_LAST_NORM = 4.0
"""Factor on the last norm: distributions with clear favourites."""
_NOISE = 0.1


def write_model(folder: Path | str, settings: TransformerSettings, seed: int) -> None:
    """Write a Marian folder in float32; the same seed, the same model."""
    with torch.random.fork_rng(devices=()):
        torch.manual_seed(seed)
        model = Transformer(settings, SPECIAL)
        _enliven(model)
    weights = to_marian(model.state_dict(), settings)
    copies = {name: tensor.clone() for name, tensor in weights.items()}
    save_file(copies, Path(folder, "model.safetensors"))
    config = json.dumps(marian_config(settings, SPECIAL))
    Path(folder, "config.json").write_text(config, encoding="utf-8")


def random_sources(
    lengths: Sequence[int], words: Words, *, seed: Sequence[int]
) -> list[tuple[int, ...]]:
    """Sentences of so many random tokens each, EOS at the end and counted.

    The same seed, the same sentences. The ten lowest ids are left out, for some are no text.
    """
    generator = np.random.default_rng(list(seed))
    size, eos = words
    lowest = min(10, size // 2)
    return [(*generator.integers(lowest, size, n - 1).tolist(), eos) for n in lengths]


@torch.no_grad()
def _enliven(model: Transformer) -> None:
    weights = dict(model.named_parameters())
    for name, weight in weights.items():
        if name.startswith(("encoder.", "decoder.")):
            _scale(name, weight)
    weights[f"decoder.{len(model.decoder) - 1}.feed_forward_norm.weight"].mul_(_LAST_NORM)
    bias = weights["output.bias"]
    bias.normal_()
    bias[[PAD, EOS]] = _IMPOSSIBLE


def _scale(name: str, weight: Tensor) -> None:
    if weight.dim() == 1:
        weight.add_(torch.randn_like(weight), alpha=_NOISE)
        return
    for part, factor in _SCALES.items():
        if f"{part}." in name:
            weight.mul_(factor)
    if name.endswith("outer.weight"):  # else what all units have in common drowns the rest
        weight.sub_(weight.mean(dim=1, keepdim=True))

"""The random model that all engines run: its size, its ids, its files, and sentences for it.

Knows neither torch nor an engine, so that an engine without torch can read it.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

WEIGHTS_FILE = "marian.safetensors"
CONFIG_FILE = "config.json"

PAD, UNK, EOS = 0, 1, 2
"""As in Marian, PAD starts a target."""
FIRST_WORD = 3


@dataclass(frozen=True, kw_only=True)
class Shape:
    """The size of a Marian-like Transformer; the defaults are Marian's "base"."""

    vocabulary: int = 8000
    """Of both languages together."""
    width: int = 512
    """D."""
    heads: int = 8
    """H."""
    layers: int = 6
    """Of the encoder, and of the decoder."""
    inner_width: int = 2048
    """Of the feed-forward blocks."""
    max_positions: int = 512
    """Longest source or target."""


BASE = Shape()


def read_config(folder: Path | str) -> dict[str, Any]:
    """The Marian config that lies beside the weights."""
    config = json.loads(Path(folder, CONFIG_FILE).read_bytes())
    assert isinstance(config, dict)
    return config


def random_sources(
    lengths: Sequence[int], *, vocabulary: int, eos: int, seed: Sequence[int]
) -> tuple[tuple[int, ...], ...]:
    """Sentences of random tokens, EOS at the end and counted.

    Args:
        lengths: tokens of each.
        vocabulary: ids below this one; the ten lowest are left out, for some are no text.
        eos: the id that ends a sentence.
        seed: the same numbers give the same sentences.
    """
    generator = np.random.default_rng(list(seed))
    lowest = min(10, vocabulary // 2)
    words = [generator.integers(lowest, vocabulary, length - 1).tolist() for length in lengths]
    return tuple((*sentence, eos) for sentence in words)

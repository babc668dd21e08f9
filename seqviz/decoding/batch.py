"""What sentences that go through a model together have in common. Knows nothing about searches."""

from collections.abc import Sequence

import torch
from torch import Tensor

BATCH_TOKENS = 8192
"""Padded source tokens of a batch, times beam size."""
SERVED = frozenset(
    {"beam_size", "length_normalisation", "alpha", "stop", "max_length", "min_length"}
    | {"prefix", "banned", "rules", "source_language", "target_language", "instruction"}
    | {"distribution_size", "record_attention"}
)
"""The options that a batch serves, or that others read, or that say what to record."""
WORTH_LEAVING = 8
"""The batch is closed up when one row in this many is done: closing up copies what is left."""


def padded(batch: Sequence[Sequence[int]], pad: int) -> tuple[Tensor, Tensor]:
    """Sources padded at the end (B, S), and their lengths (B,)."""
    width = max(map(len, batch))
    rows = [[*source, *[pad] * (width - len(source))] for source in batch]
    return torch.tensor(rows), torch.tensor([len(source) for source in batch])

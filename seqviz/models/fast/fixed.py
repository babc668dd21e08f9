"""A decoder cache in which no shape changes from step to step, so that a GPU can replay a step.

A CUDA graph repeats the very same operations on the very same memory, and the host launches none
of them (https://pytorch.org/docs/stable/notes/cuda.html#cuda-graphs): so the number of the step is
a tensor, later positions are hidden instead of cut off, and everything is written in place.
Letters in shapes as in ``cache``; one sentence, T' the most tokens.
"""

from dataclasses import dataclass
from typing import Self

import torch
from torch import Tensor

from seqviz.models.attention import KeysValues


@dataclass(frozen=True, slots=True)
class FixedPast(KeysValues):
    """One layer's keys and values, (K, H, T', D/H)."""

    position: Tensor
    """(1,) int64: the place to be filled."""
    bias: Tensor
    """(1, 1, 1, T'): −inf on later places."""

    def fill(self, new: KeysValues) -> None:
        """Put the keys and values of one more token, (K, H, 1, D/H), in their place."""
        self.keys.index_copy_(2, self.position, new.keys)
        self.values.index_copy_(2, self.position, new.values)


@dataclass(frozen=True, kw_only=True)
class FixedCache:
    """Keys and values of every layer for K slots of one sentence; changed in place."""

    table: Tensor
    """(2 L, K, H, T', D/H), keys of a layer before its values."""
    fed: Tensor
    """(1,) int64: t."""

    def layer_views(self) -> tuple[FixedPast, ...]:
        """Of every layer, with one place to be filled."""
        length = self.table.shape[3]
        later = torch.arange(length, device=self.fed.device) > self.fed
        bias = torch.zeros(length, device=self.fed.device, dtype=self.table.dtype)
        bias = bias.masked_fill(later, -torch.inf).view(1, 1, 1, -1)
        parts = self.table.unbind(0)
        return tuple(
            FixedPast(keys, values, self.fed, bias)
            for keys, values in zip(parts[::2], parts[1::2], strict=True)
        )

    def advanced(self) -> Self:
        """The cache after one more token."""
        self.fed.add_(1)
        return self

    def select(self, parents: Tensor) -> Self:
        """Let slot j continue from slot ``parents[0, j]``, (1, K)."""
        self.table.copy_(self.table.index_select(1, parents[0]))
        return self

    def keep(self, sentences: Tensor) -> Self:
        """There is one sentence only."""
        return self

    def restart(self) -> None:
        """Forget what was fed: hidden or not, a number that is none would spoil later sums."""
        self.fed.zero_()
        self.table.zero_()

"""A decoder cache in which no shape changes from step to step, so that a GPU can replay a step.

Skip this to understand the model: it gives the numbers of ``cache.DecoderCache``, sooner on a GPU.

A CUDA graph repeats the very same operations on the very same memory, and the host launches none
of them (https://pytorch.org/docs/stable/notes/cuda.html#cuda-graphs): so the number of the step is
a tensor, later positions are hidden instead of cut off, and everything is written in place.
Letters in shapes as in ``cache``; one sentence, T' the most tokens.
"""

from dataclasses import dataclass, field
from typing import Self

import torch
from torch import Tensor

from seqviz.models.attention import KeysValues
from seqviz.models.cache import Past
from seqviz.models.transformer import Transformer, TransformerMemory, TransformerState


@dataclass(frozen=True, slots=True)
class FixedPast(Past):
    """One layer's keys and values, (K, H, T', D/H); its bias hides later places, (1, 1, 1, T')."""

    position: Tensor = field(kw_only=True)
    """(1,) int64: the place to be filled."""

    def fill(self, new: KeysValues) -> KeysValues:
        """Put the keys and values of one more token, (K, H, 1, D/H), in their place."""
        self.keys.index_copy_(2, self.position, new.keys)
        self.values.index_copy_(2, self.position, new.values)
        return self


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
            FixedPast(keys, values, bias, position=self.fed)
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


@torch.no_grad()
def start_fixed(
    model: Transformer,
    memory: TransformerMemory,
    *,
    beam_size: int,
    source_room: int,
    max_length: int,
) -> TransformerState:
    """A state for one sentence of at most ``source_room`` tokens whose shapes never change.

    It has ``beam_size`` slots from the first step on, and ``select`` and ``step`` change it in
    place. ``refill`` readies it for another sentence.
    """
    shape = (1, model.heads, source_room, model.settings.width // model.heads)  # (1, H, S', D/H)
    pairs = tuple(
        KeysValues(memory.states.new_zeros(shape), memory.states.new_zeros(shape))
        for _ in range(model.layers)
    )
    cached = (2 * model.layers, beam_size, model.heads, max_length, shape[3])
    state = TransformerState(
        memories=pairs,
        bias=memory.states.new_zeros(1, 1, 1, source_room),
        positions=model.positions("target", max_length, memory.states.device),
        cache=FixedCache(
            table=memory.states.new_zeros(cached),
            fed=torch.zeros(1, dtype=torch.int64, device=memory.states.device),
        ),
    )
    refill(model, state, memory)
    return state


@torch.no_grad()
def refill(model: Transformer, state: TransformerState, memory: TransformerMemory) -> None:
    """Put another sentence into a state of ``start_fixed``."""
    length = memory.states.shape[1]
    for layer, room in zip(model.decoder_layers(), state.memories, strict=True):
        read = layer.cross_attention.project(memory.states)
        room.keys.zero_()[:, :, :length] = read.keys
        room.values.zero_()[:, :, :length] = read.values
    assert state.bias is not None and isinstance(state.cache, FixedCache)
    state.bias.fill_(-torch.inf)[..., :length] = 0.0
    state.cache.restart()

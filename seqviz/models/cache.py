"""What a Transformer's decoder remembers of the tokens fed so far.

Two buffers are taken once and swapped at every ``select``: nothing grows step by step. Time is the
outermost axis, so that what has been written is one block, and what has not costs no memory yet.
Letters in shapes as in ``base``: t tokens fed so far, R = B · K rows, D width.
"""

from dataclasses import dataclass, replace

import torch
from torch import Tensor

from seqviz.models.attention import KeysValues
from seqviz.models.layers import slot_rows


@dataclass(frozen=True, kw_only=True)
class DecoderCache:
    """Keys and values of every layer, for B sentences of K slots."""

    buffer: Tensor
    """Flat; holds (max_length, 2 L, R, D), keys of a layer before its values."""
    spare: Tensor
    """Flat, of the same size; ``select`` writes there."""
    max_length: int
    layers: int
    heads: int
    width: int
    sentences: int
    """B."""
    slots: int
    """K."""
    beam_size: int
    """The most slots."""
    fed: int
    """t."""

    def layer_views(self) -> tuple[KeysValues, ...]:
        """Of every layer, (R, H, t + 1, D/H): the past, and one place to be filled."""
        head_width = self.width // self.heads
        table = self._table(self.buffer, self.sentences * self.slots)[: self.fed + 1]
        split = table.view(*table.shape[:3], self.heads, head_width)  # (t + 1, 2 L, R, H, D/H)
        views = split.permute(1, 2, 3, 0, 4).unbind(0)
        return tuple(map(KeysValues, views[::2], views[1::2]))

    def advanced(self) -> "DecoderCache":
        """The cache after one more token."""
        return replace(self, fed=self.fed + 1)

    def select(self, parents: Tensor) -> "DecoderCache":
        """Let slot j of sentence b continue from slot ``parents[b, j]``, (B, K')."""
        slots = parents.shape[1]
        if slots > self.beam_size:
            raise ValueError(f"{slots} slots, but there is room for {self.beam_size}")
        if slots == self.slots == 1:
            return self
        return self._moved(slot_rows(parents, self.slots), self.sentences, slots)

    def keep(self, sentences: Tensor) -> "DecoderCache":
        """Go on with these sentences, (B',)."""
        kept = sentences.shape[0]
        slots = torch.arange(self.slots, device=sentences.device)
        rows = (sentences[:, None] * self.slots + slots).flatten()
        return self._moved(rows, kept, self.slots)

    def _moved(self, rows: Tensor, sentences: int, slots: int) -> "DecoderCache":
        if self.fed:
            old = self._table(self.buffer, self.sentences * self.slots)[: self.fed].flatten(0, 1)
            new = self._table(self.spare, sentences * slots)[: self.fed].flatten(0, 1)
            torch.index_select(old, 1, rows, out=new)
        return replace(self, buffer=self.spare, spare=self.buffer, sentences=sentences, slots=slots)

    def _table(self, buffer: Tensor, rows: int) -> Tensor:
        """(max_length, 2 L, R, D) of a buffer."""
        size = self.max_length * 2 * self.layers * rows * self.width
        return buffer[:size].view(self.max_length, 2 * self.layers, rows, self.width)


def new_cache(
    memory: Tensor, *, layers: int, heads: int, beam_size: int, max_length: int
) -> DecoderCache:
    """An empty cache for one slot a sentence of a memory (B, S, D)."""
    sentences, _, width = memory.shape
    size = max_length * 2 * layers * sentences * beam_size * width
    return DecoderCache(
        buffer=memory.new_empty(size),
        spare=memory.new_empty(size),
        max_length=max_length,
        layers=layers,
        heads=heads,
        width=width,
        sentences=sentences,
        slots=1,
        beam_size=beam_size,
        fed=0,
    )

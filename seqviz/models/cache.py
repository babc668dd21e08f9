"""What a Transformer's decoder remembers of the tokens fed so far.

Two buffers are taken once: nothing grows step by step. Time is the outermost axis, so that what has
been written is one block, and what has not costs no memory yet. On a CPU most of ``select`` is
copying, so there only rows that change are copied, in place, and of them only what differs:
prefixes of a beam have most of their tokens in common. Elsewhere all rows move at once to the other
buffer, for which nobody need wait.
Letters in shapes as in ``base``: t tokens fed so far, R = B · K rows, D width.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import torch
from torch import Tensor

from seqviz.models.attention import KeysValues
from seqviz.models.layers import slot_rows

PARKED = -1
"""In ``moves``: a place outside the table, for one row."""


@dataclass(frozen=True, slots=True)
class Past(KeysValues):
    """One layer's keys and values, (R, H, t + 1, D/H); the last place is to be filled."""

    bias: Tensor | None = None
    """Hides places of the future; None: nothing is hidden."""
    place: tuple[Tensor, Tensor] | None = None
    """Where the keys and values to be filled in lie, (R, D) each; None: not side by side."""

    def fill(self, new: KeysValues) -> None:
        """Put the keys and values of one more token, (R, H, 1, D/H), in their place."""
        self.keys[:, :, -1:] = new.keys
        self.values[:, :, -1:] = new.values


class Cache(Protocol):
    """What a decoder's state asks of its cache. A cache is consumed, as the state is."""

    @property
    def fed(self) -> int | Tensor:
        """t, from which the next position follows."""

    def layer_views(self) -> Sequence[Past]:
        """Of every layer the past, and one place to be filled."""

    def advanced(self) -> "Cache":
        """The cache after one more token."""

    def select(self, parents: Tensor) -> "Cache":
        """Let slot j of sentence b continue from slot ``parents[b, j]``, (B, K')."""

    def keep(self, sentences: Tensor) -> "Cache":
        """Go on with these sentences, (B',)."""


@dataclass(frozen=True, kw_only=True)
class DecoderCache:
    """Keys and values of every layer, for B sentences of K slots."""

    buffer: Tensor
    """Flat; holds (max_length, 2 L, R, D), keys of a layer before its values."""
    spare: Tensor
    """Flat, of the same size; where rows are parked, or all of them move."""
    max_length: int
    layers: int
    heads: int
    width: int
    sentences: int
    """B: how many are translated together."""
    slots: int
    """K: how many prefixes of each are alive."""
    beam_size: int
    """The most slots."""
    fed: int
    """t."""
    common: Tensor
    """(B, K, K) int64: how many of its first tokens a slot has in common with another one of its
    sentence; nothing is said on the diagonal, nor on another device than the CPU."""

    def layer_views(self) -> tuple[Past, ...]:
        """Of every layer, (R, H, t + 1, D/H): the past, and one place to be filled."""
        head_width = self.width // self.heads
        table = self._table(self.buffer, self.sentences * self.slots)[: self.fed + 1]
        split = table.view(*table.shape[:3], self.heads, head_width)  # (t + 1, 2 L, R, H, D/H)
        views, places = split.permute(1, 2, 3, 0, 4).unbind(0), table[-1].unbind(0)
        return tuple(
            Past(keys, values, place=place)
            for keys, values, place in zip(
                views[::2], views[1::2], zip(places[::2], places[1::2], strict=True), strict=True
            )
        )

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
        rows = slot_rows(parents, self.slots)
        if parents.device.type != "cpu":
            return self._moved(rows, self.sentences, slots)
        self.common.diagonal(dim1=1, dim2=2).fill_(self.fed)
        with_parent = parents.unsqueeze(1).expand(-1, self.slots, -1)  # (B, K, K')
        columns = self.common.gather(2, with_parent)
        common = columns.gather(1, parents.unsqueeze(2).expand(-1, -1, slots))  # (B, K', K')
        if slots != self.slots:
            return replace(self._moved(rows, self.sentences, slots), common=common)
        self._rearrange(rows.tolist(), columns.diagonal(dim1=1, dim2=2).flatten().tolist())
        return replace(self, common=common)

    def keep(self, sentences: Tensor) -> "DecoderCache":
        """Go on with these sentences, (B',)."""
        kept = sentences.shape[0]
        slots = torch.arange(self.slots, device=sentences.device)
        rows = (sentences[:, None] * self.slots + slots).flatten()
        moved = self._moved(rows, kept, self.slots)
        return replace(moved, common=self.common[sentences.to(self.common.device)])

    def _rearrange(self, rows: list[int], same: list[int]) -> None:
        """Put row ``rows[j]`` at every place j; its first ``same[j]`` tokens are there."""
        past = self._table(self.buffer, len(rows))[: self.fed].flatten(0, 1)  # (t · 2 L, R, D)
        places = past.unbind(1)
        parked = self.spare[: past.shape[0] * self.width].view(-1, self.width)
        wanted = [place if same[place] == self.fed else row for place, row in enumerate(rows)]
        for source, target, reader in moves(wanted):
            first = 2 * self.layers * same[reader]
            read = parked if source == PARKED else places[source]
            (parked if target == PARKED else places[target])[first:].copy_(read[first:])

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


def moves(rows: Sequence[int]) -> Iterator[tuple[int, int, int]]:
    """Single copies, (from, to, j), that put row ``rows[j]`` at every place j, one after the other.

    Nothing is overwritten before it was read. Where rows change places in a circle, one of them
    goes by way of ``PARKED``.
    """
    wanted = {place: row for place, row in enumerate(rows) if row != place}
    readers = Counter(wanted.values())
    free = [place for place in wanted if not readers[place]]
    while wanted:
        if not free:
            place = next(iter(wanted))
            reader = next(reader for reader, row in wanted.items() if row == place)
            yield place, PARKED, reader
            wanted[reader] = PARKED
            free.append(place)
        target = free.pop()
        source = wanted.pop(target)
        yield source, target, target
        readers[source] -= 1
        if not readers[source] and source in wanted:
            free.append(source)


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
        common=torch.zeros((sentences, 1, 1), dtype=torch.int64),
    )

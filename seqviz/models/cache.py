"""What a Transformer's decoder remembers of the tokens fed so far.

Two buffers are taken once: nothing grows step by step. Time is the outermost axis, so that what has
been written is one block, and what has not costs no memory yet. On a CPU most of ``select`` is
copying, so there a prefix stays in its row for the first slot that continues it, whichever that
is; for every other one it is copied over a row that nobody needs, and of it only what differs:
prefixes of a beam have most of their tokens in common. Elsewhere all rows move at once to the other
buffer, for which nobody need wait.
Letters in shapes as in ``base``: t tokens fed so far, R = B · K rows, D width.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import torch
from torch import Tensor

from seqviz.models.attention import KeysValues
from seqviz.models.layers import slot_rows


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

    @property
    def rows(self) -> Tensor | None:
        """(R,): the row that each slot has in the views; None: its own number."""

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
    """Flat, of the same size; where all rows move."""
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
    rows: Tensor | None = None
    """See ``Cache.rows``; always None on another device than the CPU."""

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
        return replace(self, rows=self._inherited(parents, columns), common=common)

    def keep(self, sentences: Tensor) -> "DecoderCache":
        """Go on with these sentences, (B',)."""
        kept = sentences.shape[0]
        slots = torch.arange(self.slots, device=sentences.device)
        rows = (sentences[:, None] * self.slots + slots).flatten()
        moved = self._moved(rows, kept, self.slots)
        return replace(moved, common=self.common[sentences.to(self.common.device)])

    def _inherited(self, parents: Tensor, same: Tensor) -> Tensor | None:
        """The rows of slots that continue ``parents``, all written.

        Args:
            parents: (B, K).
            same: (B, K, K): how many tokens each slot so far has in common with those parents.
        """
        count = self.sentences * self.slots
        held = list(range(count)) if self.rows is None else self.rows.tolist()
        table = self._table(self.buffer, count)[: self.fed].flatten(0, 1)  # (t · 2 L, R, D)
        rows: list[int] = []
        for first, own, has in zip(
            range(0, count, self.slots), parents.tolist(), same.tolist(), strict=True
        ):
            for slot, heir in enumerate(heirs(own, has)):
                rows.append(held[first + heir])
                if heir != own[slot]:
                    wanted = table[2 * self.layers * has[heir][slot] :]
                    wanted[:, rows[-1]].copy_(wanted[:, held[first + own[slot]]])
        return None if rows == list(range(count)) else torch.tensor(rows)

    def _moved(self, slots_kept: Tensor, sentences: int, slots: int) -> "DecoderCache":
        """With these slots of all, numbered through, each in the row of its own number."""
        rows = slots_kept if self.rows is None else self.rows[slots_kept]
        if self.fed:
            old = self._table(self.buffer, self.sentences * self.slots)[: self.fed].flatten(0, 1)
            new = self._table(self.spare, sentences * slots)[: self.fed].flatten(0, 1)
            torch.index_select(old, 1, rows, out=new)
        found = replace(self, buffer=self.spare, spare=self.buffer, rows=None)
        return replace(found, sentences=sentences, slots=slots)

    def _table(self, buffer: Tensor, rows: int) -> Tensor:
        """(max_length, 2 L, R, D) of a buffer."""
        size = self.max_length * 2 * self.layers * rows * self.width
        return buffer[:size].view(self.max_length, 2 * self.layers, rows, self.width)


def in_rows(values: Tensor, rows: Tensor | None) -> Tensor:
    """Slots' values, (B, K, …), in the order of their ``Cache.rows``."""
    return values if rows is None else in_slots(values, rows.argsort())


def in_slots(values: Tensor, rows: Tensor | None) -> Tensor:
    """Rows' values, (B, K, …), in the order of the slots; undoes ``in_rows``."""
    return values if rows is None else values.flatten(0, 1)[rows].view(values.shape)


def heirs(parents: Sequence[int], same: Sequence[Sequence[int]]) -> list[int]:
    """For each slot of a sentence the slot so far whose row it takes.

    The first that continues a slot takes its row. Another one takes that of a slot that nobody
    continues, of those the one with most in common.

    Args:
        parents: of the slots, K of K.
        same: (K, K): how many tokens each slot so far has in common with those parents.
    """
    idle, found = sorted(set(range(len(parents))) - set(parents)), list[int]()
    for slot, parent in enumerate(parents):
        heir = parent
        if parent in found:
            heir = max(idle, key=[row[slot] for row in same].__getitem__)
            idle.remove(heir)
        found.append(heir)
    return found


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

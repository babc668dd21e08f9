"""What a Transformer's decoder remembers of the tokens fed so far.

One table is taken once: nothing grows step by step, and nothing in it is ever copied. A prefix that
several go on from stays where it is; for every prefix the rows are known in which its tokens lie.
Time is the outermost axis, so that what has not been written costs no memory yet.
Letters in shapes as in ``base``: t tokens fed so far, T the most, D width; R rows of the table, N
slots of all sentences, N = B · K.
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
    rows: Tensor | None = None
    """(N,): of that, every slot's row; None: the row of its own number."""
    origins: Tensor | None = None
    """(N, t + 1): the row in which every token of a slot lies; None: the row of its own number."""

    def fill(self, new: KeysValues) -> KeysValues:
        """Put the keys and values of one more token, (N, H, 1, D/H), in their place.

        Returns:
            what the slots are to read, (N, H, t + 1, D/H).
        """
        self.write(new.keys.flatten(1), new.values.flatten(1))
        keys, values = (followed(table, self.origins) for table in (self.keys, self.values))
        return KeysValues(keys, values)

    def write(self, keys: Tensor, values: Tensor) -> None:
        """Put the keys and values of one more token, (N, D), in their place."""
        assert self.place is not None
        for place, new in zip(self.place, (keys, values), strict=True):
            if self.rows is None:
                place.copy_(new)
            else:
                place.index_copy_(0, self.rows, new)


def followed(table: Tensor, origins: Tensor | None) -> Tensor:
    """From rows (R, H, t, d), where tokens lie as ``Past.origins`` says, (N, H, t, d) of slots."""
    if origins is None:
        return table
    times = torch.arange(table.shape[2], device=table.device)
    return table.permute(2, 0, 1, 3)[times, origins].transpose(1, 2)


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

    table: Tensor
    """(T, 2 L, R, D), keys of a layer before its values."""
    heads: int
    beam_size: int
    """The most slots, and so many rows every sentence has."""
    slots: int
    """K: how many prefixes of each are alive."""
    fed: int
    """t."""
    bases: Tensor
    """(B,): the first row of each sentence."""
    complete: bool
    """Whether these are all sentences of the table, in its order."""
    origins: Tensor | None
    """(N, T): see ``Past.origins``; of later tokens, where they will lie."""

    @property
    def sentences(self) -> int:
        """B: how many are translated together."""
        return self.bases.shape[0]

    def layer_views(self) -> tuple[Past, ...]:
        """Of every layer, (R, H, t + 1, D/H): the past, and one place to be filled."""
        table = self.table[: self.fed + 1]
        split = table.view(*table.shape[:3], self.heads, -1)  # (t + 1, 2 L, R, H, D/H)
        views, places = split.permute(1, 2, 3, 0, 4).unbind(0), table[-1].unbind(0)
        rows = None if self.complete and self.slots == self.beam_size else self.rows()
        origins = None if self.origins is None else self.origins[:, : self.fed + 1]
        return tuple(
            Past(keys, values, place=place, rows=rows, origins=origins)
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
        if self.origins is None:
            return self
        origins = self.origins[slot_rows(parents, self.slots)]
        after = replace(self, slots=slots, origins=origins)
        origins[:, self.fed :] = after.rows()[:, None]
        return after

    def keep(self, sentences: Tensor) -> "DecoderCache":
        """Go on with these sentences, (B',)."""
        bases = self.bases[sentences]
        if self.origins is None:  # one slot a sentence: until now, its row had its own number
            origins = bases[:, None].repeat(1, self.table.shape[0])
        else:
            slots = torch.arange(self.slots, device=sentences.device)
            origins = self.origins[(sentences[:, None] * self.slots + slots).flatten()]
        return replace(self, bases=bases, origins=origins, complete=False)

    def rows(self) -> Tensor:
        """(N,): where the next token of every slot is written."""
        return (self.bases[:, None] + torch.arange(self.slots, device=self.bases.device)).flatten()


def new_cache(
    memory: Tensor, *, layers: int, heads: int, beam_size: int, max_length: int
) -> DecoderCache:
    """An empty cache for one slot a sentence of a memory (B, S, D)."""
    sentences, _, width = memory.shape
    bases = torch.arange(0, sentences * beam_size, beam_size, device=memory.device)
    return DecoderCache(
        table=memory.new_empty((max_length, 2 * layers, sentences * beam_size, width)),
        heads=heads,
        beam_size=beam_size,
        slots=1,
        fed=0,
        bases=bases,
        complete=True,
        origins=None if beam_size == 1 else bases[:, None].repeat(1, max_length),
    )

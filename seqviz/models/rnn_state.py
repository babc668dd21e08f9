"""What a recurrent encoder hands to its decoder, and the decoder from step to step, as values.

Letters in shapes as in ``base``.
"""

from dataclasses import dataclass

import torch
from torch import Tensor

from seqviz.models.attention import Attended, KeysValues
from seqviz.models.layers import slot_rows


@dataclass(frozen=True, kw_only=True)
class RnnMemory:
    """What the encoder leaves for the decoder."""

    read: KeysValues | None
    """Encoder states, 0 on padding, as attention reads them; None without attention."""
    mask: Tensor
    """(B, S): True where the source holds a real token."""
    bias: Tensor | None
    """(B, 1, S): 0, and −inf on padding; None: no padding."""
    states: Tensor
    """(B, S, D): of the encoder's top layer, 0 on padding; a decoder without attention reads none
    of them."""
    last: tuple[Tensor, ...]
    """The decoder's first state: (layers, B, D), for an LSTM hidden and cell."""
    self_attention: Tensor | None = None

    def keep(self, sentences: Tensor) -> "RnnMemory":
        """Those sentences only."""
        return RnnMemory(
            read=None if self.read is None else self.read.keep(sentences),
            mask=self.mask[sentences],
            bias=None if self.bias is None else self.bias[sentences],
            states=self.states[sentences],
            last=tuple(part[:, sentences] for part in self.last),
        )


@dataclass(frozen=True, kw_only=True)
class RnnState:
    """The decoder between two steps."""

    memory: RnnMemory
    recurrent: tuple[Tensor, ...]
    """(layers, B · K, D), for an LSTM hidden and cell."""
    slots: int
    """K: how many prefixes of each sentence are alive."""

    def select(self, parents: Tensor) -> "RnnState":
        """See ``base.DecoderState.select``."""
        rows = slot_rows(parents, self.slots)
        recurrent = tuple(part.index_select(1, rows) for part in self.recurrent)
        return RnnState(memory=self.memory, recurrent=recurrent, slots=parents.shape[1])

    def keep(self, sentences: Tensor) -> "RnnState":
        """See ``base.DecoderState.keep``."""
        slots = torch.arange(self.slots, device=sentences.device)
        rows = (sentences[:, None] * self.slots + slots).flatten()
        recurrent = tuple(part.index_select(1, rows) for part in self.recurrent)
        return RnnState(memory=self.memory.keep(sentences), recurrent=recurrent, slots=self.slots)


@dataclass(frozen=True, slots=True)
class Decoded:
    """Decoder states after one or more steps, and what attention saw."""

    states: Tensor
    """(B, Q, D): top layer."""
    readout: Tensor
    """(B, Q, D): what the output layer reads."""
    parts: tuple[Tensor, ...]
    """What the readout is made of, (B, Q, D) each, in the order of ``readout_parts``."""
    recurrent: tuple[Tensor, ...]
    attended: Attended | None

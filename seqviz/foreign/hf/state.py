"""What a model of ``transformers`` hands from its encoder to its decoder, and from step to step.

Letters in shapes as in ``models.base``; R = B · K rows.
"""

from dataclasses import dataclass, replace
from typing import Any

import torch
from torch import Tensor

from seqviz.models.layers import slot_rows


@dataclass(frozen=True, kw_only=True)
class ForeignMemory:
    """What the encoder leaves for the decoder."""

    states: Tensor
    """Encoder states, (B, S, D)."""
    mask: Tensor
    """True where ``states`` is a real token, (B, S)."""
    bias: Tensor | None
    """(B, 1, 1, S): 0, and −inf on padding; None: no padding."""
    self_attention: Tensor | None
    """(B, L, H, S, S) of the encoder's own layers; None: not asked for."""


@dataclass(frozen=True, kw_only=True)
class ForeignState:
    """The decoder between two steps."""

    states: Tensor
    """Encoder states, as the memory holds them."""
    bias: Tensor | None
    """On padding of the source, as the memory holds it."""
    cache: Any
    """The library's ``EncoderDecoderCache``: of R rows, and of B sentences."""
    slots: int
    """Prefixes of each sentence, K."""

    def select(self, parents: Tensor) -> "ForeignState":
        """See ``base.DecoderState.select``."""
        self.cache.self_attention_cache.batch_select_indices(slot_rows(parents, self.slots))
        return replace(self, slots=parents.shape[1])

    def keep(self, sentences: Tensor) -> "ForeignState":
        """See ``base.DecoderState.keep``."""
        slots = torch.arange(self.slots, device=sentences.device)
        rows = (sentences[:, None] * self.slots + slots).flatten()
        self.cache.self_attention_cache.batch_select_indices(rows)
        self.cache.cross_attention_cache.batch_select_indices(sentences)
        return replace(
            self,
            states=self.states[sentences],
            bias=None if self.bias is None else self.bias[sentences],
        )

"""What a Transformer hands from its encoder to its decoder, and from step to step, as values.

Letters in shapes as in ``base``, D width.
"""

from dataclasses import dataclass, replace

from torch import Tensor

from seqviz.models.attention import KeysValues
from seqviz.models.cache import Cache
from seqviz.models.through import Block


@dataclass(frozen=True, kw_only=True)
class TransformerMemory:
    """What the encoder leaves for the decoder."""

    states: Tensor
    """(B, S, D): the output of the encoder's last layer."""
    mask: Tensor
    """(B, S): True where the source holds a real token."""
    bias: Tensor | None
    """(B, 1, 1, S): 0, and −inf on padding; None: no padding."""
    self_attention: Tensor | None
    """(B, L, H, S, S) of the encoder's own layers; None: not asked for."""
    blocks: tuple[Block, ...] = ()
    """All that each of them did; empty: not asked for."""
    levels: tuple[Tensor, ...] = ()
    """(B, S, D): as ``states``, after 0, 1, … layers of the encoder; empty: not asked for."""


@dataclass(frozen=True, kw_only=True)
class TransformerState:
    """The decoder between two steps."""

    memories: tuple[KeysValues, ...]
    """The source as each layer reads it, (B, H, S, D/H)."""
    bias: Tensor | None
    """(B, 1, 1, S)."""
    positions: Tensor
    """(max_length, D): what marks each position of the target."""
    cache: Cache

    def select(self, parents: Tensor) -> "TransformerState":
        """See ``base.DecoderState.select``."""
        return replace(self, cache=self.cache.select(parents))

    def keep(self, sentences: Tensor) -> "TransformerState":
        """See ``base.DecoderState.keep``."""
        return replace(
            self,
            memories=tuple(memory.keep(sentences) for memory in self.memories),
            bias=None if self.bias is None else self.bias[sentences],
            cache=self.cache.keep(sentences),
        )

"""A whole target through a model at once, with all that led to its predictions, as values.

Letters in shapes as in ``base``, D decoder width, T target tokens, Q queries, N positions read.
"""

from dataclasses import dataclass

from torch import Tensor, nn

from seqviz.models.attention import Attended


@dataclass(frozen=True, slots=True)
class Block:
    """One use of attention in a Transformer, and what it is added to.

    ``after`` = L(``before`` + what attention read): L is the norm, or nothing where the norm stands
    inside the residual branch.
    """

    seen: Attended
    before: Tensor
    """(B, Q, D)."""
    after: Tensor
    """(B, Q, D)."""
    norm: nn.LayerNorm | None
    """The norm after the sum."""


@dataclass(frozen=True, kw_only=True)
class Through:
    """What a given target leaves in a model."""

    embedded: Tensor
    """(B, S, D): the tokens of the source as the encoder reads them, before their positions."""
    levels: tuple[Tensor, ...]
    """After every layer of the decoder, as the output layer would read it, (B, T, D); the last is
    what it reads. One of a recurrent model."""
    encoder: tuple[Block, ...] = ()
    """Self-attention of the source, of every layer; none in a recurrent model."""
    own: tuple[Block, ...] = ()
    """The decoder's self-attention."""
    cross: tuple[Block, ...] = ()
    """The decoder's reading of the source."""

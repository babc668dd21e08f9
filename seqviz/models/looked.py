"""One step of one hypothesis with all that went into it, as values; nothing stays on a module.

Letters in shapes as in ``base``.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from torch import Tensor

from seqviz.models.attention import Attended
from seqviz.models.base import M, Seq2SeqModel, State
from seqviz.models.through import Through
from seqviz.options.intervention import Intervention

Attention = Literal["cross", "decoder", "encoder"]
"""Over the source, over the tokens written so far, or of the source over itself."""


@dataclass(frozen=True, kw_only=True)
class Part:
    """One of the vectors that are combined for the output layer."""

    name: str
    """"context", "state" or "fed"."""
    vector: Tensor
    """(D',)."""
    weight: Tensor
    """(D, D'): its columns of the map."""


@dataclass(frozen=True, kw_only=True)
class Looked:
    """One step of a decoder that was fed one token, B = K = 1."""

    seen: Mapping[Attention, tuple[Attended, ...]]
    """Of every layer; empty without attention."""
    logits: Tensor
    """(V,)."""
    combined: Tensor
    """(D,): what the output layer reads."""
    table: Tensor
    """(V, D): logits = table · combined + bias."""
    bias: Tensor | None
    """(V,)."""
    after: Any
    """The decoder's state after the step, to be consumed as any state."""
    source: Tensor | None = None
    """(S, D): states of a recurrent encoder."""
    state: Tensor | None = None
    """(D,): top state of a recurrent decoder after the step."""
    handed: Tensor | None = None
    """(D,): top state with which a recurrent decoder started."""
    parts: tuple[Part, ...] = ()
    """combined = tanh(Σ weight · vector + constant); none: it is not made of parts."""
    constant: Tensor | None = None
    """(D,)."""


class Open(Seq2SeqModel[M, State], Protocol[M, State]):
    """A model that can be looked into."""

    def look(
        self, memory: M, state: State, token: int, *, edits: Sequence[Intervention] = ()
    ) -> Looked:
        """What ``step`` does when one prefix of one sentence is fed a token; takes the state."""

    def look_at_source(self, source: Tensor, lengths: Tensor) -> tuple[Attended, ...]:
        """Self-attention of every layer of the encoder; empty where it has none."""

    def encode_by_layer(self, source: Tensor, lengths: Tensor) -> tuple[M, ...]:
        """The source after 0, 1, … layers of the encoder, as the decoder reads it; or ()."""

    def through(
        self,
        source: Tensor,
        lengths: Tensor,
        fed: Tensor,
        *,
        edits: Sequence[Sequence[Intervention]] = (),
        differentiable: bool = False,
    ) -> Through:
        """Feed whole targets at once, and keep what happens.

        Args:
            source: token ids, padded at the end, (B, S) int64, on any device.
            lengths: real tokens of each sentence, (B,) int64.
            fed: the targets, shifted right by their start token, (B, T) int64.
            edits: of the cross-attention at each of the T steps; none: at no step.
            differentiable: ``Through.embedded`` is a leaf that gradients reach.
        """

    def predict(self, finished: Tensor) -> Tensor:
        """Logits (…, V) of one of ``Through.levels``, (…, D)."""

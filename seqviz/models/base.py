"""The seam between models and decoding: what a search asks of a model, and what travels.

A model keeps nothing between calls, so that any number of threads may share it. Letters in shapes:
B sentences, K live prefixes of each, S source tokens, V target vocabulary, L layers, H heads, E
memory width, D decoder width.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, Self, TypeVar

from torch import Tensor

from seqviz.options.intervention import Intervention


@dataclass(frozen=True, kw_only=True)
class SpecialTokens:
    """Ids that are no text."""

    pad: int = 0
    unk: int = 1
    bos: int = 2
    """Fed at the first step (Marian feeds ``pad``)."""
    eos: int = 3


class Memory(Protocol):
    """What the encoder leaves for the decoder. Models add fields of their own."""

    @property
    def mask(self) -> Tensor:
        """True where the source holds a real token, (B, S)."""

    @property
    def self_attention(self) -> Tensor | None:
        """Encoder self-attention (B, L, H, S, S); None: the model has none, or was not asked."""


class DecoderState(Protocol):
    """What the decoder carries from step to step, for B sentences of K live prefixes each.

    A state is consumed by ``select``, ``keep`` and ``step``: use only what they return.
    """

    def select(self, parents: Tensor) -> Self:
        """Let slot j of sentence b continue from slot ``parents[b, j]``.

        Args:
            parents: (B, K') int64; K' is at most ``beam_size`` and may differ from K.
        """

    def keep(self, sentences: Tensor) -> Self:
        """Go on with these sentences of the batch only, in this order; (B',) int64."""


State = TypeVar("State", bound=DecoderState)
M = TypeVar("M", bound=Memory)


@dataclass(frozen=True, kw_only=True)
class StepOutput(Generic[State]):
    """What one step of the decoder returns; None: the model lacks it, or was not asked."""

    logits: Tensor
    """(B, K, V)."""
    state: State
    cross_attention: Tensor | None = None
    """(B, K, L, H, S); rows sum to 1 (to 0 in an ablated head), 0 on padding."""
    self_attention: Tensor | None = None
    """(B, K, L, H, t + 1) over the tokens fed so far, start token first."""
    scores: Tensor | None = None
    """(B, K, S): before the softmax; recurrent models with attention."""
    context: Tensor | None = None
    """(B, K, E): weighted sum of the memory; recurrent models with attention."""
    hidden: Tensor | None = None
    """(B, K, D): top decoder state after the step; recurrent models."""


class Seq2SeqModel(Protocol[M, State]):
    """An encoder-decoder, as the search sees it."""

    @property
    def special(self) -> SpecialTokens:
        """The ids that are no text."""

    @property
    def layers(self) -> int:
        """L of the attention that ``step`` records (1 for recurrent models)."""

    @property
    def heads(self) -> int:
        """H of the attention that ``step`` records (1 for recurrent models)."""

    @property
    def attends(self) -> bool:
        """Whether the decoder attends to the source at all."""

    @property
    def longest(self) -> int | None:
        """Most tokens that the positions of either side reach; None: any number."""

    def encode(self, source: Tensor, lengths: Tensor, *, record: bool = False) -> M:
        """Read the source.

        Args:
            source: token ids, EOS included, padded at the end, (B, S) int64; on any device, for it
                is moved to the model's.
            lengths: real tokens of each sentence, (B,) int64.
            record: keep the encoder's self-attention.
        """

    def start(self, memory: M, *, beam_size: int, max_length: int) -> State:
        """The state before the first step: one live prefix a sentence, room for ``beam_size``."""

    def step(
        self,
        state: State,
        tokens: Tensor,
        *,
        record: bool = False,
        edits: Sequence[Intervention] = (),
    ) -> StepOutput[State]:
        """Feed the last token of every live prefix, and predict the next ones.

        Args:
            state: consumed.
            tokens: (B, K) int64.
            record: return attention, and what else the model has to show.
            edits: of the cross-attention, all of them made at this step; what is recorded is the
                attention after them.
        """

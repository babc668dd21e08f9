"""The shapes that models may have. Knows nothing of how they are computed, and not of torch."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Literal, get_args

from seqviz.kinds import ATTENTIONS, MULTI_HEAD, RecurrentAttention
from seqviz.models.checks import (
    MAX_LAYERS,
    MAX_POSITIONS,
    MAX_VOCABULARY,
    MAX_WIDTH,
    check_choice,
    check_flag,
    check_share,
    check_size,
)

Cell = Literal["lstm", "gru"]
NormOrder = Literal["pre", "post"]
Activation = Literal[
    "relu",
    "gelu",
    "silu",
    "gelu_clipped",
    "gelu_tanh",
    "hardswish",
    "laplace",
    "leaky_relu",
    "linear",
    "mish",
    "quick_gelu",
    "relu2",
    "relu6",
    "sigmoid",
    "sqrt_softplus",
    "tanh",
]
"""Those after the third are for foreign models; see ``layers``."""
SinusoidLayout = Literal["interleaved", "halves"]
Positions = Literal["interleaved", "halves", "learned"]


@dataclass(frozen=True, kw_only=True)
class RnnSettings:
    """The shape of a recurrent encoder-decoder.

    Raises:
        ValueError: a value is out of its range, or does not fit another.
    """

    kind: ClassVar[str] = "rnn"

    source_vocabulary: int
    """Pieces of the source language."""
    target_vocabulary: int
    """Pieces of the target language, V."""
    width: int = 384
    """D: of embeddings, decoder states and encoder states (both directions together)."""
    layers: int = 2
    """Of the encoder, and of the decoder."""
    cell: Cell = "lstm"
    """Long short-term memory, or gated recurrent unit."""
    bidirectional: bool = True
    """The encoder reads both ways, half of the width each."""
    reverse_source: bool = False
    """The encoder reads the source backwards (Sutskever et al. 2014, section 3.3)."""
    attention: RecurrentAttention = "additive"
    """Which class of ``models/attention.py`` the decoder attends with; "none": with none, the
    encoder's last states are all there is."""
    tied_output: bool = True
    """The output weights are the target embedding."""
    output_bias: bool = True
    """A bias on the logits."""
    dropout: float = 0.3
    """On embeddings, between layers and before the output, in training."""

    def __post_init__(self) -> None:
        """Refuse what cannot be built."""
        check_size("source_vocabulary", self.source_vocabulary, MAX_VOCABULARY)
        check_size("target_vocabulary", self.target_vocabulary, MAX_VOCABULARY)
        check_size("width", self.width, MAX_WIDTH)
        check_size("layers", self.layers, MAX_LAYERS)
        check_choice("cell", self.cell, get_args(Cell))
        check_choice("attention", self.attention, tuple(ATTENTIONS))
        for name in ("bidirectional", "reverse_source", "tied_output", "output_bias"):
            check_flag(name, getattr(self, name))
        check_share("dropout", self.dropout)
        if self.bidirectional and self.width % 2:
            raise ValueError(f"width is {self.width}, but two directions need an even one")

    @property
    def attention_kind(self) -> str:
        """How the decoder attends to the source: a code of ``kinds.ATTENTIONS``."""
        return self.attention

    @property
    def reverses_source(self) -> bool:
        """Whether the encoder reads the source backwards."""
        return self.reverse_source

    @property
    def longest(self) -> None:
        """Most tokens of either side: any number, for a recurrent network knows no positions."""


@dataclass(frozen=True, kw_only=True)
class TransformerSettings:
    """The shape of a Transformer encoder-decoder.

    Raises:
        ValueError: a value is out of its range, or does not fit another.
    """

    kind: ClassVar[str] = "transformer"
    attention_kind: ClassVar[str] = MULTI_HEAD
    """How the decoder attends to the source."""
    reverses_source: ClassVar[bool] = False
    """The encoder reads the whole source at once, in no direction."""

    source_vocabulary: int
    """Pieces of the source language."""
    target_vocabulary: int
    """Pieces of the target language, V."""
    width: int = 256
    """D: of embeddings and of the states between layers."""
    heads: int = 8
    """H, of every attention; divides the width."""
    encoder_layers: int = 3
    """Blocks of the encoder."""
    decoder_layers: int = 3
    """L, blocks of the decoder."""
    inner_width: int = 1024
    """Of the feed-forward blocks."""
    norm: NormOrder = "pre"
    """Norm inside the residual branch ("pre") or after the sum ("post")."""
    final_norm: bool = True
    """One more norm at the end of both stacks; usual with "pre"."""
    activation: Activation = "relu"
    """Of the feed-forward blocks."""
    positions: Positions = "interleaved"
    """Sines on even and cosines on odd columns, sines before cosines ("halves"), or "learned"."""
    max_positions: int = 1024
    """Rows of the learned tables; sinusoids have no limit."""
    shared_embeddings: bool = False
    """Source and target use one table."""
    scaled_embeddings: bool = True
    """Embeddings are multiplied by the square root of the width."""
    tied_output: bool = True
    """The output weights are the target embedding."""
    output_bias: bool = False
    """A bias on the logits."""
    dropout: float = 0.2
    """On embeddings, attention weights, inner feed-forward and every block, in training."""

    def __post_init__(self) -> None:
        """Refuse what cannot be built."""
        for name in ("source_vocabulary", "target_vocabulary"):
            check_size(name, getattr(self, name), MAX_VOCABULARY)
        for name in ("width", "heads", "inner_width"):
            check_size(name, getattr(self, name), MAX_WIDTH)
        check_size("encoder_layers", self.encoder_layers, MAX_LAYERS)
        check_size("decoder_layers", self.decoder_layers, MAX_LAYERS)
        check_size("max_positions", self.max_positions, MAX_POSITIONS)
        check_choice("norm", self.norm, get_args(NormOrder))
        check_choice("activation", self.activation, get_args(Activation))
        check_choice("positions", self.positions, get_args(Positions))
        for name in (
            "final_norm",
            "shared_embeddings",
            "scaled_embeddings",
            "tied_output",
            "output_bias",
        ):
            check_flag(name, getattr(self, name))
        check_share("dropout", self.dropout)
        self._check_fit()

    @property
    def encoder_stack(self) -> "Stack":
        """The shape of the encoder's blocks."""
        return self.decoder_stack

    @property
    def decoder_stack(self) -> "Stack":
        """The shape of the decoder's blocks."""
        return Stack(heads=self.heads, inner_width=self.inner_width)

    @property
    def longest(self) -> int | None:
        """Most tokens of either side; None: any number, where positions are not learned."""
        return self.max_positions if self.positions == "learned" else None

    def _check_fit(self) -> None:
        for heads in (self.heads, self.encoder_stack.heads):
            if self.width % heads:
                raise ValueError(f"width is {self.width}, which {heads} heads do not divide")
        if self.width % 2:
            raise ValueError(f"width is {self.width}, but must be even")
        if self.shared_embeddings and self.source_vocabulary != self.target_vocabulary:
            raise ValueError(
                f"shared embeddings need equal vocabularies, found {self.source_vocabulary} and "
                f"{self.target_vocabulary}"
            )


@dataclass(frozen=True, kw_only=True)
class Stack:
    """The shape of the blocks of one stack of a Transformer."""

    heads: int
    """H, of every attention in it."""
    inner_width: int
    """Of its feed-forward blocks."""


@dataclass(frozen=True, kw_only=True)
class UnequalSettings(TransformerSettings):
    """The shape of a foreign Transformer whose encoder has blocks of another shape.

    Raises:
        ValueError: as ``TransformerSettings``, whose ``heads`` and ``inner_width`` are the
            decoder's here.
    """

    encoder_heads: int
    encoder_inner_width: int

    def __post_init__(self) -> None:
        """Refuse what cannot be built."""
        for name in ("encoder_heads", "encoder_inner_width"):
            check_size(name, getattr(self, name), MAX_WIDTH)
        super().__post_init__()

    @property
    def encoder_stack(self) -> Stack:
        """The shape of the encoder's blocks."""
        return Stack(heads=self.encoder_heads, inner_width=self.encoder_inner_width)


ModelSettings = RnnSettings | TransformerSettings
KINDS: Mapping[str, type[ModelSettings]] = {
    settings.kind: settings for settings in (RnnSettings, TransformerSettings)
}
"""The settings of every kind of model, by the name of the kind."""

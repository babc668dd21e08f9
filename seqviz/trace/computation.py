"""One step of one hypothesis, taken apart down to its vectors: a frozen record. Numpy only.

Letters in shapes: S positions that are read, d width of query and keys, E width of values, D of the
decoder's state, H heads, N most probable next tokens. All numbers are float64: vectors that the
model computed in float32, and what follows from them, computed anew.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from seqviz.trace.search import freeze

Numbers = NDArray[np.float64]
Read = Literal["cross", "decoder", "encoder"]
"""What is read: the source, the tokens written so far, or the source by itself."""
ComputationKind = Literal["none", "dot", "general", "additive", "cross", "decoder", "encoder"]
"""The attention of a recurrent model, or what a Transformer reads."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Weighing:
    """From a query to a context: one head reads S positions.

    products = query · keys, d by d (additive: energies · tanh(query + keys)); scores = Σ products ·
    scaling + added; exp = e^(scores / temperature − shift), 0 for what is muted; weights = exp /
    Σ exp; contributions = weights · values; context = Σ contributions.
    """

    query: Numbers
    """(d,): dot, general: the state s_t; additive: W s_{t−1} + b; Transformer: W_Q x + b."""
    keys: Numbers
    """(S, d): dot: the source states h; general: W h; additive: U h; Transformer: W_K x + b."""
    values: Numbers
    """(S, E): the source states h; Transformer: W_V x + b."""
    energies: Numbers | None
    """(d,): v of additive attention; None: scores are dot products."""
    scaling: float
    """1 / √d in a Transformer, else 1."""
    added: Numbers | None
    """(S,): what relative positions add to the scores (T5); None: nothing."""
    products: Numbers
    """(S, d)."""
    scores: Numbers
    """(S,): before any edit."""
    temperature: float
    """1, unless an edit sharpens or flattens."""
    muted: tuple[int, ...]
    """Positions that an edit hides."""
    shift: float
    """Where exponents are large, the largest of them, which is taken off all: it changes no weight,
    and none overflows; else 0."""
    exp: Numbers
    """(S,)."""
    weights: Numbers
    """(S,); sum to 1, to 0 in an ablated head."""
    rewritten: bool
    """An edit wrote the weights: they are not exp / Σ exp."""
    contributions: Numbers
    """(S, E)."""
    context: Numbers
    """(E,)."""

    def __post_init__(self) -> None:
        """Make the arrays read-only."""
        freeze(self)


@dataclass(frozen=True, kw_only=True, eq=False)
class Prediction:
    """From the last vector to the next token.

    combined = tanh(Σ parts + constant) in a recurrent model with attention; logits = rows ·
    combined + biases; log_probs = logits − log_normaliser.
    """

    combined: Numbers
    """(D,): what the output layer reads: without attention the state s_t; of a Transformer the last
    layer's output after its norm."""
    part_names: tuple[str, ...]
    """(P,): "context", "state" and "fed" (the embedding of the last token); () in other models."""
    parts: Numbers | None
    """(P, D): W · vector of each, W its columns of the map."""
    constant: Numbers | None
    """(D,): the map's bias."""
    weights: Numbers | None
    """(P, D, D): the columns of the map; None where D is above ``SMALL``."""
    vectors: Numbers | None
    """(P, D): the vectors themselves."""
    tokens: tuple[int, ...]
    """(N,): the most probable, best first; the one that was taken last, if it is not among them."""
    pieces: tuple[str, ...]
    """(N,): how they are spelled."""
    chosen: int
    """Place of the token that was taken."""
    rows: Numbers
    """(N, D): the output layer's."""
    biases: Numbers
    """(N,)."""
    logits: Numbers
    """(N,)."""
    log_probs: Numbers
    """(N,): natural logarithms."""
    log_normaliser: float
    """Log Σ e^logit over the whole vocabulary."""
    vocabulary: int
    """Tokens of the whole vocabulary, V."""

    def __post_init__(self) -> None:
        """Make the arrays read-only."""
        freeze(self)

    @property
    def probabilities(self) -> Numbers:
        """(N,): e^log_probs."""
        return np.exp(self.log_probs)


SMALL = 16
"""Up to this width a map is told number by number."""


@dataclass(frozen=True, kw_only=True, eq=False)
class StepComputation:
    """One step of one hypothesis, in one head, with every number; equal to the record."""

    kind: ComputationKind
    step: int
    """From 0; for "encoder" the place of the source token that asks."""
    layer: int
    head: int
    row_token: str
    """Piece that the step produced; for "encoder" the source piece that asks."""
    fed_token: str
    """Piece fed at this step; the start token has none and is "<s>"; "" for "encoder"."""
    column_tokens: tuple[str, ...]
    """(S,): pieces that are read; for "decoder" those fed so far, "<s>" first."""
    weighing: Weighing | None
    """None: the model has no attention."""
    contexts: Numbers | None
    """(H, E): of all heads of the layer, side by side; None for recurrent models."""
    block: Numbers | None
    """(D,): W_O · contexts + b, what the layer's attention adds; None for recurrent models."""
    mixed: Numbers | None
    """(H, D): of each head its columns of W_O · its context; block is their sum + b."""
    mixing: Numbers | None
    """(H, D, E): W_O, each head's columns; None where D is above ``SMALL``, too."""
    mixing_bias: Numbers | None
    """(D,): b; None where there is none, too."""
    source: Numbers | None
    """(S, D): the encoder's states h, by the places of the written sentence; recurrent models."""
    state: Numbers | None
    """(D,): top decoder state s_t after the step; recurrent models."""
    before: Numbers | None
    """(t, D): the same after each step before, as recorded; None: not recorded, or no such model.
    """
    handed: Numbers | None
    """(D,): the encoder's last state, with which the decoder started; recurrent models."""
    prediction: Prediction | None
    """None for "encoder"."""
    edits: tuple[str, ...]
    """Kinds of the edits that were made to this head at this step."""
    weight_deviation: float | None
    """Largest difference to the recorded weights; None: there are none."""
    log_prob_deviation: float | None
    """The same of the recorded log-probabilities, in nats."""

    def __post_init__(self) -> None:
        """Make the arrays read-only."""
        freeze(self)

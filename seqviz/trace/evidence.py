"""What went into a translation, in numbers that were computed after the search. Numpy only.

Letters in shapes as in ``seqviz.trace.trace``; row t belongs to the token produced at step t.
"""

from dataclasses import dataclass

import numpy as np

from seqviz.trace.computation import Numbers
from seqviz.trace.search import Ints, freeze


@dataclass(frozen=True, kw_only=True, eq=False)
class AttentionNorms:
    """How much of what the decoder reads comes from each source token: lengths of vectors.

    f(x) is what a head makes of a source token: its value, mapped by the head's part of the output
    layer. Kobayashi et al. 2020, https://aclanthology.org/2020.emnlp-main.574. Of a recurrent model
    it is W_c h, with W_c the context's columns of the layer before the output (ours).
    """

    heads: Numbers
    """(L, H, T, S): α ‖f(x)‖."""
    layers: Numbers
    """(L, T, S): ‖Σ_h α f(x)‖, of the vectors of all heads together."""

    def __post_init__(self) -> None:
        """Make the arrays read-only."""
        freeze(self)


@dataclass(frozen=True, kw_only=True, eq=False)
class SourceContributions:
    """How much of every token written comes from which token read: ALTI+, of a Transformer.

    Ferrando et al. 2022, https://aclanthology.org/2022.emnlp-main.599. A sign of whether a word
    comes from the sentence; links drawn from it are worse than those of a middle layer.
    """

    source: Numbers
    """(T, S): shares of the source tokens, EOS among them."""
    prefix: Numbers
    """(T, T): shares of the tokens fed; column j is the j-th, the start token first. 0 above the
    diagonal. A row of both sums to 1."""

    def __post_init__(self) -> None:
        """Make the arrays read-only."""
        freeze(self)

    @property
    def source_share(self) -> Numbers:
        """(T,): what comes from the source; the rest comes from what was written before."""
        share: Numbers = self.source.sum(1)
        return share


@dataclass(frozen=True, kw_only=True, eq=False)
class DecoderLens:
    """What the output layer would say of the token written after every layer of the decoder.

    The logit lens of nostalgebraist 2020, with the norm at the end of the stack applied to every
    layer. Letters as above, V the vocabulary's size.
    """

    ranks: Ints
    """(T, L): of the token written, among all tokens; 1 is the most probable."""
    probs: Numbers
    """(T, L): its probability."""

    def __post_init__(self) -> None:
        """Make the arrays read-only."""
        freeze(self)

    @property
    def first_layer(self) -> Ints:
        """(T,): the first layer, from 0, after which the token is the most probable; −1: none."""
        first = self.ranks == 1
        found: Ints = np.where(first.any(1), first.argmax(1), -1).astype(np.int32)
        return found

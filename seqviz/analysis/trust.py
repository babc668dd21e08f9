"""Whether the words of a translation come from the sentence: numbers of pieces, put together.

Numpy only.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from seqviz.analysis.attention import Array
from seqviz.analysis.contrast import SourceContrast
from seqviz.analysis.words import merge_log_probs, word_groups, word_labels
from seqviz.errors import InputError
from seqviz.trace.evidence import AttentionNorms, DecoderLens, SourceContributions

Part = Literal["share", "norms", "decoder", "encoder"]


@dataclass(frozen=True, kw_only=True, eq=False)
class Trust:
    """All that is known of one hypothesis; None: the model does not give it."""

    contrast: SourceContrast
    contributions: SourceContributions | None
    norms: AttentionNorms | None
    lens: DecoderLens | None
    by_layer: tuple[str, ...] | None
    """The translation after 0, 1, … layers of the encoder."""
    grids: Mapping[str, Array]
    """See ``Evidence.grids``."""
    missing: Mapping[Part, InputError]
    """Why there is no source share, no norms, no lens into the decoder or the encoder."""


@dataclass(frozen=True, kw_only=True)
class WordTrust:
    """A word of a translation; numbers in nats and shares."""

    label: str
    log_prob: float
    """log p(word | words before, sentence): the sum over its pieces."""
    contrast: float
    """The same minus log p(word | words before, no sentence). Near 0, it would have come anyway."""
    source_share: float | None
    """Which part of it comes from the sentence, the mean over its pieces (ALTI+); None: not to be
    had of this model."""
    layer: int | None
    """Of the decoder, from 0: after it, all pieces have been the most probable ones, each at its
    step; −1: one of them never is; None: not to be had."""


def word_trust(
    contrast: SourceContrast,
    contributions: SourceContributions | None = None,
    lens: DecoderLens | None = None,
) -> tuple[WordTrust, ...]:
    """Of every word of a hypothesis; see ``Translator.evidence``.

    Args:
        contrast: its pieces with and without the sentence.
        contributions: where the model has them.
        lens: where the model has one.
    """
    groups = word_groups(contrast.pieces)
    first = np.unique(groups, return_index=True)[1]  # the place of each word's first piece
    sizes = np.bincount(groups)
    log_probs = merge_log_probs(contrast.with_source, groups)
    without = merge_log_probs(contrast.without_source, groups)
    shares = layers = None
    if contributions is not None:
        shares = np.add.reduceat(contributions.source_share, first) / sizes
    if lens is not None:
        never = np.minimum.reduceat(lens.first_layer, first) < 0
        layers = np.where(never, -1, np.maximum.reduceat(lens.first_layer, first))
    with np.errstate(invalid="ignore"):
        gained = log_probs - without
    return tuple(
        WordTrust(
            label=label,
            log_prob=float(log_probs[word]),
            contrast=float(gained[word]),
            source_share=None if shares is None else float(shares[word]),
            layer=None if layers is None else int(layers[word]),
        )
        for word, label in enumerate(word_labels(contrast.pieces, groups))
    )

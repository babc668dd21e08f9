"""What a hypothesis is ranked by: its log-probability, divided by a function of its length.

Pure arithmetic; knows nothing about models or steps. Higher scores are better.
"""

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from seqviz.options import DecodeOptions
from seqviz.trace import Floats

Lengths = TypeVar("Lengths", NDArray[np.float64], Tensor)
Scores = TypeVar("Scores", Floats, Tensor)


def normaliser(lengths: Lengths, options: DecodeOptions) -> Lengths:
    """What the log-probability of a hypothesis of that length is divided by.

    1 for "none", |Y|^α for "average", ((5 + |Y|) / 6)^α for "gnmt" (Wu et al. 2016,
    https://arxiv.org/abs/1609.08144, section 7).

    Args:
        lengths: tokens, EOS counted, BOS not; at least 1; any shape.
        options: names the form and α.

    Returns:
        the divisors, in the shape of ``lengths``; at least 1.
    """
    if options.length_normalisation == "none":
        return lengths**0.0
    if options.length_normalisation == "average":
        return lengths**options.alpha
    return ((lengths + 5.0) / 6.0) ** options.alpha


def normalisers(limit: int, options: DecodeOptions) -> Floats:
    """The normaliser of every length from 1 to ``limit``, (limit,).

    Search and ranking both divide by this table, so that they agree to the last bit.
    """
    return normaliser(np.arange(1, limit + 1, dtype=np.float64), options).astype(np.float32)


def stop_bound(best_live: Scores, divisor: Scores) -> Scores:
    """The score that the best live prefix would have if it ended at its present length.

    The search stops by "bound" when no finished hypothesis of the K best scores less. It is a
    bound only where longer hypotheses cannot score better; with a normaliser that grows with length
    they can, and the rule is the usual heuristic (``transformers``: ``early_stopping=False``).

    Args:
        best_live: highest cumulative log-probability of a live prefix; any shape.
        divisor: the normaliser of the present length.
    """
    return best_live / divisor

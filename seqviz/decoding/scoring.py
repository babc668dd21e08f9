"""What a hypothesis is ranked by: its log-probability, divided by a function of its length.

Pure arithmetic; knows nothing about models or steps. Higher scores are better.
"""

from typing import TypeVar

import numpy as np
from torch import Tensor

from seqviz.options import DecodeOptions
from seqviz.trace import Floats

Scores = TypeVar("Scores", Floats, Tensor)


def normalisers(limit: int, options: DecodeOptions) -> Floats:
    """The normaliser of every length from 1 to ``limit``, (limit,).

    Search and ranking both divide by this table, so that they agree to the last bit.
    """
    return options.normaliser(np.arange(1, limit + 1)).astype(np.float32)


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

"""How far different ways of saying "where a word comes from" agree. Numpy only.

Attention is not explanation: Jain & Wallace 2019, https://arxiv.org/abs/1902.10186; with an answer
by Wiegreffe & Pinter 2019, https://arxiv.org/abs/1908.04626. T target tokens, S source tokens, EOS
counted on both sides; M ways.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating[Any]]

ATTENTION, TESTS = "weights", ("occlusion", "gradient")
"""What is tested, and what changes the model's input and so says what moved a probability."""
_SAME, _RELATED = 0.7, 0.4
"""Where the words change (ours)."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Agreement:
    """Whether ways of weighing source tokens put them in the same order, by Spearman's ρ."""

    ways: tuple[str, ...]
    steps: Array
    """(T, M, M): ρ over the source tokens, in [−1, 1]; NaN where a way makes no difference between
    them. It goes by size: a token that makes a word less probable counts as much as one that makes
    it more so."""

    @property
    def overall(self) -> Array:
        """(M, M): the mean of the steps that have one; NaN where none has."""
        there = np.isfinite(self.steps)
        total, count = np.where(there, self.steps, 0).sum(0), there.sum(0)
        mean: Array = np.divide(total, count, out=np.full(total.shape, np.nan), where=count > 0)
        return mean

    def between(self, one: str, other: str) -> float:
        """The mean ρ of two ways; NaN where one was not to be had."""
        if one not in self.ways or other not in self.ways:
            return float("nan")
        return float(self.overall[self.ways.index(one), self.ways.index(other)])

    @property
    def verdict(self) -> Literal["same", "related", "different"] | None:
        """How attention stands to what moves the probability; None: it cannot be said.

        By the mean of its two ρ: "same" from 0.7, "related" from 0.4 (both ours).
        """
        found = np.mean([self.between(ATTENTION, test) for test in TESTS])
        if np.isnan(found):
            return None
        return "same" if found >= _SAME else "related" if found >= _RELATED else "different"


def agreement(grids: Mapping[str, Array]) -> Agreement:
    """Compare ways of weighing the source for every token written.

    Args:
        grids: for each way what it gives each source token, (T, S).
    """
    ranks = np.stack([ranked(np.abs(grid)) for grid in grids.values()], 1)  # (T, M, S)
    away = ranks - ranks.mean(-1, keepdims=True)
    products = away @ away.swapaxes(1, 2)  # (T, M, M)
    sizes = np.sqrt(np.diagonal(products, axis1=1, axis2=2))  # (T, M)
    both = sizes[:, :, None] * sizes[:, None]
    found = np.divide(products, both, out=np.full(products.shape, np.nan), where=both > 0)
    return Agreement(ways=tuple(grids), steps=found.clip(-1, 1))


def ranked(values: Array) -> Array:
    """Ranks in every row from 1, the smallest first; equals share the mean of theirs. (…, S)."""
    below = (values[..., None, :] < values[..., None]).sum(-1)
    equal = (values[..., None, :] == values[..., None]).sum(-1)
    ranks: Array = below + (equal + 1) / 2
    return ranks

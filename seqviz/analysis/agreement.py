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
_SAME, _RELATED = 0.75, 0.5
"""Where the words change (ours)."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Agreement:
    """Whether ways of weighing source tokens agree, by size, whatever the sign.

    A token that makes a word less probable counts as much as one that makes it more so.
    """

    ways: tuple[str, ...]
    steps: Array
    """(T, M, M): Spearman's ρ over the source tokens, in [−1, 1]; NaN where a way makes no
    difference between them. The many tokens that hardly count weigh as much as the few that do."""
    strongest: Array
    """(M, M): share of the steps at which the strongest source token is the same, in [0, 1]."""

    @property
    def overall(self) -> Array:
        """(M, M): the mean of the steps that have one; NaN where none has."""
        there = np.isfinite(self.steps)
        total, count = np.where(there, self.steps, 0).sum(0), there.sum(0)
        mean: Array = np.divide(total, count, out=np.full(total.shape, np.nan), where=count > 0)
        return mean

    def tests(self) -> dict[str, str]:
        """Numbers about attention and its two tests, as texts; the names are those in words."""
        told: dict[str, str] = {}
        for test in TESTS:
            place = self.ways.index(ATTENTION), self.ways.index(test)
            told[test] = f"{self.overall[place] + 0.0:.2f}".replace("-", "−")
            told[f"{test}_strongest"] = f"{100 * self.strongest[place]:.0f}"
        return told

    @property
    def verdict(self) -> Literal["same", "related", "different"] | None:
        """How attention stands to what moves the probability; None: there is no attention.

        By ``strongest``, the mean of its two tests: "same" from 0.75, "related" from 0.5 (ours).
        """
        if ATTENTION not in self.ways:
            return None
        attention, tests = self.ways.index(ATTENTION), [self.ways.index(test) for test in TESTS]
        found = self.strongest[attention, tests].mean()
        return "same" if found >= _SAME else "related" if found >= _RELATED else "different"


def agreement(grids: Mapping[str, Array]) -> Agreement:
    """Compare ways of weighing the source for every token written.

    Args:
        grids: for each way what it gives each source token, (T, S).
    """
    sized = np.stack([np.abs(grid) for grid in grids.values()], 1)  # (T, M, S)
    ranks, first = ranked(sized), sized.argmax(-1)  # (T, M, S), (T, M)
    away = ranks - ranks.mean(-1, keepdims=True)
    products = away @ away.swapaxes(1, 2)  # (T, M, M)
    sizes = np.sqrt(np.diagonal(products, axis1=1, axis2=2))  # (T, M)
    both = sizes[:, :, None] * sizes[:, None]
    found = np.divide(products, both, out=np.full(products.shape, np.nan), where=both > 0)
    same = (first[:, :, None] == first[:, None]).mean(0)
    return Agreement(ways=tuple(grids), steps=found.clip(-1, 1), strongest=same)


def ranked(values: Array) -> Array:
    """Ranks in every row from 1, the smallest first; equals share the mean of theirs. (…, S)."""
    below = (values[..., None, :] < values[..., None]).sum(-1)
    equal = (values[..., None, :] == values[..., None]).sum(-1)
    ranks: Array = below + (equal + 1) / 2
    return ranks

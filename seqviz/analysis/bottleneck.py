"""One reference under two systems: where along it the one without attention falls behind.

Both are forced to say the reference, so every token is scored after the right ones; what is left
of a difference is what they know about the source. T is the number of tokens, EOS counted.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating[Any]]

APART = 1.0
"""Nats: e times as probable."""
IMPOSSIBLE = -100.0
"""What the log-probability of an impossible token counts as, in nats."""


@dataclass(frozen=True, kw_only=True)
class Parting:
    """Where two running sums of log-probabilities part for good."""

    gap: float
    """Σ log p of the second minus that of the first, in nats: above 0, the second is ahead."""
    step: int | None
    """From here to the end one is ahead by more than ``APART``; None: at the end it is not."""
    worst: int
    """Where the one that is behind at the end loses most."""
    loss: float
    """How much it loses there, in nats; 0 where both are equal all along."""


def parting(first: Array, second: Array) -> Parting:
    """Compare the log-probabilities (T,) that two systems give the same tokens.

    Raises:
        ValueError: they are not of the same tokens.
    """
    if first.shape != second.shape or not len(first):
        raise ValueError(f"log-probabilities {first.shape} and {second.shape}")
    differences = finite(second) - finite(first)
    gaps = np.cumsum(differences)
    ahead = 1.0 if gaps[-1] >= 0 else -1.0
    within = np.flatnonzero(ahead * gaps <= APART)
    step = int(within[-1]) + 1 if len(within) else 0
    worst = int(np.argmax(ahead * differences))
    return Parting(
        gap=float(gaps[-1]),
        step=step if step < len(gaps) else None,
        worst=worst,
        loss=float(max(0.0, ahead * differences[worst])),
    )


def finite(log_probs: Array) -> Array:
    """The same in double precision, impossible tokens at ``IMPOSSIBLE``."""
    return np.maximum(log_probs.astype(np.float64), IMPOSSIBLE)

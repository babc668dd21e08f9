"""Logistic regression: several signals of a word become one probability that it is wrong.

Numpy only. F signals, N words.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating[Any]]

PENALTY = 1.0
"""λ of ½ λ |w|², in units of one word: it keeps weights finite, and matters little beyond that."""
_MOST_STEPS = 100
_CLOSE = 1e-9


@dataclass(frozen=True, kw_only=True)
class Logistic:
    """p = 1 / (1 + exp(−(b + Σ w_f x_f)))."""

    weights: tuple[float, ...]
    """(F,), for signals as they are, not standardised."""
    bias: float

    def probability(self, signals: Array) -> Array:
        """Of every word, (N, F) -> (N,)."""
        scores = signals @ np.array(self.weights) + self.bias
        found: Array = 0.5 * (1 + np.tanh(scores / 2))
        return found


def fit(signals: Array, wrong: NDArray[np.bool_], *, penalty: float = PENALTY) -> Logistic:
    """Fit by Newton's method, all words counting alike.

    Minimises −Σ log p(label) + ½ λ |w|² over standardised signals; the bias is not penalised.
    Bishop 2006, Pattern Recognition and Machine Learning, section 4.3.3.

    Args:
        signals: (N, F).
        wrong: (N,).
        penalty: λ.

    Raises:
        ValueError: the words are all wrong, or none is.
    """
    if wrong.all() or not wrong.any():
        raise ValueError("a regression needs words that are wrong and words that are not")
    mean, scale = signals.mean(axis=0), signals.std(axis=0)
    scale = np.where(scale > 0, scale, 1.0)
    design = np.column_stack(((signals - mean) / scale, np.ones(len(signals))))  # (N, F + 1)
    shrink = np.diag([penalty] * signals.shape[1] + [0.0])
    weights = np.zeros(design.shape[1])
    for _ in range(_MOST_STEPS):
        chances = 0.5 * (1 + np.tanh(design @ weights / 2))
        slope = design.T @ (chances - wrong) + shrink @ weights
        curve = (design * (chances * (1 - chances))[:, None]).T @ design + shrink
        step = np.linalg.solve(curve, slope)
        weights = weights - step
        if np.abs(step).max() < _CLOSE:
            break
    plain = weights[:-1] / scale
    return Logistic(weights=tuple(plain.tolist()), bias=float(weights[-1] - plain @ mean))

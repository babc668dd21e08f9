"""What travels to the browser components, as plain values that JSON can hold.

Pure functions; knows nothing of Streamlit. Letters in shapes: T steps, S source tokens.
"""

import base64
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Weights = NDArray[np.floating]
NextTokens = Sequence[tuple[str, float]]

TOP_TOKENS = 10
MAX_LINES = 2_500
LINE_THRESHOLD = 0.05
LEVELS = 65_535


def packed(weights: Weights) -> str:
    """Weights as base64 of little-endian uint16, row by row; 65,535 is 1.

    Args:
        weights: any shape; what lies outside [0, 1] is cut, NaN counts as 0.
    """
    levels = np.rint(np.clip(np.nan_to_num(weights, nan=0.0), 0.0, 1.0) * LEVELS)
    return base64.b64encode(levels.astype("<u2").tobytes()).decode("ascii")


def line_threshold(weights: Weights) -> float:
    """The least weight that gets a line, so that a picture has at most about 2,500 of them.

    Half of what even attention would give, and never above 0.05: diffuse heads show too.

    Args:
        weights: (T, S).
    """
    threshold = min(LINE_THRESHOLD, 0.5 / weights.shape[1])
    if weights.size > MAX_LINES:
        threshold = max(threshold, float(np.partition(weights.ravel(), -MAX_LINES)[-MAX_LINES]))
    return float(np.ceil(threshold * 1000) / 1000)


def top_tokens(
    next_tokens: NextTokens, chosen: int, drawable: Sequence[bool] | None = None
) -> dict[str, object]:
    """The rows of one step's bars.

    Args:
        next_tokens: tokens with their probabilities, most probable first.
        chosen: index of the chosen one in them, -1 for none.
        drawable: whether sampling could draw each; None: nothing was cut off.

    Returns:
        ``top``, the first ten as (token, probability); ``extra``, the chosen one if it is not among
        them, else None; ``chosen`` as given; ``cut``, the indices of those that were cut off.

    Raises:
        ValueError: ``chosen`` is no index of ``next_tokens``.
    """
    if not -1 <= chosen < len(next_tokens):
        raise ValueError(f"chosen is {chosen}, but there are {len(next_tokens)} next tokens")
    rows = [(token, _number(probability, 6)) for token, probability in next_tokens]
    extra = rows[chosen] if chosen >= TOP_TOKENS else None
    cut = [index for index, drawn in enumerate(drawable or ()) if not drawn]
    return {"top": rows[:TOP_TOKENS], "extra": extra, "chosen": chosen, "cut": cut}


def checked(weights: Weights, *, steps: int, source: int) -> Weights:
    """The weights, if they are (steps, source).

    Raises:
        ValueError: they have another shape.
    """
    if weights.shape != (steps, source):
        raise ValueError(f"weights have shape {weights.shape}, not ({steps}, {source})")
    return weights


def numbers(values: Sequence[float]) -> list[float]:
    """Rounded numbers that JSON can hold; NaN and infinities become 0."""
    return [_number(value, 4) for value in values]


def _number(value: float, digits: int) -> float:
    return round(float(value), digits) if np.isfinite(value) else 0.0

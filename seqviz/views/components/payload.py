"""Numbers that travel to the browser, as plain values that JSON can hold."""

from collections.abc import Sequence

import numpy as np


def numbers(values: Sequence[float]) -> list[float]:
    """Rounded numbers that JSON can hold; NaN and infinities become 0."""
    return [round(float(value), 4) if np.isfinite(value) else 0.0 for value in values]

"""Columns of numbers as one text: exact, short, and unpacked by every browser at once.

The bytes of each column's numbers stand plane by plane (all first bytes, then all second ones),
which compresses well; all columns together go through zlib, then base64; ``columns.js`` reads it.
"""

import zlib
from base64 import b64encode
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

KINDS = {"d": "<f8", "f": "<f4", "i": "<i4", "w": "<u2", "u": "u1"}
"""Of numbers, by the letters that stand for them."""

_LEVEL = 1
"""Of zlib; 9 takes ten times as long for 4 % less."""


def packed_columns(columns: Mapping[str, tuple[str, ArrayLike]]) -> dict[str, Any]:
    """The numbers of all columns as JSON.

    Args:
        columns: by name, a letter of ``KINDS``, and numbers of any shape, taken in the order of
            their last axis first: the reader knows how long rows are; floats may be NaN and
            infinite.

    Returns:
        "sizes": by name, the letter and how many numbers; "text": all of them, one column after
        the other.
    """
    numbers = {
        name: (kind, np.ascontiguousarray(values, np.dtype(KINDS[kind])))
        for name, (kind, values) in columns.items()
    }
    planes = (one.reshape(-1, 1).view(np.uint8).T.tobytes() for _, one in numbers.values())
    return {
        "sizes": {name: [kind, one.size] for name, (kind, one) in numbers.items()},
        "text": b64encode(zlib.compress(b"".join(planes), _LEVEL)).decode("ascii"),
    }

"""Columns as the browser unpacks them."""

import zlib
from base64 import b64decode
from typing import Any

import numpy as np

TYPES = {"f": "<f4", "d": "<f8", "i": "<i4", "u": "u1", "levels": "<u2"}


def unpacked(packed: dict[str, Any]) -> dict[str, Any]:
    """The columns of a part of the payload, beside what else it holds."""
    columns = {name: column(*found) for name, found in packed["columns"].items()}
    return {**packed, **columns}


def column(kind: str, text: str) -> np.ndarray[Any, Any]:
    """One column of numbers."""
    planes = np.frombuffer(zlib.decompress(b64decode(text)), np.uint8)
    size = np.dtype(TYPES[kind]).itemsize
    return np.ascontiguousarray(planes.reshape(size, -1).T).view(TYPES[kind]).ravel()

"""Columns as the browser unpacks them."""

import zlib
from base64 import b64decode
from typing import Any

import numpy as np

from seqviz.viewer.columns import KINDS


def unpacked(packed: dict[str, Any]) -> dict[str, Any]:
    """The columns of a part of the payload, beside what else it holds."""
    return {name: one for name, one in packed.items() if name != "columns"} | columns(
        packed["columns"]
    )


def columns(packed: dict[str, Any]) -> dict[str, np.ndarray[Any, Any]]:
    """All columns of numbers, by name."""
    found, rest = {}, zlib.decompress(b64decode(packed["text"]))
    for name, (kind, count) in packed["sizes"].items():
        size = np.dtype(KINDS[kind]).itemsize
        planes = np.frombuffer(rest[: size * count], np.uint8).reshape(size, -1)
        found[name] = np.ascontiguousarray(planes.T).view(KINDS[kind]).ravel()
        rest = rest[size * count :]
    assert not rest
    return found

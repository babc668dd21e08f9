"""JSON values of a trace file, typed and checked one by one, and arrays as base64.

Knows no record; ``trace.file`` puts the values together. What is wrong raises a ValueError that
says what and where.
"""

import base64
import binascii
import io
import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from seqviz.trace.columns import Column

_DTYPES = {"float16": "<f2", "float32": "<f4", "int32": "<i4", "int8": "<i1", "bool": "<u1"}
_FLOATS = ("float16", "float32")
_NO_DATA = b'"data": ""'
"""In no text of a JSON file, where quotes have a backslash."""
_AT_ONCE = 3 * 2**20
"""Bytes; divisible by three, for base64 has no padding between pieces."""


def pack_array(
    array: NDArray[Any] | None, numbers: list[memoryview], *, half_precision: bool
) -> dict[str, Any] | None:
    """An array as JSON: its type and its shape; its numbers, as bytes, are put into a list.

    ``with_numbers`` brings them together again.
    """
    if array is None:
        return None
    if half_precision:
        limit = float(np.finfo(np.float16).max)
        array = np.clip(array, -limit, limit).astype(np.float16)
    data = np.ascontiguousarray(array, dtype=_DTYPES[array.dtype.name])
    numbers.append(data.reshape(-1).view(np.uint8).data)
    return {"dtype": array.dtype.name, "shape": list(array.shape), "data": ""}


def with_numbers(content: bytes, numbers: Sequence[memoryview]) -> bytes:
    """JSON with the numbers of its arrays in base64, some at a time.

    A single call for all of a large trace would hold up every other thread for a second.

    Args:
        content: the JSON of objects that ``pack_array`` made, among others.
        numbers: of all of them, in their order.
    """
    before, *parts = content.split(_NO_DATA)
    whole = io.BytesIO()
    whole.write(before)
    for data, part in zip(numbers, parts, strict=True):
        whole.write(_NO_DATA[:-1])
        for start in range(0, len(data), _AT_ONCE):
            whole.write(base64.b64encode(data[start : start + _AT_ONCE]))
        whole.write(b'"' + part)
    return whole.getvalue()


def unpack_array(raw: Mapping[str, Any], name: str, column: Column) -> NDArray[Any]:
    """The array under a name, in the type that such an array has in memory.

    Args:
        raw: the object that holds it.
        name: its key.
        column: what it must be.

    Raises:
        ValueError: it is missing, of another type or shape, or shorter or longer than it says.
    """
    packed = get_mapping(raw.get(name), name)
    dtype, shape = get_value(packed, "dtype", str), get_value(packed, "shape", list)
    axes, allowed = len(column.shape), _FLOATS if column.dtype in _FLOATS else (column.dtype,)
    if dtype not in allowed:
        raise ValueError(f"{name} holds {dtype!r:.40}, not {' or '.join(allowed)}")
    if len(shape) != axes or not all(type(size) is int and size >= 0 for size in shape):
        raise ValueError(f"{name} has the shape {shape!r:.40}, not {axes} sizes")
    try:
        data = base64.b64decode(get_value(packed, "data", str), validate=True)
    except binascii.Error as error:
        raise ValueError(f"{name} is not base64") from error
    stored = np.dtype(_DTYPES[dtype])
    if len(data) != math.prod(shape) * stored.itemsize:
        raise ValueError(f"{name} has {len(data)} bytes, which is not {dtype} {shape!r:.40}")
    array = np.frombuffer(data, stored).reshape(shape)
    return array != 0 if dtype == "bool" else array.astype(np.dtype(column.dtype))


def get_strings(raw: Mapping[str, Any], name: str) -> tuple[str, ...]:
    """The list of texts under a name."""
    values = get_value(raw, name, list)
    if not all(isinstance(value, str) for value in values):
        raise ValueError(f"{name} does not hold text only")
    return tuple(_checked_text(value, name) for value in values)


def get_mapping(value: object, name: str) -> Mapping[str, Any]:
    """A value that must be an object; ``name`` is for the message."""
    if not isinstance(value, dict):
        raise ValueError(f"{name} is missing or no object")
    return value


def get_value(raw: Mapping[str, Any], name: str, *types: Any) -> Any:
    """A value of exactly one of these types (so that True is no number)."""
    if name not in raw:
        raise ValueError(f"'{name}' is missing")
    if type(raw[name]) not in types:
        raise ValueError(f"'{name}' is {raw[name]!r:.40}, which is of the wrong type")
    return _checked_text(raw[name], name) if isinstance(raw[name], str) else raw[name]


def _checked_text(text: str, name: str) -> str:
    """A text that can be shown: JSON can hold halves of characters."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise ValueError(f"'{name:.40}' holds half a character") from error
    return text

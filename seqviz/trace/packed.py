"""Records of every kind as JSON and back, by the types of their fields; arrays in base64.

What travels between a backend and who asks it. Trace files have a reader of their own, which also
checks what the values mean; here a value is only known to be of the right type.
"""

import base64
import math
import types
from collections.abc import Callable, Mapping, Sequence
from dataclasses import MISSING, fields, is_dataclass
from functools import cache
from pathlib import Path
from typing import (
    Annotated,
    Any,
    Literal,
    TypeVar,
    Union,
    cast,
    get_args,
    get_origin,
    get_type_hints,
)

import numpy as np
from numpy.typing import NDArray

from seqviz.errors import InputError
from seqviz.trace.arrays import get_mapping, get_value

Record = TypeVar("Record")
_NO_NUMBERS = ("inf", "-inf", "nan")
"""Floats that JSON does not know, as texts."""
_DTYPES = ("float64", "float32", "float16", "int64", "int32", "int8", "bool")


def packed(value: object) -> Any:
    """A record, or what may be in one, as JSON has it."""
    if isinstance(value, np.ndarray):
        return _packed_array(value)
    if isinstance(value, np.generic):
        return packed(value.item())
    if is_dataclass(value):
        return {field.name: packed(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): packed(one) for key, one in value.items()}
    if isinstance(value, (list, tuple, frozenset)):
        return [packed(one) for one in value]
    is_none = isinstance(value, float) and not math.isfinite(value)
    return str(value) if isinstance(value, Path) or is_none else value


def unpacked(kind: type[Record], raw: object, name: str = "it") -> Record:
    """A record, or another value, of a type.

    Args:
        kind: the type; of a record, fields that have a default may be missing.
        raw: from ``packed``, by way of JSON.
        name: what it is called where it is refused.

    Raises:
        ValueError: it is of another type, or names a field that there is not.
        InputError: ``option_unknown``, it is none of its choices; or the record refuses a value.
    """
    return cast(Record, _read(kind, raw, name))


def _packed_array(array: NDArray[Any]) -> dict[str, Any]:
    data = np.ascontiguousarray(array).astype(array.dtype.newbyteorder("<"), copy=False)
    text = base64.b64encode(data.tobytes()).decode("ascii")
    return {"dtype": array.dtype.name, "shape": list(array.shape), "data": text}


def _array(raw: object, name: str) -> NDArray[Any]:
    given = get_mapping(raw, name)
    shape, dtype = get_value(given, "shape", list), get_value(given, "dtype", str)
    if dtype not in _DTYPES or not all(type(size) is int and size >= 0 for size in shape):
        raise ValueError(f"'{name}' is no array")
    data = base64.b64decode(get_value(given, "data", str), validate=True)
    stored = np.dtype(dtype).newbyteorder("<")
    if len(data) != math.prod(shape) * stored.itemsize:
        raise ValueError(f"'{name}' has {len(data)} bytes, which is not {dtype} {shape!r:.40}")
    return np.frombuffer(data, stored).reshape(shape).astype(dtype)


def _read(kind: Any, raw: object, name: str) -> Any:
    reader = _READERS.get(get_origin(kind))
    if reader is not None:
        return reader(get_args(kind), raw, name)
    if is_dataclass(kind):
        return _record(kind, raw, name)
    return raw if kind is Any else _plain(kind, raw, name)


def _choice(choices: tuple[Any, ...], raw: object, name: str) -> Any:
    if raw not in choices:
        facts = {"option": name, "found": f"{raw!s:.40}", "choices": ", ".join(map(str, choices))}
        raise InputError("option_unknown", facts)
    return raw


def _plain(kind: Any, raw: object, name: str) -> Any:
    if kind is Path:
        return Path(get_value({name: raw}, name, str))
    if kind is float and raw in _NO_NUMBERS:
        return float(str(raw))
    allowed = (int, float) if kind is float else (kind,)
    return get_value({name: raw}, name, *allowed)


def _mapping(kinds: tuple[Any, ...], raw: object, name: str) -> dict[Any, Any]:
    key, value = kinds
    given = get_mapping(raw, name)
    return {(int(one) if key is int else one): _read(value, given[one], name) for one in given}


def _one_of(kinds: tuple[Any, ...], raw: object, name: str) -> Any:
    """By the first type that fits."""
    if raw is None and type(None) in kinds:
        return None
    others = [kind for kind in kinds if kind is not type(None)]
    for kind in others[:-1]:
        try:
            return _read(kind, raw, name)
        except ValueError:
            continue
    return _read(others[-1], raw, name)


def _tuple(kinds: tuple[Any, ...], raw: object, name: str) -> tuple[Any, ...]:
    if not isinstance(raw, list):
        raise ValueError(f"'{name}' is {raw!r:.40}, not a list")
    if kinds[-1] is Ellipsis:
        return tuple(_read(kinds[0], one, name) for one in raw)
    if len(raw) != len(kinds):
        raise ValueError(f"'{name}' has {len(raw)} values, not {len(kinds)}")
    return tuple(_read(kind, one, name) for kind, one in zip(kinds, raw, strict=True))


@cache
def _fields(kind: Any) -> dict[str, tuple[Any, bool]]:
    """Of a record: the type of every field, and whether it must be given."""
    hints = get_type_hints(kind, include_extras=True)
    return {
        one.name: (hints[one.name], one.default is MISSING and one.default_factory is MISSING)
        for one in fields(kind)
    }


def _record(kind: Any, raw: object, name: str) -> Any:
    given, known = get_mapping(raw, name), _fields(kind)
    for found in given:
        if found not in known:
            raise ValueError(f"'{found:.40}' is not known there; known are: {', '.join(known)}")
    for one, (_, is_needed) in known.items():
        if is_needed and one not in given:
            raise ValueError(f"'{one}' is missing")
    return kind(**{one: _read(known[one][0], given[one], one) for one in given})


_READERS: Mapping[Any, Callable[[tuple[Any, ...], object, str], Any]] = {
    Annotated: lambda kinds, raw, name: _read(kinds[0], raw, name),
    Literal: _choice,
    Union: _one_of,
    types.UnionType: _one_of,
    np.ndarray: lambda _, raw, name: _array(raw, name),
    tuple: _tuple,
    Sequence: lambda kinds, raw, name: _tuple((kinds[0], ...), raw, name),
    frozenset: lambda kinds, raw, name: frozenset(_tuple((kinds[0], ...), raw, name)),
    dict: _mapping,
    Mapping: _mapping,
}
"""What reads a type that is made of others."""

"""Small records beside a model's weights, as JSON: written whole or not, read with distrust."""

import json
from collections.abc import Callable, Mapping
from dataclasses import MISSING, asdict, dataclass, field, fields, is_dataclass
from pathlib import Path
from types import UnionType
from typing import Any, Generic, Literal, TypeVar, get_args, get_origin, get_type_hints

from seqviz.errors import InputError, ModelError
from seqviz.files import write_whole

MOST = 1e15
"""No count or measure is so large."""

Record = TypeVar("Record")
Special = Callable[[Any, Mapping[str, Any]], Any]
_NAMES = {int: "a whole number", float: "a number", str: "a text"}


def write_record(
    content: Mapping[str, Any],
    path: Path | str,
    *,
    indent: int | None = 1,
    max_bytes: int | None = None,
) -> None:
    """Write JSON; a file that exists is replaced, or left whole.

    Args:
        content: of the record.
        path: of the file.
        indent: spaces; None: all in one line.
        max_bytes: a longer file is not written; None: any length.

    Raises:
        InputError: ``file_unwritable``: it cannot be written, or would be too long.
    """
    separators = (",", ":") if indent is None else None
    text = json.dumps(content, ensure_ascii=False, indent=indent, separators=separators) + "\n"
    encoded = text.encode()
    if max_bytes is not None and len(encoded) > max_bytes:
        reason = f"it would have more than {max_bytes} bytes"
        raise InputError("file_unwritable", {"file": str(path), "reason": reason})
    write_whole(path, encoded)


def read_record(
    path: Path | str,
    kind: type[Record],
    *,
    what: str,
    version: int,
    max_bytes: int,
    special: Mapping[str, Special] | None = None,
) -> Record | None:
    """Read JSON; None where there is no such file.

    Args:
        path: the file.
        kind: the dataclass of the record.
        what: it is, for the message where it is something else.
        version: of its format.
        max_bytes: a longer file is not read.
        special: see ``Reader``.

    Raises:
        ModelError: ``file_corrupt``: it cannot be read, or is no such record.
    """
    try:
        with Path(path).open("rb") as file:
            content = file.read(max_bytes + 1)
        if len(content) > max_bytes:
            raise ValueError(f"it has more than {max_bytes} bytes")
        raw = json.loads(content)
        if not isinstance(raw, dict) or raw.pop("format", None) != version:
            raise ValueError(f"it is no {what} of format {version}")
        return Reader(special=special or {}).record(kind, raw)
    except FileNotFoundError:
        return None
    except OSError as error:
        facts = {"file": str(path), "reason": error.strerror}
        raise ModelError("file_corrupt", facts) from error
    except (ValueError, RecursionError) as error:
        facts = {"file": str(path), "reason": str(error) or "it is nested too deeply"}
        raise ModelError("file_corrupt", facts) from error


@dataclass(frozen=True)
class RecordFile(Generic[Record]):
    """How records of a kind lie beside a model's weights; the arguments of ``read_record``."""

    name: str
    kind: type[Record]
    what: str
    max_bytes: int
    version: int = 1

    def write(self, record: Record, path: Path | str) -> None:
        """Write a record as JSON; a file that exists is replaced, or left whole.

        Raises:
            InputError: ``file_unwritable``.
        """
        write_record({"format": self.version, **asdict(record)}, path)  # type: ignore[call-overload] # all dataclasses

    def read(self, path: Path | str) -> Record | None:
        """Read a record; None where there is no such file.

        Raises:
            ModelError: ``file_corrupt``: it cannot be read, or is no such record.
        """
        return read_record(
            path, self.kind, what=self.what, version=self.version, max_bytes=self.max_bytes
        )


@dataclass(frozen=True, kw_only=True)
class Reader:
    """Makes frozen dataclasses of what JSON says, by the types of their fields.

    It knows int, float, str, Literal, X | None, tuple[X, ...], Mapping[str, X] and dataclasses of
    these. Ranges, and what must fit together, are the records' own to check.
    """

    special: Mapping[str, Special] = field(default_factory=dict)
    """By the name of a field: reads what is stored in another form than its type. It gets the
    value, and the fields of the record that stand before it."""
    any_text: bool = False
    """Accept what a browser may send and nobody can show: halves of surrogate pairs."""

    def record(self, kind: type[Record], raw: Any) -> Record:
        """A record from an object that has each of its fields, and no other.

        What older files lack has a default.

        Raises:
            ValueError: naming what is wrong.
        """
        check_keys(raw, kind)
        hints, values = get_type_hints(kind), dict[str, Any]()
        for name in (entry.name for entry in fields(kind)):  # type: ignore[arg-type] # all dataclasses
            if name not in raw:
                continue
            if name in self.special:
                values[name] = self.special[name](raw[name], values)
            else:
                values[name] = self.value(hints[name], raw[name], name)
        return kind(**values)

    def value(self, hint: Any, value: Any, name: str) -> Any:
        """A value of a type, which has to be what the type says: neither True nor 1.0 is an int.

        Raises:
            ValueError: naming the field.
        """
        origin, inner = get_origin(hint), get_args(hint)
        if is_dataclass(hint):
            return self.record(hint, value)  # type: ignore[arg-type] # hints hold types
        if origin is UnionType:
            return None if value is None else self.value(inner[0], value, name)
        if origin is tuple:
            if not isinstance(value, list):
                raise ValueError(f"'{name}' is no list")
            return tuple(self.value(inner[0], each, name) for each in value)
        if origin is Mapping:
            if not isinstance(value, dict):
                raise ValueError(f"'{name}' is no object")
            return {key: self.value(inner[1], each, name) for key, each in value.items()}
        wanted = f"one of: {', '.join(inner)}" if origin is Literal else _NAMES[hint]
        if not (value in inner if origin is Literal else self._fits(hint, value)):
            raise ValueError(f"'{name}' is {value!a:.40}, but must be {wanted}")
        return value

    def _fits(self, hint: type, value: Any) -> bool:
        if hint is str:
            halves = type(value) is str and any("\ud800" <= each <= "\udfff" for each in value)
            return type(value) is str and (self.any_text or not halves)
        kinds = {int: (int,), float: (int, float)}[hint]
        return type(value) in kinds and abs(value) < MOST  # NaN is not below anything


def check_keys(raw: Any, record: type) -> None:
    """Refuse all but an object of the fields of a dataclass; those with a default may be missing.

    Raises:
        ValueError: a key is missing or unknown.
    """
    expected = {entry.name for entry in fields(record)}
    needed = {entry.name for entry in fields(record) if entry.default is MISSING}
    found = set(raw) if isinstance(raw, dict) else set()
    if not needed <= found <= expected:
        differ = ", ".join(sorted(found ^ expected))[:80]
        raise ValueError(f"it is incomplete, or more than that; missing or unknown: {differ}")

"""Small records beside a model's weights, as JSON: written whole or not, read with distrust."""

import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any, TypeVar

from seqviz.errors import InputError, ModelError
from seqviz.files import write_whole

Record = TypeVar("Record")


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
    path: Path | str, parse: Callable[[Any], Record], *, max_bytes: int
) -> Record | None:
    """Read JSON; None where there is no such file.

    Args:
        path: the file.
        parse: makes the record of what the JSON says; raises ValueError where it says another
            thing.
        max_bytes: a longer file is not read.

    Raises:
        ModelError: ``file_corrupt``: it cannot be read, or is no such record.
    """
    try:
        with Path(path).open("rb") as file:
            content = file.read(max_bytes + 1)
        if len(content) > max_bytes:
            raise ValueError(f"it has more than {max_bytes} bytes")
        return parse(json.loads(content))
    except FileNotFoundError:
        return None
    except OSError as error:
        facts = {"file": str(path), "reason": error.strerror}
        raise ModelError("file_corrupt", facts) from error
    except (ValueError, RecursionError) as error:
        facts = {"file": str(path), "reason": str(error) or "it is nested too deeply"}
        raise ModelError("file_corrupt", facts) from error


def check_keys(raw: Any, record: type, more: Collection[str] = ()) -> None:
    """Refuse all but an object of the fields of a dataclass, and ``more``.

    Raises:
        ValueError: a key is missing or unknown.
    """
    expected = {field.name for field in fields(record)} | set(more)
    found = set(raw) if isinstance(raw, dict) else set()
    if found != expected:
        raise ValueError("missing or unknown: " + ", ".join(sorted(found ^ expected))[:80])

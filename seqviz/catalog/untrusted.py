"""Files in a model folder that someone else wrote: found and read as data, within bounds, no more.

No link is followed out of the folder, but for those of the Hugging Face hub's own cache, where
``models--OWNER--NAME/snapshots/COMMIT`` holds links into ``models--OWNER--NAME/blobs``.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from seqviz.catalog.entry import INDEX, WEIGHTS
from seqviz.errors import ModelError

MAX_CONFIG_BYTES = 1_000_000
MAX_VOCABULARY_BYTES = 64_000_000
MAX_ENTRIES = 2**20
"""In a file, counted before it is read; the largest vocabulary known has 0.9 million."""
_MARKS_OF_ONE = 2
"""Signs around an entry of a vocabulary: in JSON a colon and a comma, or two commas where it is a
piece with its score, or two that were merged; in SentencePiece's format two line feeds, which begin
its message and its text."""
MAX_SHOWN = 40
_SHARD = re.compile(r"[A-Za-z0-9][\w.-]*", re.ASCII)


def find_file(folder: Path, name: str) -> Path | None:
    """A file of the folder; None where there is none of that name.

    Raises:
        ModelError: ``foreign_link``: it is a link that leads out of the folder.
    """
    file = folder / name
    try:
        real = file.resolve(strict=True)
    except (OSError, RuntimeError):  # a link to nowhere, or in a circle
        return None
    if not any(real.is_relative_to(root) for root in _roots(folder)):
        raise ModelError("foreign_link", {"file": str(file)})
    return file if real.is_file() else None


def require_file(folder: Path, name: str) -> Path:
    """As ``find_file``, for a file that must be there.

    Raises:
        ModelError: ``foreign_missing`` or ``foreign_link``.
    """
    file = find_file(folder, name)
    if file is None:
        raise ModelError("foreign_missing", {"file": str(folder / name)})
    return file


def read_text(file: Path, *, limit: int) -> str:
    """The text of a file.

    Raises:
        ModelError: it cannot be read or is no UTF-8; ``not_supported``: it has more than ``limit``
            bytes.
    """
    try:
        with file.open("rb") as content:
            read = content.read(limit + 1)
        if len(read) > limit:
            raise _too_large(file, limit)
        return read.decode()
    except OSError as error:
        facts = {"file": str(file), "reason": error.strerror or "unreadable"}
        raise ModelError("file_corrupt", facts) from error
    except UnicodeDecodeError as error:
        reason = f"it is not UTF-8 (byte {error.start})"
        raise ModelError("settings_invalid", {"file": str(file), "reason": reason}) from error


def read_object(file: Path, *, limit: int = MAX_CONFIG_BYTES) -> dict[str, Any]:
    """One JSON object.

    Raises:
        ModelError: the file cannot be read, or holds no such thing; ``not_supported``: it is too
            large, or has too many entries.
    """
    text = read_text(file, limit=limit)
    _check_entries(file, text.count(":") + text.count(","))
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        reason = f"it is not JSON: {error}"
        raise ModelError("settings_invalid", {"file": str(file), "reason": reason}) from error
    if not isinstance(found, dict):
        raise ModelError("settings_invalid", {"file": str(file), "reason": "it is no JSON object"})
    return found


def check_vocabulary(file: Path) -> None:
    """Refuse a vocabulary that a library would read for long, or with much memory.

    Args:
        file: JSON, a list of lines, or SentencePiece's.

    Raises:
        ModelError: ``not_supported``.
    """
    if file.stat().st_size > MAX_VOCABULARY_BYTES:
        raise _too_large(file, MAX_VOCABULARY_BYTES)
    content = file.read_bytes()
    marks = (b":", b",") if file.suffix == ".json" else (b"\n",)
    _check_entries(file, sum(map(content.count, marks)))


def _check_entries(file: Path, marks: int) -> None:
    if marks > _MARKS_OF_ONE * MAX_ENTRIES:
        reason = f"it has more than {MAX_ENTRIES:,} entries"
        raise ModelError("not_supported", {"file": str(file), "reason": reason})


def _too_large(file: Path, most: int) -> ModelError:
    reason = f"it has more than {most:,} bytes"
    return ModelError("not_supported", {"file": str(file), "reason": reason})


def read_if_there(folder: Path, name: str, *, limit: int = MAX_CONFIG_BYTES) -> dict[str, Any]:
    """One JSON object; an empty one where there is no such file.

    Raises:
        ModelError: as ``read_object`` and ``find_file``.
    """
    file = find_file(folder, name)
    return {} if file is None else read_object(file, limit=limit)


def weight_files(folder: Path) -> tuple[Path, ...]:
    """Where the weights lie: safetensors, in one file or several, before a pickle.

    Raises:
        ModelError: there are none, or the index of several is damaged.
    """
    for name in WEIGHTS:
        if file := find_file(folder, name):
            return (file,)
        if index := find_file(folder, f"{name}{INDEX}"):
            return tuple(_shards(index, Path(name).suffix))
    raise ModelError("foreign_missing", {"file": str(folder / WEIGHTS[0])})


def _shards(index: Path, suffix: str) -> Iterator[Path]:
    listed = read_object(index, limit=MAX_VOCABULARY_BYTES).get("weight_map")
    names = set(map(str, listed.values())) if isinstance(listed, dict) else set()
    if not names:
        raise ModelError("settings_invalid", {"file": str(index), "reason": "it lists no files"})
    for name in sorted(names):
        if not _SHARD.fullmatch(name) or not name.endswith(suffix):
            reason = f"it lists '{name:.{MAX_SHOWN}}'"
            raise ModelError("settings_invalid", {"file": str(index), "reason": reason})
        yield require_file(index.parent, name)


def _roots(folder: Path) -> Iterator[Path]:
    """Where files of the folder may really lie."""
    yield folder.resolve()
    repository = folder.resolve().parent.parent
    if folder.resolve().parent.name == "snapshots" and repository.name.startswith("models--"):
        yield repository / "blobs"

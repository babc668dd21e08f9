"""Whether a model on disk is still the one that was read: by the dates and sizes of its files."""

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path

PAIR_FILES = "*.model"
"""Beside the folders of a pair's systems: the tokenizers that they share."""


def folder_version(folder: Path) -> str:
    """A text that changes whenever a file of this model is changed, replaced, added or removed."""
    return _digest([*_files(folder, "*"), *_files(folder.parent, PAIR_FILES)])


def models_version(folders: Iterable[Path]) -> str:
    """As ``folder_version``, of several models together."""
    return _digest(f"{folder}|{folder_version(folder)}" for folder in folders)


def _files(folder: Path, pattern: str) -> Iterator[str]:
    for file in sorted(folder.glob(pattern)):
        try:
            found = file.stat()
        except OSError:  # a link to nowhere, or removed this moment
            continue
        yield f"{file.name}|{found.st_mtime_ns}|{found.st_size}|{found.st_ino}"


def _digest(parts: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(parts).encode("utf-8", "surrogateescape")).hexdigest()

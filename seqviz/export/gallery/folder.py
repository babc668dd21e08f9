"""A site in a folder: what is there and is somebody else's stays as it is.

The folder's list names every file that was written, with its SHA-256; a file that has another one
has been changed since.
"""

import json
import re
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

from seqviz.errors import InputError
from seqviz.files import write_whole, writing

LIST = "gallery.json"
FORMAT = 1
_OURS = re.compile(r"(?:(?:assets|traces|lessons)/)?[\w-]+\.(?:html|js|css)", re.ASCII)
_DIGEST = re.compile("[0-9a-f]{64}")


def write_site(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write a site's files; those of an earlier one that are not among them go.

    Args:
        folder: it may exist, and hold other things.
        files: by their paths within it.

    Raises:
        InputError: a file of that name is there that was not written so, and nothing was written;
            or the disk refuses.
    """
    before = _read_list(folder)
    for path in files:
        if (folder / path).exists() and not _is_ours(folder, path, before):
            raise InputError("gallery_foreign", {"file": str(folder / path)})
    digests = {path: [sha256(content).hexdigest()] for path, content in files.items()}
    gone = [path for path in before if path not in files and _is_ours(folder, path, before)]
    with writing(folder):
        for path in files:
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
    # Whoever is killed between two files leaves a list of the old and of the new ones.
    both = {path: [*before.get(path, ()), *digests.get(path, ())] for path in before | digests}
    _write_list(folder, both)
    for path, content in files.items():
        write_whole(folder / path, content)
    with writing(folder):
        for path in gone:
            (folder / path).unlink()
    _write_list(folder, digests)


def _is_ours(folder: Path, path: str, before: Mapping[str, list[str]]) -> bool:
    """Whether a file is as it was written."""
    file = folder / path
    try:
        return file.is_file() and sha256(file.read_bytes()).hexdigest() in before.get(path, ())
    except OSError as error:
        raise InputError("file_unreadable", {"file": file, "reason": error.strerror}) from error


def _write_list(folder: Path, digests: Mapping[str, list[str]]) -> None:
    content = {"format": FORMAT, "files": dict(sorted(digests.items()))}
    write_whole(folder / LIST, json.dumps(content, indent=1).encode() + b"\n")


def _read_list(folder: Path) -> dict[str, list[str]]:
    """The files that were written there before, with their digests.

    Raises:
        InputError: the folder cannot be read, or its list is not one that was written here.
    """
    file = folder / LIST
    try:
        content = file.read_bytes()
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise InputError("file_unreadable", {"file": folder, "reason": error.strerror}) from error
    try:
        raw = json.loads(content)
    except (ValueError, RecursionError):
        raw = None
    if not _is_list(raw):
        raise InputError("gallery_foreign", {"file": str(file)})
    found: dict[str, list[str]] = raw["files"]
    return found


def _is_list(raw: Any) -> bool:
    if not isinstance(raw, dict) or raw.get("format") != FORMAT:
        return False
    files = raw.get("files")
    return isinstance(files, dict) and all(
        _OURS.fullmatch(path)
        and isinstance(digests, list)
        and all(isinstance(one, str) and _DIGEST.fullmatch(one) for one in digests)
        for path, digests in files.items()
    )

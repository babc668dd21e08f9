"""The files of a model of the hub, fetched into a folder, where an interrupted fetch goes on.

``huggingface_hub`` names the addresses, sends the requests and knows the errors; alone, it begins a
file anew. What comes is a file's once its content is what the hub announced.
"""

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path

from seqviz.catalog.hub import HubFile, Listing, hub, refusal
from seqviz.errors import ModelError
from seqviz.files import PART

SECONDS = 20
"""To wait for the next bytes."""
MOST_CUTS = 20
"""Times that the connection may break while one file comes."""
_PARTIAL = 206
"""HTTP's answer to who asked for the rest of a file alone."""

OnBytes = Callable[[int, int], None]
Tell = Callable[[int], None]
"""Told how many bytes of the present file are there."""


def download(listing: Listing, folder: Path, on_bytes: OnBytes) -> dict[str, str]:
    """Fetch all files of a listing that are not there yet, and check all.

    Args:
        listing: what to fetch; of one commit.
        folder: exists; holds nothing else, or what an earlier call left, of any commit.
        on_bytes: called as bytes come, with how many are there, and how many there will be.

    Returns:
        the SHA-256 of every file, in hexadecimal digits, by its name.

    Raises:
        ModelError: the hub cannot be reached, breaks off, asks to wait, no longer has a file, or
            sends another content than it announced; what came stays.
        OSError: the disk refuses.
    """
    _tidy(listing, folder)
    found, before = {}, 0
    for file in listing.files:

        def tell(own: int, before: int = before) -> None:
            on_bytes(before + own, listing.size)

        found[file.name] = _whole(listing, file, folder, tell=tell)
        before += file.size
    return found


def sha256(file: Path) -> str:
    """Of a file's content, in hexadecimal digits."""
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def _key(file: HubFile) -> str:
    """A name for its content."""
    return file.sha256 or file.blob


def _part(file: HubFile, folder: Path) -> Path:
    """Where its bytes are gathered, whatever commit they are of."""
    return folder / f"{_key(file)}{PART}"


def _tidy(listing: Listing, folder: Path) -> None:
    """Throw away what is no part of the listing: it is of another commit."""
    parts = {_part(file, folder).name for file in listing.files}
    for found in folder.iterdir():
        if found.name not in parts | {file.name for file in listing.files}:
            found.unlink()


def _whole(listing: Listing, file: HubFile, folder: Path, *, tell: Tell) -> str:
    """Fetch what lacks of a file; what was there before is checked like what comes now."""
    target, part = folder / file.name, _part(file, folder)
    if target.exists():
        target.replace(part)
    address = hub.hf_hub_url(listing.repository, file.name, revision=listing.revision)
    kept = part.stat().st_size if part.exists() else 0
    for had in (kept, 0) if kept else (0,):
        if not had:
            part.unlink(missing_ok=True)
        _fill(listing, address, part, size=file.size, tell=tell)
        if _is_announced(file, part):
            part.replace(target)
            return sha256(target)
    part.unlink()
    raise ModelError("hub_damaged", {"found": listing.repository, "file": file.name})


def _fill(listing: Listing, address: str, part: Path, *, size: int, tell: Tell) -> None:
    """Append to a part until it has so many bytes; more are not taken."""
    with part.open("ab") as out:
        for _ in range(MOST_CUTS):
            start = have = out.tell()
            tell(have)
            if have >= size:
                return
            try:
                for piece in _pieces(address, start, listing.repository):
                    out.write(piece[: size - have])
                    have = out.tell()
                    tell(have)
                    if have >= size:
                        return
            except _CutError as cut:
                if not have:
                    raise refusal(listing.repository, cut.error) from cut.error
            if have == start:
                break
    facts = {"found": listing.repository, "done": start // 10**6, "size": -(-size // 10**6)}
    raise ModelError("hub_cut", facts)


class _CutError(Exception):
    """The connection broke."""

    def __init__(self, error: Exception) -> None:
        self.error = error


def _pieces(address: str, start: int, repository: str) -> Iterator[bytes]:
    """The bytes of a file from ``start`` on, as they come."""
    headers = {**hub.utils.build_hf_headers(), "Accept-Encoding": "identity"}
    if start:
        headers["Range"] = f"bytes={start}-"
    asked = {"headers": headers, "timeout": SECONDS, "follow_redirects": True}
    try:
        with hub.get_session().stream("GET", address, **asked) as response:
            hub.utils.hf_raise_for_status(response)
            skipped = 0 if response.status_code == _PARTIAL else start
            for piece in response.iter_bytes():
                yield piece[skipped:]
                skipped = max(0, skipped - len(piece))
    except Exception as error:
        if "TransportError" in {kind.__name__ for kind in type(error).__mro__}:
            raise _CutError(error) from error
        raise refusal(repository, error) from error


def _is_announced(file: HubFile, part: Path) -> bool:
    """Whether a content is the one that the hub announced."""
    if file.sha256:
        return sha256(part) == file.sha256
    content = part.read_bytes()
    return hashlib.sha1(b"blob %d\0%b" % (len(content), content)).hexdigest() == file.blob

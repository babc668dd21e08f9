"""A zip archive with a foreign model, unpacked without trusting anything that it says.

Names, sizes and kinds of its members are claims. Only files of known names are written, each under
its own name into one folder, and what counts are the bytes that really come out.
"""

import struct
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path, PurePosixPath
from stat import S_IFMT, S_ISDIR, S_ISREG
from typing import BinaryIO

from seqviz.catalog.filenames import CONFIG, KNOWN, matches
from seqviz.catalog.strangers import other_kind
from seqviz.errors import ModelError

MOST_MEMBERS = 1_000
MOST_DIRECTORY_BYTES = 1_000_000
"""Of the archive's own list of its members, which is read at once."""
MOST_BYTES = 4 * 2**30
"""Of all files that are written, together."""
MOST_RATIO = 200
"""Bytes that come out for each that goes in, beyond the first mebibyte; weights reach 2."""
PIECE = 2**20
_END = struct.Struct("<4s4H2LH")
_END_MARK, _END64_MARK = b"PK\x05\x06", b"PK\x06\x07"
_END64_BYTES = 20
_ENCRYPTED = 0x1
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)

OnBytes = Callable[[int, int], None]


def unpack(
    archive: Path | BinaryIO,
    folder: Path,
    *,
    name: str,
    most_bytes: int = MOST_BYTES,
    on_bytes: OnBytes | None = None,
) -> None:
    """Write the files of the model in an archive into an empty folder.

    They lie at the top of the archive, or in one folder there.

    Args:
        archive: the file, or what stands for it.
        folder: exists and is empty; after an error it may hold something, to be thrown away.
        name: what the archive is called in messages.
        most_bytes: that may be written.
        on_bytes: called as files are written, with the bytes so far and how many are announced.

    Raises:
        ModelError: ``archive_refused``: it is damaged, too large, hostile, or holds no model.
    """
    try:
        with _opened(archive) as stream:
            _check_directory(stream)
            with zipfile.ZipFile(stream) as opened:
                listed = opened.infolist()
                if code := other_kind(map(_base, listed[:MOST_MEMBERS])):
                    raise ModelError(code, {"folder": name})
                members = _chosen(listed)
                _check_announced(members, most_bytes)
                _write(opened, members, folder, most_bytes=most_bytes, on_bytes=on_bytes)
    except ModelError:
        raise
    except _Refused as refusal:
        raise ModelError("archive_refused", {"file": name, "reason": str(refusal)}) from refusal
    except OSError as error:
        reason = error.strerror or "it is cut off"
        raise ModelError("archive_refused", {"file": name, "reason": reason}) from error
    except Exception as error:  # zipfile and zlib raise what they like at damaged bytes
        facts = {"file": name, "reason": "it is no zip archive, or it is damaged or cut off"}
        raise ModelError("archive_refused", facts) from error


class _Refused(Exception):
    """Why an archive is not unpacked."""


class _opened:
    """The stream of an archive, from its beginning; closed again if it was opened here."""

    def __init__(self, archive: Path | BinaryIO) -> None:
        self._own = isinstance(archive, Path)
        self._stream = archive.open("rb") if isinstance(archive, Path) else archive

    def __enter__(self) -> BinaryIO:
        return self._stream

    def __exit__(self, *_: object) -> None:
        if self._own:
            self._stream.close()


def _check_directory(stream: BinaryIO) -> None:
    """Refuse a list of members that is too long to be read, before zipfile reads it.

    Looks for its end in the places, and in the order, in which zipfile does.
    """
    length = stream.seek(0, 2)
    start = max(0, length - _END.size - 2**16)
    stream.seek(start)
    tail = stream.read()
    at = len(tail) - _END.size
    if not (tail[at:].startswith(_END_MARK) and tail.endswith(b"\0\0")):
        at = tail.rfind(_END_MARK)
    if at < 0 or at + _END.size > len(tail):
        raise _Refused("it is no zip archive, or it is cut off")
    stream.seek(max(0, start + at - _END64_BYTES))
    if stream.read(_END64_BYTES).startswith(_END64_MARK):
        raise _Refused("it is larger than 4 GB; unpack it, and name the folder")
    *_, members, size, _, _ = _END.unpack_from(tail, at)
    if members > MOST_MEMBERS or size > MOST_DIRECTORY_BYTES:
        raise _Refused(f"it has more than {MOST_MEMBERS} members")


def _chosen(members: Sequence[zipfile.ZipInfo]) -> list[zipfile.ZipInfo]:
    """The files of the one model in the archive; everything else there must be harmless, too."""
    if len(members) > MOST_MEMBERS:
        raise _Refused(f"it has more than {MOST_MEMBERS} members")
    for member in members:
        _check_member(member)
    homes = {_home(member) for member in members if _base(member) == CONFIG}
    top = PurePosixPath()
    homes = {top} if top in homes else {home for home in homes if home.parent == top}
    if len(homes) != 1:
        found = f"{len(homes) or 'no'} {CONFIG}"
        raise _Refused(f"{found} at its top or in a folder there, but one is needed")
    (home,) = homes
    chosen = [m for m in members if _home(m) == home and matches(_base(m), KNOWN)]
    names = [_base(member) for member in chosen]
    for name in names:
        if names.count(name) > 1:
            raise _Refused(f"it holds two files '{name}'")
    return chosen


def _check_member(member: zipfile.ZipInfo) -> None:
    shown = f"{member.filename!r:.60}"
    path = PurePosixPath(member.filename)
    odd = "\\" in member.filename or ":" in member.filename or not member.filename.isprintable()
    if odd or path.is_absolute() or ".." in path.parts or member.filename != member.orig_filename:
        raise _Refused(f"the name {shown} leads out of it")
    mode = member.external_attr >> 16
    if S_IFMT(mode) and not (S_ISREG(mode) or S_ISDIR(mode)):
        raise _Refused(f"{shown} is a link or a device, no file")
    if member.flag_bits & _ENCRYPTED:
        raise _Refused(f"{shown} is encrypted")
    if member.compress_type not in _METHODS:
        raise _Refused(f"{shown} is compressed in an unusual way")


def _base(member: zipfile.ZipInfo) -> str:
    return "" if member.is_dir() else PurePosixPath(member.filename).name


def _home(member: zipfile.ZipInfo) -> PurePosixPath:
    return PurePosixPath(member.filename).parent


def _check_announced(members: Sequence[zipfile.ZipInfo], most_bytes: int) -> None:
    """Refuse early what admits to be too large."""
    if sum(member.file_size for member in members) > most_bytes:
        raise _too_large(most_bytes)


def _too_large(most_bytes: int) -> _Refused:
    return _Refused(f"unpacked, it has more than {most_bytes / 2**20:,.0f} MB")


def _write(
    opened: zipfile.ZipFile,
    members: Sequence[zipfile.ZipInfo],
    folder: Path,
    *,
    most_bytes: int,
    on_bytes: OnBytes | None,
) -> None:
    announced, done = sum(member.file_size for member in members), 0
    for member in members:
        most = min(most_bytes - done, PIECE + MOST_RATIO * member.compress_size)
        own = 0
        with opened.open(member) as source, (folder / _base(member)).open("xb") as target:
            while piece := source.read(PIECE):
                own += len(piece)
                if own > most_bytes - done:
                    raise _too_large(most_bytes)
                if own > most:
                    raise _Refused(f"'{_base(member)}' is compressed beyond belief")
                target.write(piece)
                if on_bytes is not None:
                    on_bytes(done + own, announced)
        done += own

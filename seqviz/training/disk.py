"""Files that are written whole or not at all, folders held by one process, and clear errors."""

import contextlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

from seqviz.errors import InputError

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]  # tested for below

PART = ".part"


def write_beside(file: Path, write: Callable[[BinaryIO], object]) -> None:
    """Write a file beside its place, flush it to the disk, rename it.

    A process that is killed at any moment leaves either the file before or the new one.

    Args:
        file: replaced where it exists.
        write: writes the content.

    Raises:
        InputError: ``file_unwritable``; the file before is still there.
    """
    part = file.with_name(f"{file.name}.{os.getpid()}{PART}")
    try:
        with part.open("wb") as stream:
            write(stream)
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(part, file)
    except (OSError, RuntimeError) as error:  # torch wraps what its zip writer met
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
        raise unwritable(file, error) from error


def unwritable(file: Path, error: BaseException) -> InputError:
    """``file_unwritable`` with the reason that the system gave, however it was wrapped."""
    found: BaseException | None = error
    while found is not None:
        if isinstance(found, OSError) and found.strerror:
            return InputError("file_unwritable", {"file": file, "reason": found.strerror})
        found = found.__cause__ or found.__context__
    reason = (str(error).splitlines() or [type(error).__name__])[0]
    return InputError("file_unwritable", {"file": file, "reason": reason})


def is_file(file: Path) -> bool:
    """Whether there is such a file.

    Raises:
        InputError: ``file_unreadable``: the system does not tell, or knows no such names.
    """
    try:
        return file.is_file()
    except OSError as error:
        raise InputError("file_unreadable", {"file": file, "reason": error.strerror}) from error


@contextlib.contextmanager
def writing(folder: Path) -> Iterator[None]:
    """Turn what the disk refuses into one clear error, about a file of the folder.

    Raises:
        InputError: ``file_unwritable``.
    """
    try:
        yield
    except OSError as error:
        file = folder if error.filename is None else Path(str(error.filename))
        raise unwritable(file, error) from error


@contextlib.contextmanager
def held(folder: Path, *, wait: bool) -> Iterator[None]:
    """Hold a folder; the system lets go of it when the process ends, in whatever way.

    Where a system or a disk knows no such locks, nothing is held.

    Args:
        folder: that exists; no file is made in it.
        wait: until another process has let go.

    Raises:
        InputError: ``training_running``: another process holds it, and this one does not wait.
    """
    if fcntl is None:
        yield
        return
    place = os.open(folder, os.O_RDONLY)
    try:
        _hold(place, folder, wait=wait)
        yield
    finally:
        os.close(place)


def _hold(place: int, folder: Path, *, wait: bool) -> None:
    try:
        fcntl.flock(place, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except BlockingIOError as error:
        raise InputError("training_running", {"folder": folder}) from error
    except OSError:
        return  # a disk without locks

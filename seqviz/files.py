"""Files written whole or not at all, folders held by one process, and what killed runs left behind.

Whatever the disk refuses is one clear error. Knows nothing about what is in a file.
"""

import contextlib
import glob
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from seqviz.errors import InputError

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]  # tested for below

PART = ".part"
_OURS = "seqviz-"
DEAD_SECONDS = 60
"""After which a file that is written stands still, and its process is asked for."""
STALE_SECONDS = 86_400
"""After which nobody works in a folder of unfinished work any more."""


@contextlib.contextmanager
def whole(path: Path | str) -> Iterator[Path]:
    """A place beside a file; what is written there gets the file's name in the end.

    It is flushed to the disk before. A process that is killed at any moment leaves either the file
    before or the new one. A link stays one: the file that it names is replaced.

    Args:
        path: of the file; one that exists is replaced.

    Raises:
        InputError: ``file_unwritable``; the file before is still there.
    """
    target = Path(path).resolve()
    _sweep(target)
    part = target.with_name(f"{target.name}.{os.getpid()}{PART}")
    try:
        if target.exists() and not target.is_file():
            raise OSError(0, "it is no regular file")
        yield part
        with part.open("rb+") as written:
            os.fsync(written.fileno())
        part.replace(target)
    except (OSError, RuntimeError) as error:  # torch wraps what its zip writer met
        raise unwritable(path, error) from error
    finally:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)


def _sweep(file: Path) -> None:
    """Throw away what killed processes left of this file, where it may."""
    with contextlib.suppress(OSError):
        for left in file.parent.glob(f"{glob.escape(file.name)}.*{PART}"):
            writer = left.name.removeprefix(f"{file.name}.").removesuffix(PART)
            if writer.isdecimal() and _is_left(left, int(writer)):
                left.unlink()


def _is_left(part: Path, writer: int) -> bool:
    """Whether nobody writes there any more; a process of another machine may have any number."""
    age = time.time() - part.stat().st_mtime
    if age < DEAD_SECONDS or fcntl is None:  # Windows asks for no process without ending it
        return age > STALE_SECONDS
    try:
        os.kill(writer, 0)
    except (ProcessLookupError, OverflowError):
        return True
    except PermissionError:  # somebody else's
        pass
    return age > STALE_SECONDS


def write_whole(path: Path | str, content: bytes) -> None:
    """Write a file as ``whole`` does.

    Raises:
        InputError: ``file_unwritable``; the file before is still there.
    """
    with whole(path) as part:
        part.write_bytes(content)


def unwritable(file: Path | str, error: BaseException) -> InputError:
    """``file_unwritable`` with the reason that the system gave, however it was wrapped."""
    found: BaseException | None = error
    while found is not None:
        if isinstance(found, OSError) and found.strerror:
            return InputError("file_unwritable", {"file": str(file), "reason": found.strerror})
        found = found.__cause__ or found.__context__
    reason = (str(error).splitlines() or [type(error).__name__])[0]
    return InputError("file_unwritable", {"file": str(file), "reason": reason})


@contextlib.contextmanager
def writing(folder: Path) -> Iterator[None]:
    """Turn what the disk refuses into one clear error, about a file of the folder.

    Raises:
        InputError: ``file_unwritable``.
    """
    try:
        yield
    except OSError as error:
        raise unwritable(error.filename or folder, error) from error


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
def held(folder: Path, *, wait: bool, busy: str = "training_running") -> Iterator[None]:
    """Hold a folder; the system lets go of it when the process ends, in whatever way.

    Where a system or a disk knows no such locks, nothing is held.

    Args:
        folder: that exists; no file is made in it.
        wait: until another process has let go.
        busy: the code of the error where another process holds it, and this one does not wait.

    Raises:
        InputError: ``busy``.
    """
    if fcntl is None:
        yield
        return
    place = os.open(folder, os.O_RDONLY)
    try:
        _hold(place, folder, wait=wait, busy=busy)
        yield
    finally:
        os.close(place)


def _hold(place: int, folder: Path, *, wait: bool, busy: str) -> None:
    try:
        fcntl.flock(place, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except BlockingIOError as error:
        raise InputError(busy, {"folder": folder}) from error
    except OSError:
        return  # a disk without locks


def own_folder(kind: str) -> Path:
    """A new temporary folder, which this process holds as long as it lives.

    What killed processes left of the same kind goes: nobody holds it.

    Args:
        kind: a word in its name.
    """
    home = Path(tempfile.gettempdir())
    for left in home.glob(f"{_OURS}*-{kind}"):
        with contextlib.suppress(OSError):  # held, somebody else's, or gone
            if time.time() - left.stat().st_mtime > DEAD_SECONDS and fcntl is not None:
                _remove_left(left)
    found = Path(tempfile.mkdtemp(prefix=_OURS, suffix=f"-{kind}"))
    if fcntl is not None:
        with contextlib.suppress(OSError):  # a disk without locks
            fcntl.flock(os.open(found, os.O_RDONLY), fcntl.LOCK_SH)
    return found


def _remove_left(folder: Path) -> None:
    """Throw a folder away that nobody holds.

    Raises:
        OSError: somebody does, or the disk knows no locks.
    """
    place = os.open(folder, os.O_RDONLY | os.O_NOFOLLOW)
    try:
        fcntl.flock(place, fcntl.LOCK_EX | fcntl.LOCK_NB)
        shutil.rmtree(folder, ignore_errors=True)
    finally:
        os.close(place)


def remove_leftovers(home: Path, prefix: str) -> None:
    """Throw away the stale folders in ``home`` whose names begin with ``prefix``, where it may."""
    for left in home.glob(f"{prefix}*"):
        with contextlib.suppress(OSError):  # somebody else may be at it
            if time.time() - left.stat().st_mtime > STALE_SECONDS:
                shutil.rmtree(left, ignore_errors=True)

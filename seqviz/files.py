"""Writing a file whole, or not at all."""

import contextlib
import os
from pathlib import Path

from seqviz.errors import InputError


def write_whole(path: Path | str, content: bytes) -> None:
    """Write a file beside its place, then rename it; one that exists is replaced, or left whole.

    Raises:
        InputError: ``file_unwritable``.
    """
    target = Path(path).resolve()
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        if target.exists() and not target.is_file():
            raise OSError(0, "it is no regular file")
        part.write_bytes(content)
        part.replace(target)
    except OSError as error:
        facts = {"file": str(path), "reason": error.strerror}
        raise InputError("file_unwritable", facts) from error
    finally:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)

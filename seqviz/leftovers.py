"""Folders for work in progress that killed runs left behind."""

import contextlib
import shutil
import time
from pathlib import Path

STALE_SECONDS = 86_400
"""After which nobody works in such a folder any more."""


def remove_leftovers(home: Path, prefix: str) -> None:
    """Throw away the stale folders in ``home`` whose names begin with ``prefix``, where it may."""
    for left in home.glob(f"{prefix}*"):
        with contextlib.suppress(OSError):  # somebody else may be at it
            if time.time() - left.stat().st_mtime > STALE_SECONDS:
                shutil.rmtree(left, ignore_errors=True)

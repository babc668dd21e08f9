"""Memory of a server with many threads: in few heaps, and given back where it is free.

GNU's C library gives each of many threads a heap of its own, up to eight for each core, and what is
freed leaves holes in all of them. Other systems are left as they are.
"""

import contextlib
import ctypes
import gc
import sys

HEAPS = 2
"""Of all threads, which seldom want memory at the same moment: Python runs one at a time."""
_M_ARENA_MAX = -8
"""The number by which ``mallopt`` knows the setting,
https://man7.org/linux/man-pages/man3/mallopt.3.html."""


def prepare() -> None:
    """Make no more heaps than ``HEAPS``; those that are there already stay."""
    if sys.platform == "linux":
        with contextlib.suppress(AttributeError, OSError):  # another C library than GNU's
            ctypes.CDLL(None).mallopt(_M_ARENA_MAX, HEAPS)


def give_back() -> None:
    """Return freed memory to the system, which the C library does not do by itself."""
    gc.collect()
    if sys.platform == "linux":
        with contextlib.suppress(AttributeError, OSError):  # as above
            ctypes.CDLL(None).malloc_trim(0)

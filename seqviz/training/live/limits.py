"""What a process that strangers start may take: time, memory, room on the disk, its place in line.

Every bound is the kernel's own; where a platform lacks one, the others hold.
"""

import os
from pathlib import Path

try:
    import resource
except ImportError:  # Windows
    resource = None  # type: ignore[assignment]  # tested for below

NICENESS = 5
FILE_BYTES = 64 * 2**20
"""Of one file."""

_PAGES = Path("/proc/self/statm")


def bound_process(*, memory_bytes: int, cpu_seconds: int) -> None:
    """Bound this process from now on; to be called once all libraries are loaded.

    Args:
        memory_bytes: of address space, beyond what is mapped already.
        cpu_seconds: of computing; the kernel ends the process there.
    """
    if hasattr(os, "nice"):
        os.nice(NICENESS)
    if resource is None:
        return
    _lower(resource.RLIMIT_CPU, cpu_seconds)
    _lower(resource.RLIMIT_FSIZE, FILE_BYTES)
    _lower(resource.RLIMIT_CORE, 0)
    if _PAGES.exists():
        mapped = int(_PAGES.read_text().split()[0]) * resource.getpagesize()
        _lower(resource.RLIMIT_AS, mapped + memory_bytes)


def _lower(which: int, value: int) -> None:
    """Set both bounds, below those that hold already."""
    _, most = resource.getrlimit(which)
    value = value if most == resource.RLIM_INFINITY else min(value, most)
    resource.setrlimit(which, (value, value))

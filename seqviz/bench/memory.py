"""The peak memory of this process, as the Linux kernel counts it."""

from contextlib import suppress
from pathlib import Path

_STATUS = Path("/proc/self/status")
_CLEAR = Path("/proc/self/clear_refs")
_RESET_PEAK = "5"
"""https://man7.org/linux/man-pages/man5/proc_pid_clear_refs.5.html"""


class PeakMemory:
    """How far the resident memory rises above what it is now.

    Where the kernel does not let the peak be reset, an earlier peak may count too.
    """

    def __init__(self) -> None:
        """Start to count."""
        with suppress(OSError):
            _CLEAR.write_text(_RESET_PEAK, encoding="ascii")
        self._before = _kernel_bytes("VmRSS")

    def extra_bytes(self) -> int | None:
        """The peak since then, less what was resident then; None: the kernel does not say."""
        peak = _kernel_bytes("VmHWM")
        if peak is None or self._before is None:
            return None
        return max(0, peak - self._before)


def _kernel_bytes(name: str) -> int | None:
    try:
        lines = _STATUS.read_text(encoding="ascii").splitlines()
    except OSError:
        return None
    for line in lines:
        key, _, value = line.partition(":")
        if key == name:
            return 1024 * int(value.split()[0])
    return None

"""Open files and connections of the server: as many as the system allows, and no flood of words.

Every visitor's connection is a file descriptor. Where none is left, asyncio tries to accept each of
the 2,048 that wait and logs a stack trace for each, again and again: hundreds of MB in seconds.
"""

import contextlib
import logging
import threading
import time

try:
    import resource
except ImportError:  # Windows, which has no such limit
    resource = None  # type: ignore[assignment]  # tested for below

MOST_DESCRIPTORS = 65_536
"""More is not asked for, where the system sets no limit at all."""
QUIET_SECONDS = 60.0
EXHAUSTED = "socket.accept() out of system resource"
"""How asyncio's message begins."""


def prepare() -> None:
    """Do both for this process; a second call changes nothing."""
    raise_limit()
    log = logging.getLogger("asyncio")
    if not any(isinstance(one, Once) for one in log.filters):
        log.addFilter(Once())


def raise_limit() -> None:
    """Let this process open as many files as the system allows it to."""
    if resource is None:
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = MOST_DESCRIPTORS if hard == resource.RLIM_INFINITY else min(hard, MOST_DESCRIPTORS)
    if soft != resource.RLIM_INFINITY and soft < most:
        with contextlib.suppress(OSError, ValueError):  # macOS names a limit that it refuses
            resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))


class Once(logging.Filter):
    """Lets one message about missing descriptors pass a minute, in one line; and all others."""

    def __init__(self) -> None:
        """Nothing was said yet."""
        super().__init__()
        self._lock = threading.Lock()
        self._said, self._hidden = -QUIET_SECONDS, 0

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether the record is logged; of what was held back, the next one tells how often."""
        if not str(record.msg).startswith(EXHAUSTED):
            return True
        with self._lock:
            now = time.monotonic()
            if now - self._said < QUIET_SECONDS:
                self._hidden += 1
                return False
            hidden, self._said, self._hidden = self._hidden, now, 0
        record.msg = (
            "no file descriptor is left for a new connection (%s more such messages in between)"
        )
        record.args, record.exc_info, record.exc_text = (hidden,), None, None
        return True

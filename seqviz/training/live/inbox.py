"""Commands for a process that trains, one a line of JSON, read while it computes."""

import json
import queue
import threading
import time
from collections.abc import Callable, Iterable

Clock = Callable[[], float]


class Inbox:
    """Commands of the page, read by a thread of its own.

    Attributes:
        heard: when the last one came.
        closed: nobody will send any more.
    """

    def __init__(self, lines: Iterable[bytes], clock: Clock = time.monotonic) -> None:
        """Begin to read."""
        self.heard, self.closed = clock(), False
        self._clock = clock
        self._commands: queue.SimpleQueue[tuple[str, str]] = queue.SimpleQueue()
        self.thread = threading.Thread(target=self._read, args=(lines,), daemon=True)
        self.thread.start()

    def take(self, *, seconds: float) -> tuple[str, str] | None:
        """The next command and its text, waiting for one at most so long; None: there is none."""
        try:
            return self._commands.get(timeout=seconds) if seconds else self._commands.get_nowait()
        except queue.Empty:
            return None

    def _read(self, lines: Iterable[bytes]) -> None:
        try:
            for line in lines:
                content = json.loads(line)
                self.heard = self._clock()
                if content["do"] != "beat":
                    self._commands.put((content["do"], content.get("text", "")))
        finally:
            self.closed = True

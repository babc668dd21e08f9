"""Whether a backend is still there: it is asked beside the answers that one waits for.

Knows nothing about what is waited for.
"""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.client import HTTPException

SILENT_SECONDS = 1.8
"""Without a sign of life, after which a backend is away."""
ASK_SECONDS = 0.5
"""Without one, after which it is asked for one: a busy backend answers that at once."""
LEAST_SECONDS = 0.5
"""For which an answer to that is waited for: this process may have been held up itself."""
FORGET_SECONDS = 30.0
"""After the last call to one that is silent, for which it is asked for signs of life."""
EARLY_SECONDS = 0.05
"""By which clocks may differ."""

Hold = Callable[[socket.socket], None]


class Pulse:
    """The signs of life of one backend; threads share it."""

    def __init__(self, ask: Callable[[float], object]) -> None:
        """Nobody waits.

        Args:
            ask: comes back once the backend has answered anything; OSError or HTTPException after
                so many seconds, or if it cannot be asked.
        """
        self._ask = ask
        self._changed = threading.Condition()
        self._held: dict[object, socket.socket | None] = {}
        self._heard = self._left = time.monotonic()
        self._is_watched = False
        self.is_silent = False
        """Whether it has given no sign of life for too long; then there is no use in waiting."""

    def hear(self) -> None:
        """It has sent something."""
        self._heard = time.monotonic()

    @contextmanager
    def waiting(self) -> Iterator[Hold]:
        """Wait for an answer, of which the socket is shut once the backend is silent.

        Yields:
            To be called with the socket; raises TimeoutError if the backend is silent already.
        """
        call = object()
        with self._changed:
            if not (self._held or self.is_silent):
                self.hear()
            self._held[call] = None
            if not self._is_watched:
                self._is_watched = True
                threading.Thread(target=self._watch, name="seqviz-pulse", daemon=True).start()

        def hold(used: socket.socket) -> None:
            with self._changed:
                if self.is_silent:
                    raise TimeoutError
                self._held[call] = used

        try:
            yield hold
        finally:
            with self._changed:
                del self._held[call]
                self._left = time.monotonic()
                self._changed.notify()

    def _watch(self) -> None:
        """Ask for signs of life while somebody waits, and for a while where there was none."""
        while self._is_of_use():
            asked = time.monotonic()
            quiet = asked - self._heard
            if quiet < ASK_SECONDS:
                self._pause(ASK_SECONDS - quiet)
                continue
            try:
                self._ask(max(SILENT_SECONDS - quiet, LEAST_SECONDS))
            except (OSError, HTTPException, ValueError):  # the last for an odd host
                if self._heard < asked:
                    self._give_up()
                self._pause(LEAST_SECONDS - (time.monotonic() - asked))
            else:
                self.hear()
                self.is_silent = False

    def _is_of_use(self) -> bool:
        with self._changed:
            was_left = time.monotonic() - self._left > FORGET_SECONDS
            if not self._held and (was_left or not self.is_silent):
                self._is_watched = self.is_silent = False
        return self._is_watched

    def _pause(self, seconds: float) -> None:
        with self._changed:
            if seconds > 0 and (self._held or self.is_silent):
                self._changed.wait(seconds)

    def _give_up(self) -> None:
        """Say that it is silent, and let nobody wait any longer, if it has been so for long."""
        with self._changed:
            quiet = time.monotonic() - self._heard
            self.is_silent = self.is_silent or bool(
                self._held and quiet > SILENT_SECONDS - EARLY_SECONDS
            )
            for used in self._held.values() if self.is_silent else ():
                if used is not None:
                    with suppress(OSError):  # closed this moment
                        socket.socket.shutdown(used, socket.SHUT_RDWR)

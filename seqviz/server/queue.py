"""A line of people who wait for one of a few places: first come, first served, and bounded.

Knows nothing about Streamlit, models or words.
"""

import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from seqviz.errors import InputError

OnWait = Callable[[int], None]
"""Called with how many of those who wait come first; what it raises leaves the line."""

WAIT_SECONDS = 0.2


class Queue:
    """Places that are given in the order in which they were asked for."""

    def __init__(self, *, places: int, most_waiting: int) -> None:
        """Start with all places free and nobody waiting."""
        self._free, self._most_waiting = places, most_waiting
        self._line: deque[object] = deque()
        self._moved = threading.Condition()

    def __len__(self) -> int:
        """How many wait."""
        return len(self._line)

    @contextmanager
    def turn(self, on_wait: OnWait) -> Iterator[None]:
        """Hold a place, waiting for it if need be; it is given back whatever happens.

        Args:
            on_wait: called some times a second meanwhile.

        Raises:
            InputError: "busy", too many are waiting.
        """
        self._wait(on_wait)
        try:
            yield
        finally:
            with self._moved:
                self._free += 1
                self._moved.notify_all()

    def _wait(self, on_wait: OnWait) -> None:
        """Join the line and take a place when it is one's turn."""
        ticket = object()
        with self._moved:
            if len(self._line) >= self._most_waiting:
                raise InputError("busy", {"found": len(self._line)})
            self._line.append(ticket)
        try:
            while (ahead := self._ahead(ticket)) is not None:
                on_wait(ahead)
        except BaseException:  # Streamlit's signals to stop or run again are no Exception
            with self._moved:
                self._line.remove(ticket)
                self._moved.notify_all()
            raise

    def _ahead(self, ticket: object) -> int | None:
        """How many come first, after waiting a moment; None: the place was taken."""
        with self._moved:
            if not self._is_next(ticket):
                self._moved.wait(WAIT_SECONDS)
            if not self._is_next(ticket):
                return self._line.index(ticket)
            self._line.popleft()
            self._free -= 1
            self._moved.notify_all()
            return None

    def _is_next(self, ticket: object) -> bool:
        return bool(self._free) and self._line[0] is ticket

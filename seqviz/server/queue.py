"""A line of people who wait for one of a few places: first come, first served, one place each.

Knows nothing about Streamlit, models or words.
"""

import math
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from seqviz.errors import DecodingCancelled, InputError

OnWait = Callable[[int], None]
"""Called with how many of those who wait come first; what it raises leaves the line."""

WAIT_SECONDS = 0.5
FIRST_GUESS = 1.0
"""Seconds for which a place is held, before any was given back."""
NEWEST = 0.2
"""Weight of the last place that was given back in the mean of all."""


class Ticket:
    """A place in the line, later one of those that are waited for."""

    def __init__(self, who: str) -> None:
        """Somebody has come; "" is nobody in particular."""
        self.who = who
        self.is_void = False
        """Its owner has come again, and waits with another."""
        self.since = time.monotonic()
        """When it was drawn, later when its place was taken."""
        self.called = threading.Event()
        """There is something new for this one; the others sleep on."""


class Queue:
    """Places that are given in the order in which they were asked for."""

    def __init__(self, *, places: int, patience: float = math.inf) -> None:
        """Start with all places free and nobody waiting.

        Args:
            places: how many.
            patience: who has waited for so many seconds takes one place more.
        """
        self._free, self._places, self._patience = places, places, patience
        self._mean = FIRST_GUESS
        self._line: deque[Ticket] = deque()
        self._taken: set[Ticket] = set()
        self._lock = threading.Lock()

    def __len__(self) -> int:
        """How many wait."""
        return len(self._line)

    def expected_seconds(self, ahead: int) -> float:
        """About when somebody with so many ahead has a place, as long as turns have lasted lately.

        Who is served by another one's turn gives his place back at once, which counts, too.
        """
        return self._mean * (ahead + 1) / self._places

    @contextmanager
    def turn(self, on_wait: OnWait, who: str = "", *, beside: bool = False) -> Iterator[None]:
        """Hold a place, waiting for it if need be; it is given back whatever happens.

        Args:
            on_wait: called some times a second meanwhile.
            who: waits here once at most; who comes again goes on in the same place of the line.
            beside: do not wait if the same person does already.

        Raises:
            InputError: "busy", the same person waits already.
            DecodingCancelled: the same person has come again.
        """
        ticket = self.take(on_wait, who, beside=beside)
        try:
            yield
        finally:
            self.give_back(ticket)

    def take(
        self, on_wait: OnWait, who: str = "", *, first: bool = False, beside: bool = False
    ) -> Ticket:
        """Wait for a place, which is to be given back; see ``turn``.

        Args:
            on_wait: called some times a second meanwhile.
            who: who waits.
            first: go to the front.
            beside: do not wait if the same person does already.

        Raises:
            InputError: as ``turn``.
            DecodingCancelled: as ``turn``.
        """
        ticket, until = Ticket(who), time.monotonic() + self._patience
        self._join(ticket, first=first, beside=beside)
        try:
            while (ahead := self._ahead(ticket, until)) is not None:
                on_wait(ahead)
                ticket.called.wait(WAIT_SECONDS)
        except BaseException:  # Streamlit's signals to stop or run again are no Exception
            with self._lock:
                if not ticket.is_void:
                    self._line.remove(ticket)
                self._call()
            raise
        return ticket

    def give_back(self, ticket: Ticket) -> None:
        """Leave the place for the next one."""
        with self._lock:
            self._free += 1
            self._taken.remove(ticket)
            self._mean += NEWEST * (time.monotonic() - ticket.since - self._mean)
            self._call()

    def _join(self, ticket: Ticket, *, first: bool, beside: bool) -> None:
        with self._lock:
            waits = next((one for one in self._line if ticket.who and one.who == ticket.who), None)
            if beside and waits is not None:
                raise busy(len(self._line), self.expected_seconds(len(self._line)))
            if waits is not None:
                waits.is_void = True
                waits.called.set()
                self._line[self._line.index(waits)] = ticket
            elif first:
                self._line.appendleft(ticket)
            else:
                self._line.append(ticket)

    def _ahead(self, ticket: Ticket, until: float) -> int | None:
        """How many come first; None: the place was taken."""
        with self._lock:
            if ticket.is_void:
                raise DecodingCancelled
            if ticket is not self._next() and time.monotonic() < until:
                ticket.called.clear()
                return self._line.index(ticket)
            self._line.remove(ticket)
            self._taken.add(ticket)
            self._free, ticket.since = self._free - 1, time.monotonic()
            self._call()
            return None

    def _next(self) -> Ticket | None:
        """Who may take a place now; nobody has two."""
        if self._free <= 0:
            return None
        served = {one.who for one in self._taken if one.who}
        return next((one for one in self._line if one.who not in served), None)

    def _call(self) -> None:
        called = self._next()
        if called is not None:
            called.called.set()


def busy(ahead: int, seconds: float) -> InputError:
    """What to tell somebody for whom there is no room, nor will be for about so many seconds."""
    return InputError("busy", {"found": ahead, "seconds": max(1, math.ceil(seconds))})

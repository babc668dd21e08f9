"""How visitors share the server: let in by the door, drawn one at a time, decoded in a line.

Python does one thing at a time. A decoding that computes beside five pages being drawn takes ten
times as long as alone, since it waits for all of them after every operation. So pages are drawn one
after the other, beside the decodings; nobody is drawn while waiting for a decoding.
"""

import math
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from seqviz.errors import InputError
from seqviz.server.door import Door
from seqviz.server.metrics import Metrics
from seqviz.server.queue import OnWait, Queue, Ticket
from seqviz.server.rate import RateLimit

MOST_KNOWN = 10_000
"""Visitors of whom is remembered where they come from, and asked whether they are there."""
PATIENCE_SECONDS = 60.0
"""Who has waited for so long is drawn beside the others, should one of them hang."""


class _Here(threading.local):
    """What this thread holds, if it draws somebody's page."""

    visitor: str = ""
    entered: bool = False
    drawing: Ticket | None = None


@dataclass(frozen=True)
class _Known:
    """What is remembered of a visitor."""

    client: str
    is_here: Callable[[], bool]


NOBODY = _Known("", lambda: True)


class Visits:
    """The visitors of a server."""

    def __init__(
        self,
        *,
        decoders: int,
        most_inside: int,
        rate: RateLimit | None = None,
        counted: Metrics | None = None,
    ) -> None:
        """Nobody is there.

        Args:
            decoders: decodings at once.
            most_inside: visitors who are served or wait for a decoding at once.
            rate: how many decodings each client may ask for; None: any number.
            counted: counts what is waited for and refused; None: nobody does.
        """
        self._decoders = Queue(places=decoders)
        self.door = Door(
            most=most_inside,
            is_here=lambda visitor: self._known.get(visitor, NOBODY).is_here(),
        )
        self._rate = rate or RateLimit(a_minute=0, at_once=1)
        self._counted = counted or Metrics()
        self._known: OrderedDict[str, _Known] = OrderedDict()
        self._lock = threading.Lock()
        self._stage = Queue(places=1, patience=PATIENCE_SECONDS)
        self._here = _Here()
        self._rests_since = float("inf")

    def inside(self) -> int:
        """How many are served or wait for a decoding."""
        return len(self.door)

    def waiting(self) -> int:
        """How many wait for a decoding."""
        return len(self._decoders)

    def expected_seconds(self, ahead: int) -> float:
        """About when somebody with so many ahead has a decoding's turn."""
        return self._decoders.expected_seconds(ahead)

    def is_crowded(self) -> bool:
        """Whether there is more than one of these."""
        return self.inside() > 1

    def comes(
        self, visitor: str, client: str, is_here: Callable[[], bool] = NOBODY.is_here
    ) -> None:
        """Remember a visitor.

        Args:
            visitor: who it is.
            client: whose decodings count together, those beside the page, too; "" has no limit.
            is_here: whether the visitor has not left, asked from any thread.
        """
        with self._lock:
            self._known[visitor] = _Known(client, is_here)
            self._known.move_to_end(visitor)
            if len(self._known) > MOST_KNOWN:
                self._known.popitem(last=False)

    def rested(self) -> float:
        """Seconds since the last page was drawn; below 0 while one is, and before the first."""
        return time.monotonic() - self._rests_since

    @contextmanager
    def visit(self, visitor: str, on_wait: OnWait, *, knocks: bool) -> Iterator[None]:
        """Draw a visitor's page, in turn.

        Args:
            visitor: whose page it is.
            on_wait: called some times a second until it is drawn, with how many come first.
            knocks: whether there must be room inside at once; else only for a decoding.

        Raises:
            InputError: "busy", there is no room.
        """
        here = self._here
        here.visitor, here.entered = visitor, False
        self._rests_since = float("inf")
        try:
            if knocks:
                self._enter()
            here.drawing = self._stage.take(on_wait)
            yield
        finally:
            self._rests_since = time.monotonic()
            self._step_aside()
            if here.entered:
                self.door.leave(visitor)
            here.visitor, here.entered = "", False

    @contextmanager
    def turn(self, on_wait: OnWait, visitor: str = "") -> Iterator[None]:
        """Decode, in turn.

        Args:
            on_wait: called some times a second until then, with how many come first.
            visitor: for whom; who asks again in another run of the page goes on in the same place
                of the line, and what asks beside the page, such as a download, gets no second one.

        Raises:
            InputError: "busy", there is no room; "too_often", the client has to pause.
            DecodingCancelled: the visitor has asked again.
        """
        seconds = self._rate.take(self._known.get(visitor, NOBODY).client)
        if seconds:
            self._counted.refused("too_often")
            raise InputError("too_often", {"seconds": math.ceil(seconds)})
        asked = time.monotonic()
        if self._here.visitor:
            self._enter()
            with self.aside(), self._decoders.turn(on_wait, visitor):
                self._counted.waited(time.monotonic() - asked)
                yield
            return
        self._admit(visitor)
        try:
            with self._decoders.turn(on_wait, visitor, beside=True):
                self._counted.waited(time.monotonic() - asked)
                yield
        finally:
            self.door.leave(visitor)

    @contextmanager
    def aside(self) -> Iterator[None]:
        """Let others be drawn meanwhile; this thread goes on with its page first of all.

        For what takes long. Nobody may wait in here for a lock that is held while being drawn.
        """
        was_drawing = self._here.drawing is not None
        self._step_aside()
        try:
            yield
        except Exception:  # not Streamlit's signals, with which the page ends
            self._step_back(was_drawing)
            raise
        self._step_back(was_drawing)

    def _enter(self) -> None:
        if not self._here.entered:
            self._admit(self._here.visitor)
            self._here.entered = True

    def _admit(self, visitor: str) -> None:
        try:
            self.door.enter(visitor)
        except InputError as error:
            self._counted.refused(error.code)
            raise

    def _step_back(self, was_drawing: bool) -> None:
        if was_drawing:
            self._here.drawing = self._stage.take(_wait_in_silence, first=True)

    def _step_aside(self) -> None:
        if self._here.drawing is not None:
            self._stage.give_back(self._here.drawing)
            self._here.drawing = None


def _wait_in_silence(_: int) -> None:
    """It does not take long."""

"""Who waits for a decoding that can be made together with somebody else's.

The one whose turn it is takes along those who wait for the same model with the same options; when
their turn comes, what they want is there already. Knows nothing about models or Streamlit.
"""

import threading
import time
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from typing import Generic, TypeVar

from seqviz.errors import DecodingCancelled

LOOK_SECONDS = 0.5

Request = TypeVar("Request")


class Companion(Generic[Request]):
    """Somebody who waits."""

    def __init__(self, request: Request, group: Hashable, tokens: int) -> None:
        """Nobody has taken him along yet."""
        self.request, self.group, self.tokens = request, group, tokens
        self.has_left = False
        self.served: threading.Event | None = None
        """Set once the decoding that took him along is done; None: none has."""

    def stay(self, *_: int) -> None:
        """Called before every step of the decoding that took him along.

        Raises:
            DecodingCancelled: he has left.
        """
        if self.has_left:
            raise DecodingCancelled


class Companions(Generic[Request]):
    """All who wait; threads share it."""

    def __init__(
        self, *, most: int, most_tokens: int, linger: Callable[[], float] = lambda: 0.0
    ) -> None:
        """Nobody waits.

        Args:
            most: decoded together.
            most_tokens: of all sources together, each as long as the longest.
            linger: how many seconds to wait for others while there is room.
        """
        self._most, self._most_tokens, self._linger = most, most_tokens, linger
        self._waiting: list[Companion[Request]] = []
        self._lock = threading.Condition()

    @contextmanager
    def waiting(
        self, request: Request, group: Hashable, tokens: int
    ) -> Iterator[Companion[Request]]:
        """Wait for a turn, or for somebody who takes one along.

        Args:
            request: what is wanted.
            group: what those have in common who can be served together.
            tokens: of the source.
        """
        companion = Companion(request, group, tokens)
        with self._lock:
            self._waiting.append(companion)
            self._lock.notify_all()
        try:
            yield companion
        finally:
            companion.has_left = True
            with self._lock:
                if companion in self._waiting:
                    self._waiting.remove(companion)

    @contextmanager
    def taken_along(self, leader: Companion[Request]) -> Iterator[list[Companion[Request]]]:
        """Those who are served together with one whose turn it is, who comes first.

        They wait until this ends; who was served by somebody else meanwhile gets an empty list.
        """
        together, served = self._gathered(leader), threading.Event()
        for one in together:
            one.served = served
        try:
            yield together
        finally:
            served.set()

    def _gathered(self, leader: Companion[Request]) -> list[Companion[Request]]:
        until = time.monotonic() + self._linger()
        with self._lock:
            found, is_full = self._found(leader)
            while found and not is_full and (left := until - time.monotonic()) > 0:
                self._lock.wait(left)
                found, is_full = self._found(leader)
            self._waiting = [one for one in self._waiting if one not in found]
            return found

    def _found(self, leader: Companion[Request]) -> tuple[list[Companion[Request]], bool]:
        """Who can be served together now, and whether nobody else would find room beside them."""
        if leader not in self._waiting:
            return [], True
        longest, found = leader.tokens, [leader]
        for one in self._waiting:
            wide = max(longest, one.tokens)
            fits = wide * (len(found) + 1) <= self._most_tokens
            if one is not leader and one.group == leader.group and fits:
                found.append(one)
                longest = wide
            if len(found) == self._most:
                break
        return found, len(found) == self._most or longest * (len(found) + 1) > self._most_tokens


def wait_for(companion: Companion[Request], on_wait: Callable[[int], None]) -> None:
    """Wait until the decoding that took somebody along is done; nobody is ahead of him."""
    while companion.served is not None and not companion.served.wait(LOOK_SECONDS):
        on_wait(0)

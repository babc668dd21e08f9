"""The line before the decoders of a server: bounded, counted, and with a guess of its length."""

import math
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from seqviz.api.told import Told
from seqviz.errors import InputError
from seqviz.server.metrics import Metrics
from seqviz.server.queue import Queue


@dataclass
class Done:
    """What a turn brought, for the counts."""

    source: int = 0
    target: int = 0
    together: int = 0
    """Sentences; 0: nothing was decoded."""


class Line:
    """Who waits and who is served."""

    def __init__(self, *, places: int, most: int, metrics: Metrics) -> None:
        """Nobody waits.

        Args:
            places: served at once.
            most: that may wait.
            metrics: of this server.
        """
        self._queue, self._most, self._metrics = Queue(places=places), most, metrics
        metrics.watch("queue_length", "Requests that wait for a turn.", lambda: len(self._queue))

    def seconds(self) -> int:
        """When who comes now may expect a turn."""
        return max(1, math.ceil(self._queue.expected_seconds(len(self._queue))))

    @contextmanager
    def turn(self, told: Told) -> Iterator[Done]:
        """Wait for a turn, and have it.

        Raises:
            InputError: ``server_busy``, too many wait already.
            DecodingCancelled: who asked has left.
        """
        if len(self._queue) >= self._most:
            raise InputError("server_busy", {"seconds": self.seconds()})
        asked = time.monotonic()
        with self._queue.turn(told.wait):
            began, done = time.monotonic(), Done()
            self._metrics.waited(began - asked)
            yield done
            took = time.monotonic() - began
        if done.together:
            self._metrics.decoded(
                took, source=done.source, target=done.target, together=done.together
            )

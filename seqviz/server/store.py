"""What was used last, in memory, bounded in number and bytes. Knows nothing of who asks for it."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import fields
from typing import Generic, TypeVar

import numpy as np

from seqviz.trace import DistributionShift, Trace

MAX_TRACES = 128
MAX_TRACE_BYTES = 512 * 2**20
MAX_TRANSLATORS = 8
"""Room for every system of a pair; a shipped one takes 80 to 135 MB of memory."""
MAX_WEIGHT_BYTES = 3 * 2**30
"""Of all translators together; one that visitors bring may take much of it."""
BYTES_A_WEIGHT = 4

Kept = TypeVar("Kept")


class Store(Generic[Kept]):
    """Things by key, shared by all visitors; the newest stays, however large it is."""

    def __init__(self, size: Callable[[Kept], int], *, most: int, most_bytes: int) -> None:
        """Start empty.

        Args:
            size: the bytes of one.
            most: how many are kept.
            most_bytes: of all together.
        """
        self._size, self._most, self._most_bytes = size, most, most_bytes
        self._kept: OrderedDict[Hashable, Kept] = OrderedDict()
        self._bytes = 0
        self._lock = threading.Lock()
        self._making: dict[Hashable, threading.Lock] = {}

    @property
    def bytes(self) -> int:
        """Of all that is kept."""
        return self._bytes

    def get(self, key: Hashable) -> Kept | None:
        """What is kept under ``key`` and now counts as used last; None if nothing is."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
            return self._kept.get(key)

    def put(self, key: Hashable, one: Kept) -> None:
        """Keep one; those unused for longest make room for it."""
        with self._lock:
            if key in self._kept:
                self._bytes -= self._size(self._kept.pop(key))
            self._kept[key] = one
            self._bytes += self._size(one)
            while len(self._kept) > 1 and (
                len(self._kept) > self._most or self._bytes > self._most_bytes
            ):
                _, oldest = self._kept.popitem(last=False)
                self._bytes -= self._size(oldest)

    def clear(self) -> None:
        """Let go of all."""
        with self._lock:
            self._kept.clear()
            self._bytes = 0

    def find_or_make(self, key: Hashable, make: Callable[[], Kept]) -> Kept:
        """What is kept under ``key``, else made now, once for all who ask at the same time."""
        with self._lock:
            making = self._making.setdefault(key, threading.Lock())
        try:
            with making:
                found = self.get(key)
                if found is None:
                    found = make()
                    self.put(key, found)
                return found
        finally:
            with self._lock:
                self._making.pop(key, None)


class WeightStore(Store[Kept]):
    """The models loaded last."""

    def __init__(self, weights: Callable[[Kept], int]) -> None:
        """Start empty; ``weights`` counts those that a model holds here."""
        super().__init__(
            lambda one: weights(one) * BYTES_A_WEIGHT,
            most=MAX_TRANSLATORS,
            most_bytes=MAX_WEIGHT_BYTES,
        )


class TraceStore(Store[Trace | DistributionShift]):
    """The traces decoded last."""

    def __init__(self, *, most: int = MAX_TRACES, most_bytes: int = MAX_TRACE_BYTES) -> None:
        """Start empty."""
        super().__init__(trace_bytes, most=most, most_bytes=most_bytes)


def trace_bytes(trace: Trace | DistributionShift) -> int:
    """Bytes that the arrays of a trace, or of two, hold."""
    if isinstance(trace, DistributionShift):
        return trace_bytes(trace.plain) + trace_bytes(trace.edited) + 2 * trace.kl.nbytes
    records = (trace, trace.search, trace.hypotheses)
    arrays = (getattr(record, field.name) for record in records for field in fields(record))
    return sum(array.nbytes for array in arrays if isinstance(array, np.ndarray))

"""The traces decoded last, in memory, bounded. Knows nothing of who asks for them."""

import threading
from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import fields

import numpy as np

from seqviz.trace import DistributionShift, Trace

MAX_TRACES = 128
MAX_TRACE_BYTES = 512 * 2**20


class TraceStore:
    """The traces decoded last, shared by all visitors, bounded in number and bytes."""

    def __init__(self, *, most: int = MAX_TRACES, most_bytes: int = MAX_TRACE_BYTES) -> None:
        """Start empty."""
        self._traces: OrderedDict[Hashable, Trace | DistributionShift] = OrderedDict()
        self._bytes = 0
        self._lock = threading.Lock()
        self._most, self._most_bytes = most, most_bytes

    def get(self, key: Hashable) -> Trace | DistributionShift | None:
        """The trace under ``key``, which now counts as used last; None if there is none."""
        with self._lock:
            if key in self._traces:
                self._traces.move_to_end(key)
            return self._traces.get(key)

    def put(self, key: Hashable, trace: Trace | DistributionShift) -> None:
        """Keep a trace; the ones unused for longest make room for it."""
        with self._lock:
            if key not in self._traces:
                self._bytes += trace_bytes(trace)
            self._traces[key] = trace
            while len(self._traces) > 1 and (
                len(self._traces) > self._most or self._bytes > self._most_bytes
            ):
                _, oldest = self._traces.popitem(last=False)
                self._bytes -= trace_bytes(oldest)


def trace_bytes(trace: Trace | DistributionShift) -> int:
    """Bytes that the arrays of a trace, or of two, hold."""
    if isinstance(trace, DistributionShift):
        return trace_bytes(trace.plain) + trace_bytes(trace.edited) + 2 * trace.kl.nbytes
    records = (trace, trace.search, trace.hypotheses)
    arrays = (getattr(record, field.name) for record in records for field in fields(record))
    return sum(array.nbytes for array in arrays if isinstance(array, np.ndarray))

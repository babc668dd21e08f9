"""How many traces are kept, and how large one is."""

from dataclasses import fields

import numpy as np

from seqviz.server.store import Store
from seqviz.trace import DistributionShift, Trace

MAX_TRACES = 128
MAX_TRACE_BYTES = 512 * 2**20


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

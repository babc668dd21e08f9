"""Decodings are counted and logged: how long, how many tokens, how many together."""

import time
from collections.abc import Callable, Sequence

from seqviz.server.log import tell
from seqviz.server.metrics import metrics
from seqviz.trace import Trace


def counted(decode: Callable[[], Trace]) -> Trace:
    """What a decoding makes; one that fails is not counted."""
    began = time.monotonic()
    trace = decode()
    count([trace], time.monotonic() - began)
    return trace


def count(traces: Sequence[Trace], seconds: float) -> None:
    """Count traces that were decoded together in so many seconds."""
    source = sum(len(trace.source.ids) for trace in traces)
    target = sum(len(trace.target()) for trace in traces)
    metrics().decoded(seconds, source=source, target=target, together=len(traces))
    facts = {"model": traces[0].model.name, "seconds": round(seconds, 4), "source": source}
    tell("decoded", facts | {"target": target, "together": len(traces)})

"""What a server counts, as Prometheus reads it: no sentence, and nobody's address.

Shared by the page and the HTTP API; knows neither.
"""

from collections.abc import Callable

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest

from seqviz.server.kept import kept

CONTENT_TYPE = CONTENT_TYPE_LATEST
SECONDS = (0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0)
AT_ONCE = (1.0, 2.0, 4.0, 8.0, 16.0)
"""Upper ends of the classes in which seconds, and sentences decoded together, are counted."""


class Metrics:
    """Counts that only grow, and values that are asked for when somebody reads them."""

    def __init__(self) -> None:
        """Nothing was asked for yet."""
        self._registry = registry = CollectorRegistry()
        self._watched: dict[str, Gauge] = {}
        ProcessCollector(registry=registry)  # memory, processor seconds, open files; Linux only
        self._requests = Counter(
            *("seqviz_requests", "Answers over HTTP, and websockets opened or refused."),
            labelnames=("kind", "status"),
            registry=registry,
        )
        self._refusals = Counter(
            *("seqviz_refusals", "What was refused, by the code of the error."),
            labelnames=("code",),
            registry=registry,
        )
        self._waiting = Histogram(
            *("seqviz_waiting_seconds", "From asking for a decoding to its turn."),
            buckets=SECONDS,
            registry=registry,
        )
        self._decoding = Histogram(
            *("seqviz_decoding_seconds", "One decoding, of however many sentences."),
            buckets=SECONDS,
            registry=registry,
        )
        self._together = Histogram(
            *("seqviz_decoded_sentences", "Sentences of one decoding."),
            buckets=AT_ONCE,
            registry=registry,
        )
        self._tokens = Counter(
            *("seqviz_tokens", "Tokens read, and tokens of the best translations."),
            labelnames=("side",),
            registry=registry,
        )
        self._ready = Gauge("seqviz_ready", "1 once a decoding has succeeded.", registry=registry)

    @property
    def is_ready(self) -> bool:
        """Whether a decoding has succeeded in this process."""
        return bool(self._registry.get_sample_value("seqviz_ready"))

    def answered(self, kind: str, status: int) -> None:
        """Count a request.

        Args:
            kind: what was asked for, one of a few names; never a whole address.
            status: of the answer.
        """
        self._requests.labels(kind, str(status)).inc()

    def refused(self, code: str) -> None:
        """Count a refusal by the code of its error, such as "busy"."""
        self._refusals.labels(code).inc()

    def waited(self, seconds: float) -> None:
        """Count how long somebody waited for a turn."""
        self._waiting.observe(seconds)

    def decoded(self, seconds: float, *, source: int, target: int, together: int = 1) -> None:
        """Count a decoding that succeeded.

        Args:
            seconds: that it took.
            source: tokens read.
            target: tokens of the best translations.
            together: how many sentences it had.
        """
        self._decoding.observe(seconds)
        self._together.observe(together)
        self._tokens.labels("source").inc(source)
        self._tokens.labels("target").inc(target)
        self._ready.set(1)

    def watch(self, name: str, meaning: str, value: Callable[[], float]) -> None:
        """Ask for a value, such as the length of a queue, whenever somebody reads.

        Of a name that is watched already, the new function is asked from now on.
        """
        if name not in self._watched:
            self._watched[name] = Gauge(f"seqviz_{name}", meaning, registry=self._registry)
        self._watched[name].set_function(value)

    def text(self) -> bytes:
        """All of it, in Prometheus' text format; its kind is ``CONTENT_TYPE``.

        https://prometheus.io/docs/instrumenting/exposition_formats/
        """
        return generate_latest(self._registry)


@kept()
def metrics() -> Metrics:
    """Those of this process."""
    return Metrics()

"""What a run found, as frozen records; knows nothing of how it is measured or shown."""

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from seqviz.bench.plan import Case, Settings

OURS, UNRECORDED = "ours", "ours, unrecorded"
ATTENTIONS, TRANSFORMERS = "transformers, attentions", "transformers"
CTRANSLATE2 = "ctranslate2"
_STALL = 2.0
"""A round that took longer than so many medians stalled; it is reported, and stays."""


@dataclass(frozen=True, kw_only=True)
class Timing:
    """One engine's rounds of one piece of work."""

    engine: str
    threads: int
    seconds: tuple[float, ...]
    """Of every round, in their order."""
    differing: int = 0
    """How many of its best targets are not ours."""
    compared: int = 0

    @property
    def median(self) -> float:
        """Of the seconds."""
        return statistics.median(self.seconds)

    @property
    def fastest(self) -> float:
        """Seconds."""
        return min(self.seconds)

    @property
    def slowest(self) -> float:
        """Seconds."""
        return max(self.seconds)

    @property
    def stalled(self) -> tuple[int, ...]:
        """The rounds that stalled, from 0."""
        limit = _STALL * self.median
        return tuple(number for number, took in enumerate(self.seconds) if took > limit)


def best(timings: Sequence[Timing], engine: str) -> Timing | None:
    """An engine at its better thread count; None: it did not run."""
    found = [timing for timing in timings if timing.engine == engine]
    return min(found, key=lambda timing: timing.median, default=None)


def ratio(timings: Sequence[Timing], slower: str, faster: str) -> float | None:
    """How many times as long one engine takes as another, each at its better thread count."""
    first, second = best(timings, slower), best(timings, faster)
    return None if first is None or second is None else first.median / second.median


@dataclass(frozen=True, kw_only=True)
class CaseResult(Case):
    """One case, by every engine."""

    timings: tuple[Timing, ...]


@dataclass(frozen=True, kw_only=True)
class MemoryResult(Case):
    """What one search took beyond what was resident before."""

    engine: str
    extra_bytes: int | None
    """At the peak; None: the system does not say."""
    record_bytes: int
    """0 for peers, where it is not counted."""


@dataclass(frozen=True, kw_only=True)
class GrowthCell(Case):
    """What one recorded search costs us."""

    timing: Timing | None = None
    """None: refused."""
    record_bytes: int = 0
    refused: str = ""
    """Why; empty where it ran."""


@dataclass(frozen=True, kw_only=True)
class CorpusResult:
    """Many sentences in batches; a round is the whole corpus."""

    sentences: int
    batches: int
    beam_size: int
    timings: tuple[Timing, ...]


@dataclass(frozen=True, kw_only=True)
class ShippedResult:
    """One shipped model."""

    name: str
    kind: str
    """"transformer" or "rnn"."""
    loading: Timing
    """First loads, each in a process that has imported everything."""
    searches: tuple[CaseResult, ...]


@dataclass(frozen=True, kw_only=True)
class StartUp:
    """A command that shows something at once."""

    command: str
    timing: Timing


@dataclass(frozen=True, kw_only=True)
class Report:
    """Everything that a run found; its JSON has these names in this order."""

    machine: Mapping[str, str | int]
    versions: Mapping[str, str]
    settings: Settings
    rounds: int
    absent: Mapping[str, str]
    """Why an engine is not here, by its name."""
    peers: tuple[CaseResult, ...]
    memory: tuple[MemoryResult, ...]
    corpus: CorpusResult | None
    growth: tuple[GrowthCell, ...]
    shipped: tuple[ShippedResult, ...]
    start_ups: tuple[StartUp, ...]


def warnings_of(report: Report) -> list[str]:
    """What makes a comparison void: an engine whose results are not ours."""
    named = [(str(result), result.timings) for result in report.peers]
    if report.corpus:
        named.append(("the corpus", report.corpus.timings))
    return [
        f"{timing.engine}, {name}: {timing.differing} of {timing.compared} best sequences are not "
        "ours; this comparison is void."
        for name, timings in named
        for timing in timings
        if timing.differing
    ]

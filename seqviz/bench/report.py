"""What a run found, as frozen records; knows nothing of how it is shown."""

from collections.abc import Mapping
from dataclasses import dataclass

from seqviz.bench.plan import Case
from seqviz.bench.process import Absent
from seqviz.bench.shape import BASE, Shape
from seqviz.bench.timing import Timing

OURS, UNRECORDED = "ours", "ours, unrecorded"
ATTENTIONS, TRANSFORMERS = "transformers, attentions", "transformers"
CTRANSLATE2 = "ctranslate2"


@dataclass(frozen=True, kw_only=True)
class CaseResult:
    """One case, by every engine."""

    case: Case
    timings: tuple[Timing, ...]


@dataclass(frozen=True, kw_only=True)
class MemoryResult:
    """What one search took beyond what was resident before."""

    case: Case
    engine: str
    extra_bytes: int | None
    """At the peak; None: the system does not say."""
    kept_bytes: int
    """Of the record; 0 for peers, where it is not counted."""


@dataclass(frozen=True, kw_only=True)
class GrowthCell:
    """What one recorded search costs us."""

    case: Case
    timing: Timing | None
    """None: refused."""
    kept_bytes: int
    refused: str
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
    results: tuple[CaseResult, ...]


@dataclass(frozen=True, kw_only=True)
class StartUp:
    """A command that shows something at once."""

    command: str
    timing: Timing


@dataclass(frozen=True, kw_only=True)
class Settings:
    """How a run was asked for, other than its plan."""

    threads: tuple[int, ...] = (1,)
    device: str = "cpu"
    seed: int = 1
    shape: Shape = BASE
    models: str | None = None
    """The folder of shipped models; None: the usual one."""


@dataclass(frozen=True, kw_only=True)
class RandomModelResult:
    """All that was measured on the random model."""

    absent: tuple[Absent, ...]
    peers: tuple[CaseResult, ...]
    memory: tuple[MemoryResult, ...]
    growth: tuple[GrowthCell, ...]
    corpus: CorpusResult | None


@dataclass(frozen=True, kw_only=True)
class Report:
    """Everything that a run found."""

    machine: Mapping[str, str | int]
    versions: Mapping[str, str]
    settings: Settings
    rounds: int
    random_model: RandomModelResult
    shipped: tuple[ShippedResult, ...]
    start_ups: tuple[StartUp, ...]


def warnings_of(report: Report) -> list[str]:
    """What makes a comparison void: an engine whose results are not ours."""
    found = report.random_model
    named = [(result.case.name, result.timings) for result in found.peers]
    if found.corpus:
        named.append(("the corpus", found.corpus.timings))
    return [
        f"{timing.engine}, {name}: {timing.differing} of {timing.compared} best sequences are not "
        "ours; this comparison is void."
        for name, timings in named
        for timing in timings
        if timing.differing
    ]

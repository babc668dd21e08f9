"""What a run found, as frozen records; knows nothing of how it is measured or shown."""

import statistics
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from seqviz.bench.plan import Case, Plan

_STALL = 2.0
"""A round that took longer than so many medians stalled; it is reported, and stays."""


@dataclass(frozen=True, kw_only=True)
class Timing:
    """One engine's rounds of one piece of work."""

    case: Case
    engine: str
    """Or the command that was started."""
    threads: int = 1
    seconds: tuple[float, ...]
    """Of every round, in their order."""
    differing: int = 0
    """How many of its best targets are not ours."""
    compared: int = 0
    extra_bytes: int | None = None
    """How far memory rose in the first round; None: the system does not say."""
    record_bytes: int = 0
    """Of the first round's record; 0 for peers, where it is not counted."""

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


@dataclass(frozen=True, kw_only=True)
class Report:
    """Everything that a run found; its JSON has these names."""

    machine: Mapping[str, str | int]
    versions: Mapping[str, str]
    plan: Plan
    absent: Mapping[str, str]
    """Why an engine is not here, by its name."""
    timings: tuple[Timing, ...]

    def of(self, part: str) -> list[Timing]:
        """The timings of one of ``plan.PARTS``."""
        return [timing for timing in self.timings if timing.case.part == part]


def ratio(timings: Iterable[Timing], slower: str, faster: str) -> float | None:
    """How many times as long one engine takes as another, each at its better thread count."""
    best: dict[str, float] = {}
    for timing in timings:
        best[timing.engine] = min(timing.median, best.get(timing.engine, timing.median))
    first, second = best.get(slower), best.get(faster)
    return first / second if first and second else None


def warnings_of(report: Report) -> list[str]:
    """What makes a comparison void: an engine whose results are not ours."""
    return [
        f"{timing.engine}, {timing.case}: {timing.differing} of {timing.compared} best sequences "
        "are not ours; this comparison is void."
        for timing in report.timings
        if timing.differing
    ]

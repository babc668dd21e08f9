"""The rounds of one engine, and what is said of them: median, spread, stalls."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass

STALL = 2.0
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
        limit = STALL * self.median
        return tuple(number for number, took in enumerate(self.seconds) if took > limit)


def best(timings: Sequence[Timing], engine: str) -> Timing | None:
    """An engine at its better thread count; None: it did not run."""
    found = [timing for timing in timings if timing.engine == engine]
    return min(found, key=lambda timing: timing.median, default=None)


def ratio(timings: Sequence[Timing], slower: str, faster: str) -> float | None:
    """How many times as long one engine takes as another, each at its better thread count."""
    first, second = best(timings, slower), best(timings, faster)
    return None if first is None or second is None else first.median / second.median

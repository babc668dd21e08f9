"""What a run found, as frozen records, and whether it reached what the project set out to reach.

Knows nothing of how it is measured or shown.
"""

import statistics
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby

from seqviz.bench.plan import ATTENTIONS, CTRANSLATE2, OURS, TRANSFORMERS, UNRECORDED, Case, Plan

_SHORT, _RECURRENT = "S ≤ 100, worst", "Recurrent models, S = 30, worst"
_BATCHES, _LONG = "12 sentences, beam 5", "S = 300, beam 5"
_SHORT_LENGTH, _MEMORY, _FREE_BYTES = 100, 1.5, 20 * 2**20

_GOALS: Mapping[str, tuple[tuple[str, str, str, str, float], ...]] = {
    "cpu": (
        ("peers", "S = 30, beam 1", ATTENTIONS, OURS, 1.25),
        ("peers", "S = 30, beam 5", ATTENTIONS, OURS, 2.0),
        ("peers", "S = 30, beam 20", ATTENTIONS, OURS, 2.5),
        ("peers", _LONG, ATTENTIONS, OURS, 2.5),
        ("peers", _SHORT, OURS, UNRECORDED, 1.15),
        ("corpus", _BATCHES, TRANSFORMERS, OURS, 2.0),
        ("corpus", _BATCHES, CTRANSLATE2, OURS, 0.6),
        ("peers", "S = 30, beam 1", OURS, CTRANSLATE2, 1.75),
        ("peers", "S = 30, beam 5", OURS, CTRANSLATE2, 1.25),
        ("peers", _LONG, OURS, CTRANSLATE2, 1.25),
        ("shipped", _RECURRENT, OURS, UNRECORDED, 1.3),
    ),
    "cuda": (
        ("peers", "S = 30, beam 5", ATTENTIONS, OURS, 8.0),
        ("peers", "S = 100, beam 5", ATTENTIONS, OURS, 8.0),
        ("peers", _SHORT, OURS, UNRECORDED, 1.15),
        ("corpus", _BATCHES, TRANSFORMERS, OURS, 3.0),
    ),
}
"""By device: part of the report; its case, or words above for several, of which the worst counts;
and how many times as long the first engine takes as the second: at least, where ours is to be the
faster, else at most."""


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


@dataclass(frozen=True, kw_only=True)
class Target:
    """One ratio to reach; of times, every engine counts at the better of its thread counts."""

    name: str
    bound: float
    at_least: bool = False
    """Else at most."""
    found: float | None
    """None: not measured here, or void because the results differ."""

    @property
    def reached(self) -> bool | None:
        """None: nothing was found."""
        if self.found is None:
            return None
        return self.found >= self.bound if self.at_least else self.found <= self.bound

    def __str__(self) -> str:
        """Such as "S = 30, beam 5: time of … over …: target ≥ 2×: 3.30× reached"."""
        wanted = f"{self.name}: target {'≥' if self.at_least else '≤'} {self.bound:g}×"
        if self.found is None:
            return f"{wanted}: not measured, or void"
        return f"{wanted}: {self.found:.2f}× {'reached' if self.reached else 'missed'}"


def targets_of(report: Report) -> list[Target]:
    """Every target for the device of the run."""
    device = report.plan.device
    targets = [
        Target(
            name=f"{cases}: time of {slower} over {faster}",
            bound=bound,
            at_least=faster == OURS,
            found=_worst((t for t in report.of(part) if _counts(t.case, cases)), slower, faster),
        )
        for part, cases, slower, faster, bound in _GOALS[device]
    ]
    rises = [
        max(0, timing.extra_bytes - _FREE_BYTES) / timing.record_bytes
        for timing in report.of("peers")
        if timing.engine == OURS and str(timing.case) == _LONG and timing.extra_bytes is not None
    ]
    name = f"{_LONG}: peak of memory less 20 MiB over size of the record"
    memory = Target(name=name, bound=_MEMORY, found=max(rises, default=None))
    return targets if device == "cuda" else [*targets, memory]


def _counts(case: Case, cases: str) -> bool:
    if cases == _SHORT:
        return case.length <= _SHORT_LENGTH
    if cases == _RECURRENT:
        return case.kind == "rnn" and case.length > 0
    return cases == str(case)


def _worst(timings: Iterable[Timing], slower: str, faster: str) -> float | None:
    """The largest ratio; None where one is void or missing, for it might be the worst."""
    cases = groupby(timings, key=lambda timing: timing.case)
    ratios = [ratio(same, slower, faster) for _, same in cases]
    known = [found for found in ratios if found is not None]
    return max(known) if known and len(known) == len(ratios) else None


def ratio(timings: Iterable[Timing], slower: str, faster: str) -> float | None:
    """How many times as long one engine takes as another, each at its better thread count.

    The median over the rounds: in each, both had the same sentence, one soon after the other, so
    that a machine that is slow for a while is slow for both.

    None: one of them is missing, or did not find the same as ours.
    """
    found: dict[str, list[Timing]] = {slower: [], faster: []}
    for timing in timings:
        if timing.engine in found:
            if timing.differing:
                return None
            found[timing.engine].append(timing)
    if not all(found.values()):
        return None
    best = {name: min(of, key=lambda timing: timing.median).seconds for name, of in found.items()}
    pairs = zip(best[slower], best[faster], strict=True)
    return statistics.median(first / second for first, second in pairs)

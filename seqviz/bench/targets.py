"""What the project set out to reach, and whether this run reached it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby

from seqviz.bench.plan import ATTENTIONS, CTRANSLATE2, OURS, TRANSFORMERS, UNRECORDED
from seqviz.bench.report import Report, Timing, ratio

_SHORT, _RECURRENT, _CORPUS = "S ≤ 100, worst", "Recurrent models, S = 30, worst", "Batches"
_SHORT_LENGTH = 100
_MEMORY, _FREE_BYTES = 1.5, 20 * 2**20

_Goal = tuple[str, str, str, str, float]
_GOALS: Mapping[str, tuple[_Goal, ...]] = {
    "cpu": (
        ("peers", "S = 30, beam 1", ATTENTIONS, OURS, 1.25),
        ("peers", "S = 30, beam 5", ATTENTIONS, OURS, 2.0),
        ("peers", "S = 30, beam 20", ATTENTIONS, OURS, 2.5),
        ("peers", "S = 300, beam 5", ATTENTIONS, OURS, 2.5),
        ("peers", _SHORT, OURS, UNRECORDED, 1.15),
        ("corpus", _CORPUS, TRANSFORMERS, OURS, 2.0),
        ("corpus", _CORPUS, CTRANSLATE2, OURS, 0.6),
        ("peers", "S = 30, beam 1", OURS, CTRANSLATE2, 1.75),
        ("peers", "S = 30, beam 5", OURS, CTRANSLATE2, 1.25),
        ("peers", "S = 300, beam 5", OURS, CTRANSLATE2, 1.25),
        ("shipped", _RECURRENT, OURS, UNRECORDED, 1.3),
    ),
    "cuda": (
        ("peers", "S = 30, beam 5", ATTENTIONS, OURS, 8.0),
        ("peers", "S = 100, beam 5", ATTENTIONS, OURS, 8.0),
        ("peers", _SHORT, OURS, UNRECORDED, 1.15),
        ("corpus", _CORPUS, TRANSFORMERS, OURS, 3.0),
    ),
}
"""By device: part of the report; its case, or one of the words above for several, of which the
worst counts; and how many times as long the first engine takes as the second: at least, where
ours is to be the faster, else at most."""


@dataclass(frozen=True, kw_only=True)
class Target:
    """One ratio to reach; every engine counts at the better of its thread counts."""

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
            return f"{wanted}: not measured"
        return f"{wanted}: {self.found:.2f}× {'reached' if self.reached else 'missed'}"


def targets_of(report: Report) -> list[Target]:
    """Every target for the device of the run."""
    device = report.plan.device
    targets = [
        Target(
            name=f"{cases}: time of {slower} over {faster}",
            bound=bound,
            at_least=faster == OURS,
            found=_worst((t for t in report.of(part) if _counts(t, cases)), slower, faster),
        )
        for part, cases, slower, faster, bound in _GOALS[device]
    ]
    return targets if device == "cuda" else [*targets, _memory(report)]


def _counts(timing: Timing, cases: str) -> bool:
    if cases == _SHORT:
        return timing.case.length <= _SHORT_LENGTH
    if cases == _RECURRENT:
        return timing.case.kind == "rnn" and timing.case.length > 0
    return cases in (_CORPUS, str(timing.case))


def _worst(timings: Iterable[Timing], slower: str, faster: str) -> float | None:
    """The largest ratio; None where an engine did not find the same: it might be the worst."""
    ratios = []
    for _, group in groupby(timings, key=lambda timing: timing.case):
        pair = [timing for timing in group if timing.engine in (slower, faster)]
        void = any(timing.differing for timing in pair)
        ratios.append(None if void else ratio(pair, slower, faster))
    known = [found for found in ratios if found is not None]
    return max(known) if known and len(known) == len(ratios) else None


def _memory(report: Report) -> Target:
    found, case = None, ""
    for timing in report.of("peers"):
        long = timing.case.length > _SHORT_LENGTH
        if long and timing.engine == OURS and timing.extra_bytes is not None:
            found = max(0, timing.extra_bytes - _FREE_BYTES) / timing.record_bytes
            case = f", {timing.case}"
    name = f"Peak memory less 20 MiB over size of the record{case}"
    return Target(name=name, bound=_MEMORY, found=found)

"""What the project set out to reach, and whether this run reached it."""

from collections.abc import Sequence
from dataclasses import dataclass

from seqviz.bench.report import (
    ATTENTIONS,
    CTRANSLATE2,
    OURS,
    TRANSFORMERS,
    UNRECORDED,
    Report,
    Timing,
    ratio,
)

_SPEED_UPS = {
    "cpu": {(30, 1): 1.25, (30, 5): 2.0, (30, 20): 2.5, (300, 5): 2.5},
    "cuda": {(30, 5): 8.0, (100, 5): 8.0},
}
"""By S and beam: how many times as long ``transformers`` with attentions takes, at least."""
_OVER_CTRANSLATE2 = {(30, 1): 1.75, (30, 5): 1.25, (300, 5): 1.25}
"""By S and beam: how many times CTranslate2's time we take, at most."""
_CORPUS_SPEED_UPS = {"cpu": {TRANSFORMERS: 2.0, CTRANSLATE2: 0.6}, "cuda": {TRANSFORMERS: 3.0}}
_RECORDING, _LONGEST_RECORDING = 1.15, 100
"""Recorded over unrecorded, at most, up to that S."""
_RECURRENT_RECORDING, _RECURRENT_LENGTH = 1.3, 30
_MEMORY, _FREE_BYTES = 1.5, 20 * 2**20


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
        """Such as "S = 30, beam 5, …: target ≥ 2×: 3.30× reached"."""
        wanted = f"{self.name}: target {'≥' if self.at_least else '≤'} {self.bound:g}×"
        if self.found is None:
            return f"{wanted}: not measured"
        return f"{wanted}: {self.found:.2f}× {'reached' if self.reached else 'missed'}"


def targets_of(report: Report) -> list[Target]:
    """Every target for the device of the run."""
    device = report.settings.device
    peers = {(result.length, result.beam_size): result.timings for result in report.peers}
    corpus = report.corpus.timings if report.corpus else ()
    short = [result.timings for result in report.peers if result.length <= _LONGEST_RECORDING]
    targets = [
        Target(
            name=f"S = {case[0]}, beam {case[1]}, faster than {ATTENTIONS}",
            bound=bound,
            at_least=True,
            found=_valid_ratio(peers.get(case, ()), ATTENTIONS, OURS),
        )
        for case, bound in _SPEED_UPS[device].items()
    ]
    targets.append(
        Target(
            name=f"Recording everything, S ≤ {_LONGEST_RECORDING}, worst case, time of unrecorded",
            bound=_RECORDING,
            found=_worst_recording(short),
        )
    )
    targets += [
        Target(
            name=f"Sentences per second in batches, those of {engine}",
            bound=bound,
            at_least=True,
            found=_valid_ratio(corpus, engine, OURS),
        )
        for engine, bound in _CORPUS_SPEED_UPS[device].items()
    ]
    if device != "cpu":
        return targets
    targets += [
        Target(
            name=f"S = {case[0]}, beam {case[1]}, time of {CTRANSLATE2}",
            bound=bound,
            found=_valid_ratio(peers.get(case, ()), OURS, CTRANSLATE2),
        )
        for case, bound in _OVER_CTRANSLATE2.items()
    ]
    return [*targets, _memory(report), _recurrent(report)]


def _memory(report: Report) -> Target:
    found, case = None, ""
    for result in report.memory:
        if result.engine == OURS and result.extra_bytes is not None:
            found = max(0, result.extra_bytes - _FREE_BYTES) / result.record_bytes
            case = f", {result}"
    name = f"Peak memory less 20 MiB{case}, size of the record"
    return Target(name=name, bound=_MEMORY, found=found)


def _recurrent(report: Report) -> Target:
    recurrent = [model for model in report.shipped if model.kind == "rnn"]
    searches = [result for model in recurrent for result in model.searches]
    return Target(
        name=f"Recurrent models, S = {_RECURRENT_LENGTH}, worst model, time of unrecorded",
        bound=_RECURRENT_RECORDING,
        found=_worst_recording([r.timings for r in searches if r.length == _RECURRENT_LENGTH]),
    )


def _worst_recording(searches: Sequence[Sequence[Timing]]) -> float | None:
    """None where one of them did not find the same: it might have been the worst."""
    ratios = [_valid_ratio(timings, OURS, UNRECORDED) for timings in searches]
    known = [found for found in ratios if found is not None]
    return max(known) if known and len(known) == len(ratios) else None


def _valid_ratio(timings: Sequence[Timing], slower: str, faster: str) -> float | None:
    """None where the two did not find the same, too."""
    if any(timing.differing for timing in timings if timing.engine in (slower, faster)):
        return None
    return ratio(timings, slower, faster)

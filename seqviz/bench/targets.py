"""What the project set out to reach, and whether this run reached it."""

from collections.abc import Iterator
from dataclasses import dataclass

from seqviz.bench.report import (
    ATTENTIONS,
    CTRANSLATE2,
    OURS,
    TRANSFORMERS,
    UNRECORDED,
    CaseResult,
    Report,
)
from seqviz.bench.timing import Timing, ratio

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
    at_least: bool
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
        sign = "≥" if self.at_least else "≤"
        if self.found is None:
            return f"{self.name}: target {sign} {self.bound:g}×: not measured"
        verdict = "reached" if self.reached else "missed"
        return f"{self.name}: target {sign} {self.bound:g}×: {self.found:.2f}× {verdict}"


def targets_of(report: Report) -> list[Target]:
    """Every target for the device of the run."""
    on_cpu = report.settings.device == "cpu"
    targets = [*_against_transformers(report), _recording(report), *_of_corpus(report)]
    if on_cpu:
        targets += [*_against_ctranslate2(report), _memory(report), _recurrent(report)]
    return targets


def _against_transformers(report: Report) -> Iterator[Target]:
    for (length, beam_size), bound in _SPEED_UPS[report.settings.device].items():
        timings = _timings(report, length, beam_size)
        yield Target(
            name=f"S = {length}, beam {beam_size}, faster than {ATTENTIONS}",
            bound=bound,
            at_least=True,
            found=_valid_ratio(timings, ATTENTIONS, OURS),
        )


def _against_ctranslate2(report: Report) -> Iterator[Target]:
    for (length, beam_size), bound in _OVER_CTRANSLATE2.items():
        timings = _timings(report, length, beam_size)
        yield Target(
            name=f"S = {length}, beam {beam_size}, time of {CTRANSLATE2}",
            bound=bound,
            at_least=False,
            found=_valid_ratio(timings, OURS, CTRANSLATE2),
        )


def _recording(report: Report) -> Target:
    short = [r for r in report.random_model.peers if r.case.length <= _LONGEST_RECORDING]
    return Target(
        name=f"Recording everything, S ≤ {_LONGEST_RECORDING}, worst case, time of unrecorded",
        bound=_RECORDING,
        at_least=False,
        found=_worst_recording(short),
    )


def _recurrent(report: Report) -> Target:
    results = [
        result
        for model in report.shipped
        if model.kind == "rnn"
        for result in model.results
        if result.case.length == _RECURRENT_LENGTH
    ]
    return Target(
        name=f"Recurrent models, S = {_RECURRENT_LENGTH}, worst model, time of unrecorded",
        bound=_RECURRENT_RECORDING,
        at_least=False,
        found=_worst_recording(results),
    )


def _memory(report: Report) -> Target:
    found, case = None, ""
    for result in report.random_model.memory:
        if result.engine == OURS and result.extra_bytes is not None:
            found = max(0, result.extra_bytes - _FREE_BYTES) / result.kept_bytes
            case = f", {result.case.name}"
    return Target(
        name=f"Peak memory less 20 MiB{case}, size of the record",
        bound=_MEMORY,
        at_least=False,
        found=found,
    )


def _of_corpus(report: Report) -> Iterator[Target]:
    corpus = report.random_model.corpus
    for engine, bound in _CORPUS_SPEED_UPS[report.settings.device].items():
        yield Target(
            name=f"Sentences per second in batches, those of {engine}",
            bound=bound,
            at_least=True,
            found=_valid_ratio(corpus.timings, engine, OURS) if corpus else None,
        )


def _timings(report: Report, length: int, beam_size: int) -> tuple[Timing, ...]:
    for result in report.random_model.peers:
        if (result.case.length, result.case.beam_size) == (length, beam_size):
            return result.timings
    return ()


def _worst_recording(results: list[CaseResult]) -> float | None:
    """None where one of them did not find the same: it might have been the worst."""
    ratios = [_valid_ratio(result.timings, OURS, UNRECORDED) for result in results]
    known = [found for found in ratios if found is not None]
    return max(known) if known and len(known) == len(ratios) else None


def _valid_ratio(timings: tuple[Timing, ...], slower: str, faster: str) -> float | None:
    """None where the two did not find the same, too."""
    if any(timing.differing for timing in timings if timing.engine in (slower, faster)):
        return None
    return ratio(timings, slower, faster)

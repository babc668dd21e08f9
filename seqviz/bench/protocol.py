"""How an engine's process is asked and answers: JSON lines. Knows no engine.

The process is told in its first argument what to open. It writes one line when it is ready (or
says that it is absent), then one answer for every question that it reads.
"""

import ctypes
import gc
import json
import os
import signal
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Protocol, TextIO, TypeVar

from seqviz.bench.memory import PeakMemory
from seqviz.errors import SeqVizError

Result = TypeVar("Result")
_PR_SET_PDEATHSIG = 1


class AbsentError(Exception):
    """This engine cannot run here; the text says why."""


@dataclass(frozen=True, kw_only=True)
class Opening:
    """What an engine is to open."""

    folder: str
    device: str
    threads: int
    record: bool
    """Ours: record the search. Peers: hand over what they can."""


@dataclass(frozen=True, kw_only=True)
class Job:
    """One call of an engine."""

    sources: tuple[tuple[int, ...], ...]
    """Token ids, EOS included."""
    beam_size: int
    length: int
    """Tokens of every target."""
    batched: bool = False
    """Part of a corpus, where nothing is recorded; else one sentence."""


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What an engine says when it is ready."""

    version: str
    vocabulary: int
    eos: int
    opening_seconds: float
    """Reading the model from disk, ready to decode."""


class Engine(Protocol[Result]):
    """One way to translate token ids."""

    @property
    def facts(self) -> Facts:
        """What it says of itself."""

    def run(self, job: Job) -> Result:
        """Translate; this is what is timed."""

    def targets(self, result: Result) -> list[list[int]]:
        """The best target of every sentence."""

    def kept_bytes(self, result: Result) -> int:
        """The size of what was recorded; 0 where that is not counted."""

    def log_prob(self, source: Sequence[int], target: Sequence[int]) -> float:
        """Log p(target | source) by these weights, in nats."""

    def wait(self) -> None:
        """Return when the device has done all that was asked."""


def serve(open_engine: Callable[[Opening], Engine[Any]]) -> None:
    """Open the engine that the first argument describes, and answer until stdin ends."""
    _die_with_parent()
    answers = _take_stdout()
    opening = Opening(**json.loads(sys.argv[1]))
    try:
        engine = open_engine(opening)
    except AbsentError as error:
        _write(answers, {"absent": str(error)})
        return
    _write(answers, asdict(engine.facts))
    for line in sys.stdin:
        _write(answers, answer(engine, json.loads(line)))


def answer(engine: Engine[Any], question: Mapping[str, Any]) -> dict[str, Any]:
    """Answer one question: "time", "memory" or "log_prob"; what ours refuses is said, not raised.

    Args:
        engine: who does the work.
        question: "do", and "jobs"; for "log_prob" "source" and "target".
    """
    if question["do"] == "log_prob":
        return {"log_prob": engine.log_prob(question["source"], question["target"])}
    jobs = [_job(job) for job in question["jobs"]]
    gc.collect()
    try:
        return _measure_memory(engine, jobs) if question["do"] == "memory" else _time(engine, jobs)
    except SeqVizError as error:
        return {"refused": str(error)}


def _time(engine: Engine[Result], jobs: Sequence[Job]) -> dict[str, Any]:
    engine.wait()
    started = time.perf_counter()
    results = [engine.run(job) for job in jobs]
    engine.wait()
    seconds = time.perf_counter() - started
    return {
        "seconds": seconds,
        "targets": [target for result in results for target in engine.targets(result)],
        "kept_bytes": sum(engine.kept_bytes(result) for result in results),
    }


def _measure_memory(engine: Engine[Result], jobs: Sequence[Job]) -> dict[str, Any]:
    peak = PeakMemory()
    results = [engine.run(job) for job in jobs]
    engine.wait()
    return {
        "extra_bytes": peak.extra_bytes(),
        "kept_bytes": sum(engine.kept_bytes(result) for result in results),
    }


def _job(raw: Mapping[str, Any]) -> Job:
    sources = tuple(tuple(source) for source in raw["sources"])
    return Job(
        sources=sources,
        beam_size=raw["beam_size"],
        length=raw["length"],
        batched=raw["batched"],
    )


def _write(answers: TextIO, content: Mapping[str, Any]) -> None:
    answers.write(json.dumps(content) + "\n")
    answers.flush()


def _take_stdout() -> TextIO:
    """Stdout for answers alone: what libraries print goes to stderr."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    return answers


def _die_with_parent() -> None:
    """On Linux even in the middle of a job; elsewhere when stdin ends."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)

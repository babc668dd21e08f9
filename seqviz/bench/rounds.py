"""Rounds in which the engines take turns, so that a busy moment of the machine hits them all."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from typing import Any, Protocol

from seqviz.bench.process import EngineFailedError
from seqviz.bench.protocol import Job
from seqviz.bench.timing import Timing

_SETTLE_SECONDS = 0.25
"""Worker threads of OpenMP go on spinning for up to 0.2 s; the next engine shall not feel it."""

JobsOfRound = Callable[[int], Sequence[Job]]
"""The same jobs for every engine; round −1 is the warm-up."""
Key = tuple[str, int]
"""Name of an engine, and its number of threads."""


class Asked(Protocol):
    """An engine, as the rounds see it."""

    def ask(self, question: Mapping[str, Any]) -> dict[str, Any]:
        """Ask, and wait for the answer; see ``protocol.answer``."""


def take_turns(
    running: Mapping[Key, Asked], jobs: JobsOfRound, *, rounds: int, warm_up: bool = True
) -> tuple[Timing, ...]:
    """Time every engine once a round, each round another one first, after a warm-up.

    Returns:
        one timing an engine; its best targets are compared with those of the first engine.

    Raises:
        EngineFailedError: an engine stopped, or refused the work.
    """
    seconds: dict[Key, list[float]] = {key: [] for key in running}
    differing, compared = dict.fromkeys(running, 0), dict.fromkeys(running, 0)
    for number in range(-1 if warm_up else 0, rounds):
        answers = _round(running, jobs(number), first=max(number, 0))
        wanted = answers[next(iter(running))]["targets"]
        for key, answer in answers.items():
            targets = answer["targets"]
            differing[key] += sum(a != b for a, b in zip(targets, wanted, strict=True))
            compared[key] += len(targets)
            if number >= 0:
                seconds[key].append(answer["seconds"])
    return tuple(
        Timing(
            engine=name,
            threads=threads,
            seconds=tuple(seconds[name, threads]),
            differing=differing[name, threads],
            compared=compared[name, threads],
        )
        for name, threads in running
    )


def ask_time(engine: Asked, jobs: Sequence[Job]) -> dict[str, Any]:
    """Time one engine once."""
    return engine.ask({"do": "time", "jobs": [asdict(job) for job in jobs]})


def _round(
    running: Mapping[Key, Asked], jobs: Sequence[Job], *, first: int
) -> dict[Key, dict[str, Any]]:
    keys = list(running)
    first %= len(keys)
    answers = {}
    for key in [*keys[first:], *keys[:first]]:
        answers[key] = ask_time(running[key], jobs)
        if "refused" in answers[key]:
            raise EngineFailedError(f"The engine '{key[0]}' refused: {answers[key]['refused']}")
        if key[1] > 1:
            time.sleep(_SETTLE_SECONDS)
    return answers

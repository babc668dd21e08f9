"""The process that trains a small model while a visitor of the page watches.

``python -m seqviz.training.live.session FOLDER`` reads the job in the folder and writes its state
there, about once a second. Commands come as lines of JSON on its standard input; when that ends, or
falls silent, so does the process, and the folder goes with it.
"""

import shutil
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from seqviz.errors import SeqVizError
from seqviz.records.live import (
    EXAMPLE_FILE,
    MOST_TYPED,
    STATE_FILE,
    TYPED_FILE,
    CurvePoint,
    LiveCase,
    LiveJob,
    LiveState,
    Phase,
    Reason,
    read_job,
    write_json,
)
from seqviz.trace import Trace
from seqviz.trace.file import write_trace
from seqviz.training.live.inbox import Clock, Inbox
from seqviz.training.live.learner import Learner, prepare
from seqviz.training.live.limits import bound_process
from seqviz.translator.devices import use_threads

WRITE_SECONDS = 0.9
"""Between two states, while it trains: the page looks once a second."""
MEASURE_SECONDS = 2.0
MEASURE_SHARE = 6
"""Measuring takes at most one part in so many of the time."""
POLL_SECONDS = 0.25
SHOWN_CASES = 5
MOST_POINTS = 300
GRACE_SECONDS = 60
"""The kernel ends a process that computes for so much longer than it may live."""


class Learns(Protocol):
    """A model that learns a task; see ``live_learner.Learner``."""

    @property
    def steps(self) -> int:
        """Updates that are planned in all."""

    @property
    def parameters(self) -> int:
        """How many numbers it has."""

    @property
    def example(self) -> tuple[str, str]:
        """A source and its reference."""

    def advance(self) -> tuple[float, float]:
        """Do one update; how often all pairs were seen by now, and the loss of this one."""

    def translate(self, text: str) -> Trace:
        """Translate a text."""

    def cases(self) -> Sequence[LiveCase]:
        """All development pairs, translated."""


class Curve:
    """Means of a value over some updates; when there are many, over twice as many."""

    def __init__(self) -> None:
        """Start without any point."""
        self.points: list[CurvePoint] = []
        self._every = 1
        self._sum, self._count = 0.0, 0

    def add(self, step: int, value: float) -> None:
        """Take in the value of one update."""
        self._sum += value
        self._count += 1
        if self._count == self._every:
            self.points.append(CurvePoint(step=step, value=self._sum / self._count))
            self._sum, self._count = 0.0, 0
        if len(self.points) == MOST_POINTS:
            pairs = zip(self.points[::2], self.points[1::2], strict=True)
            self.points = [replace(b, value=(a.value + b.value) / 2) for a, b in pairs]
            self._every *= 2


@dataclass(kw_only=True)
class Progress:
    """What changes while it trains."""

    phase: Phase = "training"
    step: int = 0
    epoch: float = 0.0
    seconds: float = 0.0
    typed: str = ""


class Session:
    """Trains in small steps, and between them obeys, measures and writes."""

    def __init__(
        self,
        folder: Path,
        job: LiveJob,
        *,
        learner: Learns,
        inbox: Inbox,
        clock: Clock = time.monotonic,
    ) -> None:
        """Train nothing yet."""
        self._folder, self._job, self._learner, self._inbox = folder, job, learner, inbox
        self._clock = clock
        self._born = self._active = clock()
        self._next_write = self._next_measure = clock()
        self._losses, self._scores = Curve(), Curve()
        self._cases: Sequence[LiveCase] = ()
        self._rate = (0.0, 0.0, 0.0)  # pairs a second; epoch and seconds when it was measured
        self._now = Progress()
        self._reason: Reason = ""

    def run(self) -> None:
        """Go on until nobody wants it, or it has had its time."""
        while not self.is_over():
            self.turn()

    def is_over(self) -> bool:
        """Whether the process has to end."""
        now = self._clock()
        return (
            self._inbox.closed
            or now - self._inbox.heard > self._job.beat_seconds
            or now - self._born > self._job.life_seconds
            or (self._now.phase != "training" and now - self._active > self._job.idle_seconds)
        )

    def turn(self) -> None:
        """Obey what was said, do one update if it is to train, measure and write when it is due."""
        training = self._now.phase == "training"
        command = self._inbox.take(seconds=0.0 if training else POLL_SECONDS)
        if command is not None:
            self._obey(*command)
        if self._now.phase == "training":
            self._train()
            if self._now.phase == "training":
                return
        elif command is None:
            return
        self._write()

    def _obey(self, command: str, text: str) -> None:
        self._active = self._clock()
        if command == "try":
            self._now.typed = text[:MOST_TYPED]
            self._next_write = self._active
        elif command == "stop" and self._now.phase == "training":
            self._now.phase = "stopped"
        elif command == "continue" and self._now.phase == "stopped":
            self._now.phase = "training"

    def _train(self) -> None:
        """One update, and what is due before it; finish where there is nothing left to do."""
        started = self._clock()
        if started >= self._next_measure:
            self._measure()
        if started >= self._next_write:
            self._write()
        try:
            self._now.epoch, loss = self._learner.advance()
        except SeqVizError:
            self._finish("diverged")
            return
        self._now.step += 1
        self._losses.add(self._now.step, loss)
        self._now.seconds += self._clock() - started
        if self._now.step >= self._learner.steps:
            self._finish("steps")
        elif self._now.seconds >= self._job.train_seconds:
            self._finish("time")

    def _finish(self, reason: Reason) -> None:
        self._now.phase, self._reason, self._active = "finished", reason, self._clock()
        if reason != "diverged":
            self._measure()

    def _measure(self) -> None:
        started = self._clock()
        cases = self._learner.cases()
        right = sum(case.matches for case in cases) / len(cases)
        self._scores.add(self._now.step, 100 * right)
        first = len(self._scores.points) * SHOWN_CASES % len(cases)
        self._cases = [*cases, *cases][first : first + SHOWN_CASES]
        now = self._clock()
        self._next_measure = now + max(MEASURE_SECONDS, MEASURE_SHARE * (now - started))

    def _write(self) -> None:
        """What the newest weights make of the example and of what was typed, then the state."""
        if self._reason != "diverged":
            self._translate(self._learner.example[0], EXAMPLE_FILE)
            self._translate(self._now.typed, TYPED_FILE)
        write_json(self._folder / STATE_FILE, self._state())
        self._next_write = self._clock() + WRITE_SECONDS

    def _translate(self, text: str, name: str) -> None:
        file = self._folder / name
        try:
            write_trace(self._learner.translate(text), file)
        except SeqVizError:  # nothing but white space, or weights that predict nothing
            file.unlink(missing_ok=True)

    def _state(self) -> LiveState:
        left = self._job.train_seconds - self._now.seconds
        return LiveState(
            phase=self._now.phase,
            reason=self._reason,
            step=self._now.step,
            steps=self._learner.steps,
            epoch=self._now.epoch,
            seconds=self._now.seconds,
            seconds_left=max(0.0, left),
            pairs_per_second=self._pairs_per_second(),
            parameters=self._learner.parameters,
            losses=tuple(self._losses.points),
            scores=tuple(self._scores.points),
            cases=tuple(self._cases),
            reference=self._learner.example[1],
            typed=self._now.typed,
        )

    def _pairs_per_second(self) -> float:
        """Since the state before, while it trained."""
        rate, epoch, seconds = self._rate
        if self._now.seconds > seconds:
            rate = (self._now.epoch - epoch) * self._job.pairs / (self._now.seconds - seconds)
            self._rate = rate, self._now.epoch, self._now.seconds
        return rate


def main(folder: Path) -> None:
    """Train the job in a folder, and remove the folder in the end."""
    try:
        job = read_job(folder)
        use_threads(1)
        # Unbuffered: at the end, a thread that waits in a buffered file would abort the process.
        inbox = Inbox(open(0, "rb", buffering=0, closefd=False))  # noqa: SIM115 - till the end
        learner: Learner = prepare(job)
        seconds = int(job.life_seconds) + GRACE_SECONDS
        bound_process(memory_bytes=job.memory_bytes, cpu_seconds=seconds)
        Session(folder, job, learner=learner, inbox=inbox).run()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))

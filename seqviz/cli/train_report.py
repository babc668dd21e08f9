"""What a training tells: one live line for people who watch, plain lines otherwise, and a log."""

import shutil
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self, TextIO

from seqviz.cli.printing import count, say
from seqviz.files import unwritable
from seqviz.training.events import Averaged, Event, Measured, Progress, Resumed
from seqviz.training.job import Note, Scoring

LOG_FILE = "train.log"
LIVE_SECONDS = 0.2
"""Between two looks of the live line."""
PLAIN_SECONDS = 30.0
"""Between two lines of progress where nobody watches, and in the log."""
MINUTE = 60
HOUR = 3600


class Report:
    """Tells the events of one training; a context manager, for its log and its live line.

    Attributes:
        checkpoint: the step from which a run would go on; 0: there is no checkpoint.
    """

    def __init__(
        self, work: Path, *, watched: bool, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Prepare to write.

        Args:
            work: where the log goes; made where it is missing.
            watched: whether stderr is a terminal.
            clock: seconds from anywhere.
        """
        self.checkpoint = 0
        self._file, self._watched, self._clock = work / LOG_FILE, watched, clock
        self._log: TextIO | None = None
        self._live = 0
        self._next_live = self._next_plain = 0.0

    def __enter__(self) -> Self:
        """Open the log.

        Raises:
            InputError: it cannot be written.
        """
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            self._log = self._file.open("a", encoding="utf-8")
        except OSError as error:
            raise unwritable(self._file, error) from error
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End the live line, note the error, close the log."""
        self._wipe()
        if self._log is None:
            return
        try:
            if error is not None and str(error):
                self._log.write(f"{_now()} ended: {error}\n")
            self._log.close()
        except OSError:
            self._log = None  # the disk may be full, which is then the error that is told

    def __call__(self, event: Event | Note | Scoring) -> None:
        """Tell one event.

        Raises:
            InputError: the log cannot be written.
        """
        if isinstance(event, Measured):
            self.checkpoint = event.point.step
        elif isinstance(event, Resumed):
            self.checkpoint = event.step
        if isinstance(event, Progress | Scoring):
            self._passing(_passing_line(event))
        else:
            self.line(_lasting_line(event))

    def line(self, text: str) -> None:
        """Write a line that stays."""
        self._wipe()
        say(text, err=True)
        self._write(text)

    def _passing(self, text: str) -> None:
        now = self._clock()
        if self._watched and now >= self._next_live:
            self._next_live = now + LIVE_SECONDS
            shown = text[: shutil.get_terminal_size().columns - 1]
            sys.stderr.write(f"\r{shown.ljust(self._live)}")
            sys.stderr.flush()
            self._live = len(shown)
        if now >= self._next_plain:
            self._next_plain = now + PLAIN_SECONDS
            self._write(text)
            if not self._watched:
                say(text, err=True)

    def _wipe(self) -> None:
        if self._live:
            sys.stderr.write(f"\r{' ' * self._live}\r")
            self._live = 0

    def _write(self, text: str) -> None:
        if self._log is None:
            return
        try:
            self._log.write(f"{_now()} {text}\n")
            self._log.flush()
        except OSError as error:
            raise unwritable(self._file, error) from error


def _passing_line(event: Progress | Scoring) -> str:
    if isinstance(event, Scoring):
        return f"scoring the test set: {event.done:,} of {event.total:,} sentences"
    update = event.update
    return (
        f"epoch {update.epoch:.2f} · step {update.step:,}/{event.steps:,} · "
        f"{event.tokens_per_second:,.0f} tokens/s · loss {update.loss:.3f} · "
        f"learning rate {update.learning_rate:.2e} · {duration(event.seconds_left)} left"
    )


def _lasting_line(event: Resumed | Measured | Averaged | Note) -> str:
    if isinstance(event, Resumed):
        return f"going on from the checkpoint after step {event.step:,}"
    if isinstance(event, Averaged):
        return (
            f"mean of the last {count(len(event.steps), 'checkpoint')}: score {event.score:.2f}; "
            f"best single one: {event.best_score:.2f}"
        )
    if isinstance(event, Measured):
        point, best = event.point, " (best)" if event.best else ""
        return (
            f"step {point.step:,}, {duration(point.seconds)}: development loss {point.loss:.3f}, "
            f"score {point.score:.2f}{best}; checkpoint written"
        )
    return event.text


def duration(seconds: float) -> str:
    """Such as "45 s", "12 min" or "3 h 05 min"."""
    if seconds < MINUTE:
        return f"{seconds:.0f} s"
    if seconds < HOUR:
        return f"{seconds / MINUTE:.0f} min"
    hours, rest = divmod(round(seconds / MINUTE), MINUTE)
    return f"{hours} h {rest:02d} min"


def _now() -> str:
    return time.strftime("%Y-%m-%d %H:%M:%S")

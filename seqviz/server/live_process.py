"""The processes that train while visitors watch: one a visitor, few at once, none left behind.

Knows nothing about Streamlit; what a process writes is read here, what it is told is written here.
"""

import atexit
import contextlib
import json
import logging
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import IO

from seqviz.errors import InputError
from seqviz.files import own_folder
from seqviz.records.live import (
    EXAMPLE_FILE,
    JOB_FILE,
    TYPED_FILE,
    LiveJob,
    LiveState,
    read_state,
    write_json,
)
from seqviz.trace import Trace
from seqviz.trace.file import read_trace

PROGRAM = ("-m", "seqviz.training.live.session")
MOST_KEPT = 64
"""Processes that have ended, and whose last state can still be shown."""
GRACE_SECONDS = 30
"""After its life a process is ended from here; it should have done so itself."""
KILL_SECONDS = 10
LEFT_SECONDS = 5.0
"""A visitor who has not looked for so long has left, should somebody else need the place."""
_PACKAGE_PARENT = Path(__file__).parents[2]
_THREAD_VARIABLES = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS")

_log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True, eq=False)
class LiveView:
    """What is known about a visitor's training at this moment."""

    job: LiveJob
    alive: bool
    """The process is there and answers."""
    crashed: bool
    """It ended as it should not."""
    state: LiveState | None
    """The last one; None: it is still starting."""
    example: Trace | None
    typed: Trace | None
    """Of ``state.typed``; None where there is nothing to show."""


@cache
def _home() -> Path:
    """Where the folders of a server's trainings lie; the next one sweeps it if this is killed."""
    found = own_folder("live")
    atexit.register(shutil.rmtree, found, ignore_errors=True)
    return found


class LiveProcess:
    """One process with its folder.

    A thread of its own waits for its end, so that nothing of it is left even if nobody looks: no
    entry in the system's list of processes, no open pipe or file, no folder.
    """

    def __init__(self, job: LiveJob, program: tuple[str, ...] = PROGRAM) -> None:
        """Start it, and do not wait for it."""
        self.job = job
        self._state: LiveState | None = None
        self._ended = False
        self._traces: dict[str, Trace | None] = {}
        self._lock = threading.Lock()
        """Held while the folder is read or removed."""
        self._folder = Path(tempfile.mkdtemp(dir=_home()))
        self._last_words: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - closed by ``end``
        self._seen = time.monotonic()
        try:
            write_json(self._folder / JOB_FILE, job)
            self._process = subprocess.Popen(
                [sys.executable, *program, str(self._folder)],
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=self._last_words,
                env=environment() | {"CUDA_VISIBLE_DEVICES": ""},
                start_new_session=True,  # Ctrl+C reaches the server alone
            )
        except (InputError, OSError) as error:
            self._remove()
            raise OSError(str(error)) from error
        name = f"waits for {self._process.pid}"
        self._reaper = threading.Thread(target=self._wait, name=name, daemon=True)
        self._reaper.start()

    @property
    def pid(self) -> int:
        """The number of the process."""
        return self._process.pid

    @property
    def folder(self) -> Path:
        """Where it writes; gone once it has ended."""
        return self._folder

    def is_alive(self) -> bool:
        """Whether it runs."""
        return self._process.poll() is None

    @property
    def unseen_seconds(self) -> float:
        """How long ago its visitor last looked."""
        return time.monotonic() - self._seen

    def tell(self, command: str, text: str = "") -> None:
        """Send a command; a process that has ended does not hear it."""
        self._seen = time.monotonic()
        line = json.dumps({"do": command, "text": text}) + "\n"
        with contextlib.suppress(OSError, ValueError):  # ValueError: its input is closed
            assert self._process.stdin is not None
            self._process.stdin.write(line.encode("ascii"))
            self._process.stdin.flush()

    def look(self) -> LiveView:
        """What it has written last."""
        with self._lock:
            alive = self.is_alive()
            if alive:
                self._read()
        return LiveView(
            job=self.job,
            alive=alive,
            crashed=not (alive or self._ended) and self._process.returncode != 0,
            state=self._state,
            example=self._traces.get(EXAMPLE_FILE),
            typed=self._traces.get(TYPED_FILE),
        )

    def end(self) -> None:
        """End it, whatever it is doing, and remove its folder."""
        self._ended = True
        self._process.kill()
        self._reaper.join(KILL_SECONDS)

    def _wait(self) -> None:
        """Wait for the end of the process, end one that outlives its job, and remove its rest."""
        try:
            self._process.wait(self.job.life_seconds + GRACE_SECONDS)
        except subprocess.TimeoutExpired:
            self._ended = True
            self._process.kill()
            self._process.wait()
        with self._lock:
            self._bury()

    def _read(self) -> None:
        self._state = read_state(self._folder) or self._state
        for name in (EXAMPLE_FILE, TYPED_FILE):
            try:
                self._traces[name] = read_trace(self._folder / name)
            except InputError as error:
                if error.code != "file_unreadable":
                    raise
                self._traces[name] = None

    def _bury(self) -> None:
        """Log the last words of a process that failed, and remove what it left."""
        if self._process.returncode and not self._ended:
            self._last_words.seek(0)
            words = self._last_words.read().decode("utf-8", "replace")
            _log.error("live training ended with %s:\n%s", self._process.returncode, words[-4000:])
        self._remove()

    def _remove(self) -> None:
        if process := getattr(self, "_process", None):
            with contextlib.suppress(OSError):
                process.stdin.close()
        self._last_words.close()
        shutil.rmtree(self._folder, ignore_errors=True)


class LiveProcesses:
    """The processes of all visitors; at most ``places`` of them at once."""

    def __init__(
        self, *, places: int, start: Callable[[LiveJob], LiveProcess] = LiveProcess
    ) -> None:
        """Start none."""
        self.places = places
        self._start = start
        self._of: OrderedDict[str, LiveProcess] = OrderedDict()
        self._lock = threading.Lock()

    def start(self, visitor: str, job: LiveJob) -> None:
        """Train for a visitor, in place of what ran for the same one, or for one who has left.

        Raises:
            InputError: "live_busy", all places are taken.
            OSError: no process can be started.
        """
        with self._lock:
            self._end(visitor)
            running = [process for process in self._of.values() if process.is_alive()]
            if len(running) >= self.places:
                longest = max(running, key=lambda process: process.unseen_seconds)
                if longest.unseen_seconds < LEFT_SECONDS:
                    raise InputError("live_busy", {"places": self.places})
                longest.end()
            self._of[visitor] = self._start(job)
            while len(self._of) > MOST_KEPT + self.places:
                self._forget_one()

    def look(self, visitor: str) -> LiveView | None:
        """What is known of a visitor's training, which now goes on for a while; None: none."""
        process = self._of.get(visitor)
        if process is None:
            return None
        process.tell("beat")
        return process.look()

    def tell(self, visitor: str, command: str, text: str = "") -> None:
        """Send "stop", "continue" or "try" with a text, to a visitor's process if there is one."""
        process = self._of.get(visitor)
        if process is not None:
            process.tell(command, text)

    def end(self, visitor: str) -> None:
        """End a visitor's process and forget it."""
        with self._lock:
            self._end(visitor)

    def end_all(self) -> None:
        """End every process: the server stops."""
        for visitor in list(self._of):
            self.end(visitor)

    def _end(self, visitor: str) -> None:
        process = self._of.pop(visitor, None)
        if process is not None:
            process.end()

    def _forget_one(self) -> None:
        """Forget the oldest process that has ended."""
        visitor = next(name for name, process in self._of.items() if not process.is_alive())
        self._end(visitor)


def environment() -> dict[str, str]:
    """That of a process which can import this package, and has one thread."""
    paths = [str(_PACKAGE_PARENT), os.environ.get("PYTHONPATH", "")]
    return {
        **os.environ,
        **dict.fromkeys(_THREAD_VARIABLES, "1"),
        "PYTHONPATH": os.pathsep.join(filter(None, paths)),
        "PYTHONWARNINGS": "ignore",
    }

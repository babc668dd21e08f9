"""The test sets that visitors let a model translate: a folder for each, and a process meanwhile.

A process of its own, so that nobody's page waits for a long decoding; it is as kind to the others
as the system lets it be. What it has done lies in its folder, where the next one goes on.
"""

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from seqviz.errors import InputError

NAME = "[0-9a-f]{12}"
"""How a folder is called: nobody guesses somebody else's."""
FOLDER_VARIABLE = "SEQVIZ_INSPECTIONS"
ASKED, LOG = "asked", "log.txt"
"""In a folder, beside what the process writes: what it was given, and what it complains about."""
KIND = 5
"""By how much a process steps back behind the pages that are drawn."""
MOST_LOG = 4_000
STOP_SECONDS = 10
LEFT_SECONDS = 20.0
"""A visitor who has not looked for so long has left, should somebody else need the place."""
_THREADS = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS")
_PACKAGE_PARENT = Path(__file__).parents[2]


@dataclass
class _Job:
    process: subprocess.Popen[bytes]
    started: float
    seen: float


class Inspections:
    """The folders, and the processes that work in them; at most ``places`` at once."""

    def __init__(self, folder: Path | None = None, *, places: int) -> None:
        """Start none.

        Args:
            folder: where the folders lie, and stay; None: one that goes with the server.
            places: processes at once.
        """
        self.stays = folder is not None
        self.folder = folder or Path(tempfile.mkdtemp(prefix="seqviz-inspect-"))
        self.places = places
        self._jobs: dict[str, _Job] = {}
        self._lock = threading.Lock()

    def new_folder(self) -> Path:
        """A folder of a new name, made now."""
        found = self.folder / uuid4().hex[:12]
        found.mkdir(parents=True)
        return found

    def start(self, name: str, arguments: Sequence[str]) -> None:
        """Let ``seqviz`` work for a folder; whoever went away leaves a place.

        Raises:
            InputError: ``inspections_busy``, all places are taken.
            OSError: no process can be started.
        """
        with self._lock:
            if self.is_alive(name):
                return
            alive = {one: job for one, job in self._jobs.items() if job.process.poll() is None}
            if len(alive) >= self.places:
                longest = min(alive, key=lambda one: alive[one].seen)
                if self.stays or time.monotonic() - alive[longest].seen < LEFT_SECONDS:
                    raise InputError("inspections_busy", {"places": self.places})
                self._stop(longest)
            now = time.monotonic()
            self._jobs[name] = _Job(self._process(name, arguments), now, now)

    def _process(self, name: str, arguments: Sequence[str]) -> subprocess.Popen[bytes]:
        with (self.folder / name / LOG).open("wb") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "seqviz", *arguments],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=log,
                env=_environment(),
                start_new_session=True,  # Ctrl+C reaches the server alone
            )
        with contextlib.suppress(AttributeError, OSError):  # Windows has no such numbers
            os.setpriority(os.PRIO_PROCESS, process.pid, KIND)
        return process

    def is_alive(self, name: str) -> bool:
        """Whether a process works in that folder; who asks is still there."""
        job = self._jobs.get(name)
        if job is not None:
            job.seen = time.monotonic()
        return job is not None and job.process.poll() is None

    def seconds(self, name: str) -> float:
        """Since the process of a folder was started."""
        return time.monotonic() - self._jobs[name].started if name in self._jobs else 0.0

    def complaint(self, name: str) -> str:
        """The last line of a process that failed; empty: none failed here."""
        job = self._jobs.get(name)
        if job is None or job.process.poll() in (None, 0, -15):
            return ""
        text = (self.folder / name / LOG).read_bytes()[-MOST_LOG:].decode("utf-8", "replace")
        return (text.strip().splitlines() or [f"exit status {job.process.returncode}"])[-1]

    def stop(self, name: str) -> None:
        """End the process of a folder; what it has done stays."""
        with self._lock:
            self._stop(name)

    def _stop(self, name: str) -> None:
        job = self._jobs.get(name)
        if job is None:
            return
        job.process.terminate()
        try:
            job.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            job.process.kill()
            job.process.wait()

    def end_all(self) -> None:
        """End every process, and remove what does not stay: the server stops."""
        for name in list(self._jobs):
            self.stop(name)
        if not self.stays:
            shutil.rmtree(self.folder, ignore_errors=True)


def kept_folder() -> Path:
    """Where the test sets of a server at home stay: SEQVIZ_INSPECTIONS, else the user's data."""
    named = os.environ.get(FOLDER_VARIABLE)
    data = os.environ.get("XDG_DATA_HOME") or str(Path.home() / ".local" / "share")
    return Path(named) if named else Path(data) / "seqviz" / "inspections"


def _environment() -> dict[str, str]:
    paths = [str(_PACKAGE_PARENT), os.environ.get("PYTHONPATH", "")]
    return {
        **os.environ,
        **dict.fromkeys(_THREADS, "1"),
        "PYTHONPATH": os.pathsep.join(filter(None, paths)),
        "PYTHONWARNINGS": "ignore",
    }

"""The test sets that visitors let a model translate: a folder for each, and a process meanwhile.

A process of its own, so that nobody's page waits for a long decoding; it is as kind to the others
as the system lets it be. What it has done lies in its folder, where the next one goes on.
"""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from seqviz.errors import InputError
from seqviz.files import own_folder
from seqviz.server.live_process import environment

NAME = "[0-9a-f]{12}"
"""How a folder is called: nobody guesses somebody else's."""
FOLDER_VARIABLE = "SEQVIZ_INSPECTIONS"
PROGRAM = ("-m", "seqviz.inspection.process")
LOG = "log.txt"
"""In a folder: what nobody foresaw in the process."""
KIND = 5
"""By how much a process steps back behind the pages that are drawn."""
STOP_SECONDS = 10
LEFT_SECONDS = 20.0
"""A visitor who has not looked for so long has left, should somebody else need the place."""
MOST_FOLDERS = 64
"""Of strangers: those untouched for longest go."""


@dataclass
class _Job:
    process: subprocess.Popen[bytes]
    seen: float
    """When somebody last asked for it."""


class Inspections:
    """The folders, and the processes that work in them; at most ``places`` at once."""

    def __init__(
        self, folder: Path | None = None, *, places: int, program: Sequence[str] = PROGRAM
    ) -> None:
        """Start none.

        Args:
            folder: where the folders lie, and stay; None: one that goes with the server.
            places: processes at once.
            program: for Python, with a folder as its argument.
        """
        self._program = program
        self.stays = folder is not None
        self.folder = folder or own_folder("inspect")
        self.places = places
        self._jobs: dict[str, _Job] = {}
        self._lock = threading.Lock()

    def new_folder(self) -> Path:
        """A folder of a new name, made now."""
        if not self.stays:
            self._make_room()
        found = self.folder / uuid4().hex[:12]
        found.mkdir(parents=True)
        return found

    def _make_room(self) -> None:
        folders = sorted(self.folder.iterdir(), key=lambda one: one.stat().st_mtime)
        for oldest in folders[: len(folders) + 1 - MOST_FOLDERS]:
            if not self.is_alive(oldest.name):
                shutil.rmtree(oldest, ignore_errors=True)

    def start(self, name: str) -> None:
        """Let a process work in a folder; whoever went away leaves a place to a stranger.

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
            self._jobs[name] = _Job(self._process(name), time.monotonic())

    def _process(self, name: str) -> subprocess.Popen[bytes]:
        with (self.folder / name / LOG).open("wb") as log:
            process = subprocess.Popen(
                [sys.executable, *self._program, str(self.folder / name)],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=log,
                env=environment(),
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

    def has_failed(self, name: str) -> bool:
        """Whether the last process in that folder ended as it should not."""
        job = self._jobs.get(name)
        return job is not None and job.process.poll() not in (None, 0, -signal.SIGTERM)

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

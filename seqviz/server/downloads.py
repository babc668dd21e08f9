"""The model that this server fetches from the hub: one at a time, in a process of its own.

The process is ``seqviz get --json``: it tells in lines how far it is. If it ends early, what came
stays in the folder of models, where the next one goes on.
"""

import contextlib
import json
import subprocess
import sys
import threading
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from seqviz.errors import InputError, ModelError, SeqVizError
from seqviz.server.live_process import environment

PROGRAM = ("-m", "seqviz", "get", "--json")
KNOWN = ("stage", "done", "size", "model")
"""What it tells of itself; see ``Download``."""
END_SECONDS = 10


@dataclass(frozen=True, kw_only=True)
class Download:
    """How far it is."""

    asked: str
    """What was asked for, as ``seqviz get`` takes it."""
    stage: str = "ask"
    """One of ``cli.get_work.STAGES``."""
    done: int = 0
    """Bytes that are here."""
    size: int = 0
    """Bytes that there will be; 0: not known yet."""
    model: str = ""
    """PAIR/SYSTEM once it is listed."""
    error: SeqVizError | None = None
    """Why it ended without a model; None: it did not, or somebody cancelled it."""
    alive: bool = True
    """The process has not ended."""

    @property
    def under_way(self) -> bool:
        """Whether a model is still to come."""
        return self.alive and not self.model


class Downloads:
    """The process, if there is one, and what it said last."""

    def __init__(self, program: Sequence[str] = PROGRAM) -> None:
        """Start nothing; ``program`` is for Python."""
        self._program = program
        self._lock = threading.Lock()
        self._process: subprocess.Popen[str] | None = None
        self._now: Download | None = None

    def start(self, asked: str, models: Path) -> None:
        """Let a process fetch a model into the folder of models.

        Raises:
            InputError: ``get_busy``: another one is under way.
            OSError: no process can be started.
        """
        with self._lock:
            if self._now is not None and self._now.under_way:
                if self._now.asked == asked:
                    return
                raise InputError("get_busy", {"found": self._now.asked})
            self._process = subprocess.Popen(
                [sys.executable, *self._program, "--models", str(models), asked],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                env=environment(),
                text=True,
                encoding="utf-8",
                start_new_session=True,  # Ctrl+C reaches the server alone
            )
            self._now = Download(asked=asked)
            threading.Thread(target=self._listen, args=(self._process,), daemon=True).start()

    def look(self) -> Download | None:
        """How far the last one is; None: there was none, or nobody needs to know any more."""
        return self._now

    def forget(self) -> None:
        """Let an end be over."""
        with self._lock:
            if self._now is not None and not self._now.under_way:
                self._now = None

    def cancel(self) -> None:
        """End the process; what came stays."""
        with self._lock:
            process, self._process, self._now = self._process, None, None
        if process is not None:
            process.terminate()
            try:
                process.wait(END_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def _listen(self, process: subprocess.Popen[str]) -> None:
        """Read what a process says, until it ends."""
        assert process.stdout is not None
        with process.stdout:
            for line in process.stdout:
                with contextlib.suppress(ValueError):
                    self._take(process, json.loads(line))
        process.wait()
        with self._lock:
            if process is self._process and self._now is not None:
                is_told = self._now.model or self._now.error
                error = self._now.error if is_told else ModelError("get_failed")
                self._now = replace(self._now, alive=False, error=error)

    def _take(self, process: subprocess.Popen[str], told: dict[str, Any]) -> None:
        facts: dict[str, Any] = {name: told[name] for name in KNOWN if name in told}
        if "error" in told:
            facts["error"] = ModelError(told["error"], told["facts"])
        with self._lock:
            if process is self._process and self._now is not None:
                self._now = replace(self._now, **facts)

"""An engine in a process of its own: what it is told, asked and answers. Knows no library.

Its first argument says what to open. It writes one line of JSON when it is ready (or says that it
is absent), then one for every line of jobs that it reads.
"""

import ctypes
import gc
import json
import os
import signal
import sys
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from seqviz.errors import SeqVizError

CONFIG_FILE, WEIGHTS_FILE = "config.json", "marian.safetensors"
"""Of the random model."""
_STATUS, _CLEAR = Path("/proc/self/status"), Path("/proc/self/clear_refs")
_RESET_PEAK = "5"
"""https://man7.org/linux/man-pages/man5/proc_pid_clear_refs.5.html"""
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

    @property
    def config(self) -> dict[str, Any]:
        """The Marian config of the random model."""
        config = json.loads(Path(self.folder, CONFIG_FILE).read_bytes())
        assert isinstance(config, dict)
        return config

    @property
    def weights(self) -> Path:
        """The Marian weights of the random model."""
        return Path(self.folder, WEIGHTS_FILE)


@dataclass(frozen=True, kw_only=True)
class Job:
    """One call of an engine."""

    sources: Sequence[Sequence[int]]
    """Token ids, EOS included."""
    beam_size: int
    length: int
    """Tokens of every target."""
    batched: bool = False
    """Part of a corpus, where nothing is recorded; else one sentence."""


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What an engine says when it is ready."""

    vocabulary: int
    eos: int
    opening_seconds: float = 0.0
    """Ours: reading the model from disk, ready to decode."""


class Engine(ABC):
    """One way to translate token ids."""

    facts: Facts

    @abstractmethod
    def run(self, job: Job) -> Any:
        """Translate; this is what is timed."""

    @abstractmethod
    def targets(self, result: Any) -> list[list[int]]:
        """The best target of every sentence."""

    def record_bytes(self, result: Any) -> int:
        """The size of what was recorded; 0 where that is not counted."""
        return 0

    def wait(self) -> None:  # noqa: B027 - most have nothing to wait for
        """Return when the device has done all that was asked."""


def serve(open_engine: Callable[[Opening], Engine]) -> None:
    """Open the engine that the first argument describes, and answer until stdin ends."""
    _die_with_parent()
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what libraries print goes to stderr

    def write(content: Mapping[str, Any]) -> None:
        answers.write(json.dumps(content) + "\n")
        answers.flush()

    try:
        engine = open_engine(Opening(**json.loads(sys.argv[1])))
    except AbsentError as error:
        write({"absent": str(error)})
        return
    write(asdict(engine.facts))
    for line in sys.stdin:
        write(measure(engine, [Job(**job) for job in json.loads(line)]))


def measure(engine: Engine, jobs: Sequence[Job]) -> dict[str, Any]:
    """Do the jobs; tell seconds, targets and bytes, or what ours refuses.

    "extra_bytes" is how far the resident memory rose in between; None where the kernel does not
    say. Where it does not let the peak be reset, an earlier peak may count too.
    """
    gc.collect()
    with suppress(OSError):
        _CLEAR.write_text(_RESET_PEAK, encoding="ascii")
    before = _kernel_bytes("VmRSS")
    engine.wait()
    started = time.perf_counter()
    try:
        results = [engine.run(job) for job in jobs]
    except SeqVizError as error:
        return {"refused": str(error)}
    engine.wait()
    seconds, peak = time.perf_counter() - started, _kernel_bytes("VmHWM")
    return {
        "seconds": seconds,
        "targets": [target for result in results for target in engine.targets(result)],
        "record_bytes": sum(map(engine.record_bytes, results)),
        "extra_bytes": None if peak is None or before is None else max(0, peak - before),
    }


def _kernel_bytes(name: str) -> int | None:
    with suppress(OSError):
        for line in _STATUS.read_text(encoding="ascii").splitlines():
            key, _, value = line.partition(":")
            if key == name:
                return 1024 * int(value.split()[0])
    return None


def _die_with_parent() -> None:
    """On Linux even in the middle of a job; elsewhere when stdin ends."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)

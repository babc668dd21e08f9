"""An engine in a process of its own: what it is told, asked and answers. Knows no library.

Its first argument says what to open. It writes one line of JSON when it is ready (or says that it
is absent), then one for every line of jobs that it reads.
"""

import ctypes
import gc
import json
import os
import re
import signal
import sys
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from seqviz.errors import SeqVizError

_STATUS, _CLEAR = Path("/proc/self/status"), Path("/proc/self/clear_refs")
_RESET_PEAK = "5"
"""https://man7.org/linux/man-pages/man5/proc_pid_clear_refs.5.html"""
_PR_SET_PDEATHSIG = 1

Targets = list[list[int]]
"""The best target of every sentence, without the token that starts it."""


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

    sources: Sequence[Sequence[int]]
    """Token ids, EOS included."""
    beam_size: int
    length: int
    """Tokens of every target."""
    batched: bool = False
    """Part of a corpus, where nothing is recorded; else one sentence."""


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What our engine says of its model when it is ready; the others have nothing to say."""

    vocabulary: int = 0
    eos: int = 0
    opening_seconds: float = 0.0
    """Reading a shipped model from disk, ready to decode."""


class Engine(ABC):
    """One way to translate token ids."""

    facts = Facts()

    @abstractmethod
    def run(self, job: Job) -> tuple[Targets, int]:
        """Translate; this is what is timed.

        Returns:
            the targets, which no longer wait for a device; and the bytes of what was recorded, 0
            where that is not counted.
        """


def serve(open_engine: Callable[[Opening], Engine]) -> None:
    """Open the engine that the first argument describes, and answer until stdin ends."""
    if sys.platform == "linux":  # die with the parent even at work; elsewhere when stdin ends
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8", buffering=1)
    os.dup2(2, 1)  # what libraries print goes to stderr
    try:
        engine = open_engine(Opening(**json.loads(sys.argv[1])))
    except AbsentError as error:
        answers.write(json.dumps({"absent": str(error)}) + "\n")
        return
    answers.write(json.dumps(asdict(engine.facts)) + "\n")
    for line in sys.stdin:
        answer = measured(engine, [Job(**job) for job in json.loads(line)])
        answers.write(json.dumps(answer) + "\n")


def measured(engine: Engine, jobs: Sequence[Job]) -> dict[str, Any]:
    """Do the jobs; tell seconds, targets and bytes, or what ours refuses.

    "extra_bytes" is how far the resident memory rose in between; None where the kernel does not
    say. Where it does not let the peak be reset, an earlier peak may count too.
    """
    gc.collect()
    with suppress(OSError):
        _CLEAR.write_text(_RESET_PEAK, encoding="ascii")
    before = _kernel_bytes("VmRSS")
    started = time.perf_counter()
    try:
        results = [engine.run(job) for job in jobs]
    except SeqVizError as error:
        return {"refused": str(error)}
    seconds, peak = time.perf_counter() - started, _kernel_bytes("VmHWM")
    return {
        "seconds": seconds,
        "targets": [target for targets, _ in results for target in targets],
        "record_bytes": sum(size for _, size in results),
        "extra_bytes": None if peak is None or before is None else max(0, peak - before),
    }


def _kernel_bytes(name: str) -> int | None:
    with suppress(OSError):
        found = re.search(rf"{name}:\s*(\d+) kB", _STATUS.read_text(encoding="ascii"))
        return 1024 * int(found[1]) if found else None
    return None

"""Engines in processes of their own: opened, asked, measured, and never left behind.

Knows no library: a child imports this before its engine's libraries.
"""

import ctypes
import gc
import multiprocessing
import os
import re
import signal
import sys
import time
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from itertools import product
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, NamedTuple

from seqviz.errors import SeqVizError

_STATUS, _CLEAR = Path("/proc/self/status"), Path("/proc/self/clear_refs")
_RESET_PEAK = "5"
"""https://man7.org/linux/man-pages/man5/proc_pid_clear_refs.5.html"""
_PR_SET_PDEATHSIG = 1
_SPAWN = multiprocessing.get_context("spawn")

Targets = list[list[int]]
"""The best target of every sentence, without the token that starts it."""


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


class Engine(NamedTuple):
    """A model that was opened, and how it translates."""

    translate: Callable[[Job], tuple[Targets, int]]
    """The targets, which no longer wait for a device; the bytes of what was recorded, 0 where that
    is not counted."""
    vocabulary: int = 0
    """Of the source, as ``eos`` is; only ours need say."""
    eos: int = 0


class Ready(NamedTuple):
    """What a process tells of the engine that it has opened."""

    vocabulary: int = 0
    eos: int = 0
    seconds: float = 0.0
    """Opening took so long."""
    absent: str = ""
    """Why the engine cannot run here."""


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What came of some jobs."""

    seconds: float = 0.0
    targets: Targets
    record_bytes: int = 0
    extra_bytes: int | None = None
    """How far the resident memory rose meanwhile; None where the kernel does not say. Where it
    does not let the peak be reset, an earlier peak may count too."""
    refused: str = ""
    """Why ours did not do them."""


OpenEngine = Callable[..., Engine]
"""Given folder, device and number of threads; raises ``ImportError`` where it cannot run."""


class EngineFailedError(Exception):
    """An engine stopped in the middle; the text says which. What it had to say is on stderr."""


class EngineProcess:
    """One engine in a process of its own."""

    def __init__(self, name: str, open_engine: Callable[[], Engine]) -> None:
        """Start the process, and have the engine opened.

        Raises:
            EngineFailedError: the process ended instead.
        """
        self._name = name
        self._pipe, far_end = _SPAWN.Pipe()
        self._process = _SPAWN.Process(target=_serve, args=(far_end,), daemon=True)
        self._process.start()
        far_end.close()
        self.ready: Ready = self._ask(open_engine)

    def ask(self, jobs: Sequence[Job]) -> Answer:
        """Have the jobs done.

        Raises:
            EngineFailedError: the process ended instead.
        """
        answer: Answer = self._ask(jobs)
        return answer

    def close(self) -> None:
        """End the process, whatever it is doing."""
        self._process.kill()
        self._process.join()
        self._pipe.close()

    def _ask(self, message: object) -> Any:
        try:
            self._pipe.send(message)
            return self._pipe.recv()
        except (EOFError, OSError) as error:
            self._process.join()
            code = self._process.exitcode or 0
            ended = f"by signal {-code}" if code < 0 else f"with code {code}"
            raise EngineFailedError(
                f"The engine '{self._name}' stopped {ended}. The benchmark is void."
            ) from error


Running = Mapping[tuple[str, int], EngineProcess]
"""By name and number of threads, in the order of their names."""


@contextmanager
def open_engines(
    engines: Mapping[str, OpenEngine], folder: Path | str, device: str, *, threads: Sequence[int]
) -> Iterator[tuple[Running, Mapping[str, str]]]:
    """Start every engine with every number of threads; end them all at the end.

    One is ready before the next starts, so that the times they take to open do not mix.

    Yields:
        the engines that run, and why the others cannot, by their name.

    Raises:
        EngineFailedError: one did not start.
    """
    running, absent = {}, {}
    with ExitStack() as stack:
        for (name, open_engine), count in product(engines.items(), threads):
            process = EngineProcess(name, partial(open_engine, str(folder), device, count))
            stack.enter_context(closing(process))
            if process.ready.absent:
                absent[name] = process.ready.absent
            else:
                running[name, count] = process
        yield running, absent


def _serve(pipe: Connection) -> None:
    """The life of a child: open what the first message says, then answer until the pipe closes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C ends the benchmark, which ends this
    if sys.platform == "linux":  # die with the parent even at work; elsewhere after that
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    os.dup2(2, 1)  # what libraries print is no result
    warnings.simplefilter("ignore")
    os.environ["TQDM_DISABLE"] = "1"
    with suppress(EOFError):
        open_engine, started = pipe.recv(), time.perf_counter()
        try:
            engine = open_engine()
        except ImportError as error:
            return pipe.send(Ready(absent=str(error)))
        pipe.send(Ready(engine.vocabulary, engine.eos, time.perf_counter() - started))
        while True:
            pipe.send(measured(engine, pipe.recv()))


def measured(engine: Engine, jobs: Sequence[Job]) -> Answer:
    """Do the jobs; that ours refuses one is an answer too."""
    gc.collect()
    with suppress(OSError):
        _CLEAR.write_text(_RESET_PEAK, encoding="ascii")
    before, started = _kernel_bytes("VmRSS"), time.perf_counter()
    try:
        results = [engine.translate(job) for job in jobs]
    except SeqVizError as error:
        return Answer(targets=[], refused=str(error))
    seconds, peak = time.perf_counter() - started, _kernel_bytes("VmHWM")
    return Answer(
        seconds=seconds,
        targets=[target for targets, _ in results for target in targets],
        record_bytes=sum(size for _, size in results),
        extra_bytes=None if peak is None or before is None else max(0, peak - before),
    )


def _kernel_bytes(name: str) -> int | None:
    with suppress(OSError):
        found = re.search(rf"{name}:\s*(\d+) kB", _STATUS.read_text(encoding="ascii"))
        return 1024 * int(found[1]) if found else None
    return None

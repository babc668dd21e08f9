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
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from itertools import product
from pathlib import Path
from typing import NamedTuple, TypeVar

_STATUS, _CLEAR = Path("/proc/self/status"), Path("/proc/self/clear_refs")
_RESET_PEAK = "5"
"""https://man7.org/linux/man-pages/man5/proc_pid_clear_refs.5.html"""
_PR_SET_PDEATHSIG = 1
_MOST_WORDS = 300
_SPAWN = multiprocessing.get_context("spawn")

Found = TypeVar("Found")
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


class EngineKind(NamedTuple):
    """One way to translate."""

    open: Callable[..., Engine]
    """Given folder, device and number of threads; raises ``ImportError`` where it cannot run."""
    record: bool = False
    """Hand over all that a search of one sentence can tell."""


class Facts(NamedTuple):
    """What is known of an engine when it is open."""

    vocabulary: int
    eos: int
    seconds: float = 0.0
    """Opening took so long."""


class Answer(NamedTuple):
    """What came of some jobs."""

    seconds: float
    targets: Targets
    record_bytes: int
    extra_bytes: int | None
    """How far the resident memory rose meanwhile; None where the kernel does not say. Where it
    does not let the peak be reset, an earlier peak may count too."""


Opening = tuple[EngineKind, str, str, int]
"""What a process is to open: the kind, and what its ``open`` is given."""


class EngineFailedError(Exception):
    """An engine stopped in the middle; the text says which, and why."""


class EngineProcess:
    """One engine in another process; ``facts`` are there when it is open."""

    facts: Facts

    def __init__(self, name: str, opening: Opening, pool: ProcessPoolExecutor) -> None:
        """Do nothing yet; the pool is of one process."""
        self._name, self._opening, self._pool = name, opening, pool

    def open(self) -> None:
        """Have the engine opened; raises ``ImportError`` too, where it cannot run."""
        self.facts = self._do(_opened)

    def ask(self, jobs: Sequence[Job]) -> Answer:
        """Have the jobs done."""
        return self._do(measured, jobs)

    def _do(self, work: Callable[..., Found], *arguments: object) -> Found:
        """Wait for a piece of work.

        Raises:
            EngineFailedError: the process ended, or something else went wrong.
        """
        try:
            return self._pool.submit(work, self._opening, *arguments).result()
        except ImportError:
            raise
        except Exception as error:
            words = f"{type(error).__name__}: {error}"[:_MOST_WORDS]
            raise EngineFailedError(
                f"The engine '{self._name}' stopped. {words} The benchmark is void."
            ) from error


Running = Mapping[tuple[str, int], EngineProcess]
"""By name and number of threads, in the order of their names."""


@contextmanager
def open_engines(
    kinds: Mapping[str, EngineKind],
    folder: Path | str,
    device: str,
    *,
    threads: Sequence[int],
    together: bool = False,
) -> Iterator[tuple[Running, Mapping[str, str]]]:
    """Start every engine with every number of threads; end them all at the end.

    One is ready before the next starts, so that the times they take to open do not mix.

    Args:
        kinds: the engines by name.
        folder: of their model.
        device: "cpu" or "cuda".
        threads: numbers of them.
        together: one process for all, which saves the time of starting the others.

    Yields:
        the engines that run, and why the others cannot, by their name.

    Raises:
        EngineFailedError: one did not start.
    """
    running: dict[tuple[str, int], EngineProcess] = {}
    absent: dict[str, str] = {}
    with ExitStack() as stack:
        for (name, kind), count in product(kinds.items(), threads):
            if not (together and running):
                pool = stack.enter_context(ProcessPoolExecutor(1, _SPAWN, initializer=_begin))
            process = EngineProcess(name, (kind, str(folder), device, count), pool)
            try:
                process.open()
            except ImportError as error:
                absent[name] = str(error)
            else:
                running[name, count] = process
        yield running, absent


def _begin() -> None:
    """Ready a child, before it imports the libraries of its engine."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # Ctrl+C ends it at once, without a word
    if sys.platform == "linux":  # die with the parent even at work; elsewhere after that
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    os.dup2(2, 1)  # what libraries print is no result
    warnings.simplefilter("ignore")
    os.environ["TQDM_DISABLE"] = "1"


@cache
def _engine(opening: Opening) -> Engine:
    """That of a child, opened at the first call."""
    kind, folder, device, threads = opening
    return kind.open(folder, device, threads, record=kind.record)


def _opened(opening: Opening) -> Facts:
    started = time.perf_counter()
    engine = _engine(opening)
    return Facts(engine.vocabulary, engine.eos, time.perf_counter() - started)


def measured(opening: Opening, jobs: Sequence[Job]) -> Answer:
    """Do the jobs, and measure time and memory."""
    engine = _engine(opening)
    gc.collect()
    with suppress(OSError):
        _CLEAR.write_text(_RESET_PEAK, encoding="ascii")
    before, started = _kernel_bytes("VmRSS"), time.perf_counter()
    results = [engine.translate(job) for job in jobs]
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

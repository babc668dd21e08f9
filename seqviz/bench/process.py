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
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from itertools import product
from pathlib import Path
from typing import NamedTuple

_STATUS, _CLEAR = Path("/proc/self/status"), Path("/proc/self/clear_refs")
_RESET_PEAK = "5"
"""https://man7.org/linux/man-pages/man5/proc_pid_clear_refs.5.html"""
_PR_SET_PDEATHSIG = 1
_MOST_WORDS = 300
_SPAWN = multiprocessing.get_context("spawn")

Targets = list[list[int]]
"""The best target of every sentence, without the token that starts it."""
Words = tuple[int, int]
"""Of a source: how many ids there are, and the one that ends a sentence."""


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
    words: Words = (0, 0)
    """Only ours need say."""


Kind = Callable[[str, str, int], Engine]
"""Opens an engine, given folder, device and threads; ``ImportError`` where it cannot run."""
Key = tuple[str, int]
"""An engine's name and number of threads."""


class Answer(NamedTuple):
    """What came of some jobs."""

    seconds: float
    targets: Targets
    record_bytes: int
    extra_bytes: int | None
    """How far the resident memory rose meanwhile; None where the kernel does not say. Where it
    does not let the peak be reset, an earlier peak may count too."""
    words: Words


_engines: dict[Key, Engine] = {}
"""Those of a child."""


class EngineFailedError(Exception):
    """An engine stopped in the middle; the text says which, and why."""


class EngineProcess:
    """One engine in another process, whose pool is of one.

    Raises:
        ImportError: the engine cannot run here.
        EngineFailedError: the process ended, or something else went wrong.
    """

    def __init__(self, key: Key, opening: Callable[[], Engine], pool: ProcessPoolExecutor) -> None:
        self._key, self._opening, self._pool = key, opening, pool
        self.opened = self.ask([])
        """It opened within these seconds."""

    def ask(self, jobs: Sequence[Job]) -> Answer:
        """Have the jobs done."""
        try:
            return self._pool.submit(measured, self._key, self._opening, jobs).result()
        except ImportError:
            raise
        except Exception as error:
            words = f"{type(error).__name__}: {error}"[:_MOST_WORDS]
            raise EngineFailedError(
                f"The engine '{self._key[0]}' stopped. {words} The benchmark is void."
            ) from error


Running = Mapping[Key, EngineProcess]


@contextmanager
def open_engines(
    kinds: Mapping[str, Kind],
    folder: Path | str,
    device: str,
    *,
    threads: Sequence[int],
    together: Collection[str] = (),
) -> Iterator[tuple[Running, Mapping[str, str]]]:
    """Start every engine with every number of threads; end them all at the end.

    One is ready before the next starts, so that the times they take to open do not mix. Each has a
    process of its own; those named ``together`` have one for each number of threads.

    Yields:
        the engines that run, and why the others cannot, by their name.

    Raises:
        EngineFailedError: one did not start.
    """
    running: dict[Key, EngineProcess] = {}
    absent: dict[str, str] = {}
    pools: dict[Key, ProcessPoolExecutor] = {}
    with ExitStack() as stack:
        for (name, kind), count in product(kinds.items(), threads):
            place = "" if name in together else name, count
            if place not in pools:
                pools[place] = ProcessPoolExecutor(1, _SPAWN, initializer=_begin)
                stack.enter_context(pools[place])
            opening = partial(kind, str(folder), device, count)
            try:
                running[name, count] = EngineProcess((name, count), opening, pools[place])
            except ImportError as error:
                absent[name] = str(error)
        yield running, absent


def _begin() -> None:
    """Ready a child, before it imports the libraries of its engine."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # Ctrl+C ends it at once, without a word
    if sys.platform == "linux":  # die with the parent even at work; elsewhere after that
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    os.dup2(2, 1)  # what libraries print is no result
    warnings.simplefilter("ignore")
    os.environ["TQDM_DISABLE"] = "1"


def measured(key: Key, opening: Callable[[], Engine], jobs: Sequence[Job]) -> Answer:
    """In a child: open the engine if it is not open yet, do the jobs, and measure all that."""
    gc.collect()
    with suppress(OSError):
        _CLEAR.write_text(_RESET_PEAK, encoding="ascii")
    before, started = _kernel_bytes("VmRSS"), time.perf_counter()
    engine = _engines[key] = _engines.get(key) or opening()
    results = [engine.translate(job) for job in jobs]
    seconds, peak = time.perf_counter() - started, _kernel_bytes("VmHWM")
    return Answer(
        seconds=seconds,
        targets=[target for targets, _ in results for target in targets],
        record_bytes=sum(size for _, size in results),
        extra_bytes=None if peak is None or before is None else max(0, peak - before),
        words=engine.words,
    )


def _kernel_bytes(name: str) -> int | None:
    with suppress(OSError):
        found = re.search(rf"{name}:\s*(\d+) kB", _STATUS.read_text(encoding="ascii"))
        return 1024 * int(found[1]) if found else None
    return None

"""The processes of the engines, seen from the benchmark: started, asked, and never left behind."""

import importlib.util
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import asdict, dataclass
from itertools import product
from pathlib import Path
from typing import Any

from seqviz.bench.engine import Facts, Job, Opening

_THREAD_VARIABLES = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS")


@dataclass(frozen=True, kw_only=True)
class EngineKind:
    """One way to translate that the benchmark knows."""

    name: str
    module: str
    """Run as a program."""
    needs: tuple[str, ...]
    """The packages without which it is absent."""
    record: bool
    """See ``Opening.record``."""


class EngineFailedError(Exception):
    """An engine stopped in the middle; the text says which, and its last words."""


class EngineProcess:
    """One engine in a process of its own; ``facts`` are there when it is ready."""

    facts: Facts

    def __init__(self, kind: EngineKind, opening: Opening) -> None:
        """Start the process, and do not wait for it."""
        self._name = kind.name
        self._last_words = tempfile.TemporaryFile()  # noqa: SIM115 - closed by ``close``
        self._process = subprocess.Popen(
            [sys.executable, "-m", kind.module, json.dumps(asdict(opening))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._last_words,
            encoding="utf-8",
            env=child_environment(opening.threads),
            start_new_session=True,  # Ctrl+C reaches the benchmark alone, which ends its engines
        )

    def ask(self, jobs: Sequence[Job]) -> dict[str, Any]:
        """Have the jobs done; the answer is that of ``engine.measured``.

        Raises:
            EngineFailedError: the process ended instead.
        """
        assert self._process.stdin is not None
        with suppress(BrokenPipeError):
            self._process.stdin.write(json.dumps([asdict(job) for job in jobs]) + "\n")
            self._process.stdin.flush()
        return self.read()

    def read(self) -> dict[str, Any]:
        """Wait for the next answer; the first says what was opened."""
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line.endswith("\n"):
            raise self._failure()
        answer: dict[str, Any] = json.loads(line)
        return answer

    def close(self) -> None:
        """End the process, whatever it is doing."""
        self._process.kill()
        self._process.communicate()
        self._last_words.close()

    def _failure(self) -> EngineFailedError:
        code = self._process.wait()
        self._last_words.seek(0)
        lines = self._last_words.read().decode("utf-8", "replace").split("\n")
        words = next((line.strip() for line in reversed(lines) if line.strip()), "it said nothing")
        ended = f"by signal {-code}" if code < 0 else f"with code {code}"
        return EngineFailedError(
            f"The engine '{self._name}' stopped {ended}: {words:.300} The benchmark is void."
        )


Running = Mapping[tuple[str, int], EngineProcess]
"""By name and number of threads, in the order of their kinds."""


@contextmanager
def open_engines(
    kinds: Sequence[EngineKind], *, folder: Path | str, device: str, threads: Sequence[int]
) -> Iterator[tuple[Running, Mapping[str, str]]]:
    """Start an engine of every kind for every number of threads; end them all at the end.

    One is ready before the next starts, so that the times they take to open do not mix.

    Yields:
        the engines that run, and why the others cannot, by their name.

    Raises:
        EngineFailedError: one did not start.
    """
    absent = {
        kind.name: f"{package} is not installed"
        for kind in kinds
        for package in kind.needs
        if importlib.util.find_spec(package) is None
    }
    running = {}
    with ExitStack() as stack:
        for kind, count in product(kinds, threads):
            if kind.name in absent:
                continue
            opening = Opening(folder=str(folder), device=device, threads=count, record=kind.record)
            engine = stack.enter_context(closing(EngineProcess(kind, opening)))
            answer = engine.read()
            if "absent" in answer:
                absent[kind.name] = answer["absent"]
            else:
                engine.facts = Facts(**answer)
                running[kind.name, count] = engine
        yield running, absent


def child_environment(threads: int) -> dict[str, str]:
    """The environment of a process that can import what we can and has that many threads."""
    return {
        **os.environ,
        **dict.fromkeys(_THREAD_VARIABLES, str(threads)),
        "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
        "PYTHONWARNINGS": "ignore",
        "TQDM_DISABLE": "1",  # a progress bar is no last word
    }

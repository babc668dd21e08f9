"""The processes of the engines, seen from the benchmark: started, asked, and never left behind."""

import importlib.util
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from seqviz.bench.protocol import Facts, Opening

_PACKAGE_PARENT = Path(__file__).parents[2]
_THREAD_VARIABLES = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS")


@dataclass(frozen=True, kw_only=True)
class EngineKind:
    """One way to translate that the benchmark knows."""

    name: str
    module: str
    """Run as a program."""
    needs: str
    """The package without which it is absent."""
    record: bool
    """See ``Opening.record``."""


@dataclass(frozen=True, kw_only=True)
class Absent:
    """An engine that is not here."""

    engine: str
    reason: str


class EngineFailedError(Exception):
    """An engine stopped in the middle; the text says which, and its last words."""


class EngineProcess:
    """One engine in a process of its own.

    Attributes:
        kind: what it is.
        threads: how many threads it was given.
    """

    def __init__(self, kind: EngineKind, opening: Opening) -> None:
        """Start the process, and do not wait for it."""
        self.kind, self.threads = kind, opening.threads
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

    def open(self) -> Facts | Absent:
        """Wait until it has opened its model.

        Raises:
            EngineFailedError: it could not.
        """
        answer = self._read()
        if "absent" in answer:
            return Absent(engine=self.kind.name, reason=answer["absent"])
        return Facts(**answer)

    def ask(self, question: Mapping[str, Any]) -> dict[str, Any]:
        """Ask, and wait for the answer; see ``protocol.answer``.

        Raises:
            EngineFailedError: the process ended instead.
        """
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(json.dumps(question) + "\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            raise self._failure() from None
        return self._read()

    def close(self) -> None:
        """End the process, whatever it is doing."""
        self._process.kill()
        self._process.communicate()
        self._last_words.close()

    def _read(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line.endswith("\n"):
            raise self._failure()
        answer = json.loads(line)
        assert isinstance(answer, dict)
        return answer

    def _failure(self) -> EngineFailedError:
        code = self._process.wait()
        self._last_words.seek(0)
        lines = self._last_words.read().decode("utf-8", "replace").split("\n")
        words = next((line.strip() for line in reversed(lines) if line.strip()), "it said nothing")
        ended = f"by signal {-code}" if code < 0 else f"with code {code}"
        return EngineFailedError(
            f"The engine '{self.kind.name}' stopped {ended}: {words:.300} The benchmark is void."
        )


@dataclass(frozen=True, kw_only=True)
class Engines:
    """The engines that run, and those that cannot."""

    running: Mapping[tuple[str, int], EngineProcess]
    """By name and number of threads, in the order of their kinds."""
    facts: Mapping[str, Facts]
    """By name."""
    absent: tuple[Absent, ...]


@contextmanager
def open_engines(
    kinds: Sequence[EngineKind], *, folder: Path | str, device: str, threads: Sequence[int]
) -> Iterator[Engines]:
    """Start an engine of every kind for every number of threads; end them all at the end.

    Raises:
        EngineFailedError: one did not start.
    """
    missing = {kind.name for kind in kinds if importlib.util.find_spec(kind.needs) is None}
    absent = {name: Absent(engine=name, reason="not installed") for name in missing}
    running, facts = {}, {}
    with ExitStack() as stack:
        started = []
        for kind in kinds:
            for count in () if kind.name in missing else threads:
                opening = Opening(
                    folder=str(folder), device=device, threads=count, record=kind.record
                )
                started.append(EngineProcess(kind, opening))
                stack.callback(started[-1].close)
        for engine in started:
            opened = engine.open()
            if isinstance(opened, Absent):
                absent[opened.engine] = opened
            else:
                running[engine.kind.name, engine.threads] = engine
                facts[engine.kind.name] = opened
        yield Engines(running=running, facts=facts, absent=tuple(absent.values()))


def child_environment(threads: int) -> dict[str, str]:
    """The environment of a process that can import this package and has that many threads."""
    paths = [str(_PACKAGE_PARENT), os.environ.get("PYTHONPATH", "")]
    return {
        **os.environ,
        **dict.fromkeys(_THREAD_VARIABLES, str(threads)),
        "PYTHONPATH": os.pathsep.join(filter(None, paths)),
        "PYTHONWARNINGS": "ignore",
    }

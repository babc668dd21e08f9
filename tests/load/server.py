"""The page's server as a process of its own, and what it tells of itself."""

import asyncio
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.error import URLError

from tests.browser.server import stop

START_SECONDS = 300.0
MEMORY, PROCESSOR = "process_resident_memory_bytes", "process_cpu_seconds_total"
MEBIBYTE = 2**20


@dataclass(frozen=True)
class Server:
    """One that is there, on this machine."""

    port: int

    def counts(self) -> dict[str, float]:
        """All values of /metrics that have no label.

        Raises:
            URLError: it does not answer.
        """
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/metrics", timeout=60) as answer:
            text = answer.read().decode("utf-8")
        return {name: float(one) for name, one in re.findall(r"^(\w+) (\S+)$", text, re.MULTILINE)}

    @asynccontextmanager
    async def watched(self, every: float) -> AsyncIterator["Course"]:
        """Ask for its counts every so many seconds, and once at the end."""
        course = Course()

        async def look() -> None:
            while True:
                with suppress(OSError):  # too busy, or gone, which the visitors notice
                    course.counts.append(await asyncio.to_thread(self.counts))
                await asyncio.sleep(every)

        watching = asyncio.create_task(look())
        try:
            yield course
        finally:
            watching.cancel()
            with suppress(asyncio.CancelledError):
                await watching
            course.counts.append(await asyncio.to_thread(self.counts))


@dataclass
class Course:
    """A server's counts, one after the other."""

    counts: list[dict[str, float]] = field(default_factory=list)

    def memory(self) -> list[float]:
        """MiB at each of them."""
        return [one[MEMORY] / MEBIBYTE for one in self.counts]

    def processor(self) -> float:
        """Seconds between the first and the last."""
        return self.counts[-1][PROCESSOR] - self.counts[0][PROCESSOR]


def heed_sigterm() -> None:
    """Let SIGTERM end this program as Ctrl+C does, so that its server ends with it."""
    signal.signal(signal.SIGTERM, lambda number, _: sys.exit(128 + number))


@contextmanager
def served(log: Path) -> Iterator[Server]:
    """A fresh server, which has decoded once; its output goes to ``log``.

    Raises:
        TimeoutError: it does not start; the message holds the log.
    """
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = int(listener.getsockname()[1])
    with log.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "seqviz", "app", "--port", str(port), "--rate", "0", "--log"],
            stdout=out,
            stderr=subprocess.STDOUT,
        )
    try:
        until = time.monotonic() + START_SECONDS
        while not _is_ready(port):
            if process.poll() is not None or time.monotonic() > until:
                raise TimeoutError(f"no server:\n{log.read_text(errors='replace')}")
            time.sleep(0.2)
        yield Server(port)
    finally:
        stop(process)


def _is_ready(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5) as answer:
            return bool(answer.status == 200)
    except (URLError, ConnectionError, TimeoutError):
        return False

"""The server's open files: the limit is raised, and where they run out, few words are logged."""

import logging
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

from seqviz.server import descriptors

SERVER = """
import asyncio, contextlib, logging, resource, socket, sys
from seqviz.server import descriptors
hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
resource.setrlimit(resource.RLIMIT_NOFILE, (64, hard))
descriptors.prepare()
assert resource.getrlimit(resource.RLIMIT_NOFILE)[0] > 64
resource.setrlimit(resource.RLIMIT_NOFILE, (64, hard))
logging.basicConfig(level=logging.INFO)

async def main():
    server = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0, backlog=2048)
    address = server.sockets[0].getsockname()
    with contextlib.suppress(OSError):
        while True:
            held.append(socket.socket())
    for one in held[:2]:
        one.close()
    first, second = (socket.socket() for _ in range(2))
    for one in (first, second):
        one.setblocking(False)
        one.connect_ex(address)
    await asyncio.sleep(0.2)

held = []
asyncio.run(main())
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limit")
def test_a_server_without_descriptors_says_so_once() -> None:
    done = subprocess.run(
        [sys.executable, "-c", SERVER], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert done.stderr.count("no file descriptor is left") == 1, done.stderr[:2000]
    assert len(done.stderr) < 1_000


@pytest.fixture
def log() -> Iterator[logging.Logger]:
    """A logger of the name that asyncio has, without what others put there."""
    made = logging.getLogger("asyncio")
    before, made.filters = made.filters, []
    yield made
    made.filters = before


def test_the_next_minute_tells_how_many_were_held_back(
    log: logging.Logger, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [100.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    for _ in range(2):
        descriptors.prepare()
    for _ in range(5):
        log.error(descriptors.EXHAUSTED + "\nsocket: x", exc_info=OSError(24, "many"))
    log.error("another matter")
    now[0] += descriptors.QUIET_SECONDS
    log.error(descriptors.EXHAUSTED)
    said = [record.getMessage() for record in caplog.records]
    assert [line.partition("(")[2][:2] for line in said] == ["0 ", "", "4 "]
    assert said[1] == "another matter" and not any(record.exc_info for record in caplog.records)

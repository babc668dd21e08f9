"""The server of a load test ends with it, also where it is told to end."""

import contextlib
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = """
import asyncio
import subprocess
import sys

from tests.browser.server import stop
from tests.load.server import heed_sigterm

heed_sigterm()
sleeper = [sys.executable, "-c", "import time; time.sleep(600)"]
server = subprocess.Popen(sleeper, stdout=subprocess.DEVNULL)
try:
    print(server.pid, flush=True)
    asyncio.run(asyncio.sleep(600))
finally:
    stop(server)
"""


def test_a_server_ends_with_the_load_test() -> None:
    root = Path(__file__).parents[2]
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM], cwd=root, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as run:
        assert run.stdout is not None
        server = int(run.stdout.readline())
        run.send_signal(signal.SIGTERM)
        run.communicate()
    try:
        assert run.returncode == 128 + signal.SIGTERM
        with pytest.raises(ProcessLookupError):
            os.kill(server, 0)
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.kill(server, signal.SIGKILL)

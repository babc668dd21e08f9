"""Streamlit on a script, started for a browser's tests and measurements."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from urllib.error import URLError

HOST = "127.0.0.1"
START_SECONDS = 120


def start(
    script: Path,
    *arguments: str,
    log: Path,
    folder: Path,
    env: dict[str, str] | None = None,
    program: str = "streamlit",
) -> tuple[subprocess.Popen[bytes], str]:
    """Start Streamlit on a script, wait until it answers, and return it with its address.

    Args:
        script: what it shows.
        arguments: for the script.
        log: where its output goes.
        folder: the working folder, whose modules it imports.
        env: added to the environment.
        program: a module that does what Streamlit's own does.

    Raises:
        TimeoutError: it ended, or did not answer; the message holds its log.
    """
    port = _free_port()
    with log.open("wb") as output:
        server = subprocess.Popen(
            _command(program, script, port, arguments),
            cwd=folder,
            env={**os.environ, "PYTHONPATH": str(folder), **(env or {})},
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    address = f"http://{HOST}:{port}"
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        if _is_healthy(address):
            return server, address
        time.sleep(0.02)
    server.kill()
    raise TimeoutError(f"Streamlit did not start; its log:\n{log.read_text(errors='replace')}")


def stop(*servers: subprocess.Popen[bytes]) -> None:
    """End them, gently if they let us."""
    for server in servers:
        server.terminate()
    for server in servers:
        try:
            server.wait(timeout=10)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def _is_healthy(address: str) -> bool:
    try:
        with urllib.request.urlopen(f"{address}/_stcore/health", timeout=5) as answer:
            return bool(answer.read() == b"ok")
    except (URLError, ConnectionError, TimeoutError):
        return False


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind((HOST, 0))
        return int(listener.getsockname()[1])


def _command(program: str, script: Path, port: int, arguments: tuple[str, ...]) -> list[str]:
    options = {
        "server.port": port,
        "server.address": HOST,
        "server.headless": "true",
        "server.fileWatcherType": "none",
        "browser.gatherUsageStats": "false",
    }
    flags = [f"--{name}={value}" for name, value in options.items()]
    return [sys.executable, "-m", program, "run", str(script), *flags, "--", *arguments]

"""``seqviz serve``: a server as one starts it, and what it refuses to begin with."""

import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.fixtures.api_server import DATE, SYSTEM, ask, dates_folder


@pytest.mark.usefixtures("heeded_interrupts")
def test_a_server_answers_until_it_is_stopped(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("s3cret\n", "ascii")
    models = dates_folder(tmp_path)
    options = ["--port", "0", "--token-file", str(tmp_path / "token"), "--models", str(models)]
    command = [sys.executable, "-m", "seqviz", "serve", *options, "--threads", "1"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as run:
        try:
            assert run.stdout is not None
            address = run.stdout.readline().split()[3]
            shown = {"authorization": "Bearer s3cret"}
            found = ask(address, "/v1/translate", {"model": SYSTEM, "text": DATE}, shown)
            assert found.json["translation"]["text"] == "2021-03-05"
            assert ask(address, "/v1/models").status == 401
            assert ask(address, "/v1/models", headers={"host": "evil.example"}).status == 403
        finally:
            run.send_signal(signal.SIGINT)
            out, err = run.communicate(timeout=60)
    assert (run.returncode, out, err.strip()) == (1, "", "")


def test_a_port_that_is_taken_is_one_line(run: Run, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        refusal = run("serve", "--port", port, "--models", str(tmp_path)).refusal()
    assert f"cannot listen on 127.0.0.1:{port}" in refusal


@pytest.mark.parametrize("content", [b"", b"\n", b"\xc3\xa9\n", b"a\x07b\n"])
def test_a_file_without_a_token_is_one_line(run: Run, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "token").write_bytes(content)
    found = run("serve", "--port", "0", "--token-file", str(tmp_path / "token"))
    assert "is not a token" in found.refusal()


def test_a_missing_file_of_a_token_is_one_line(run: Run, tmp_path: Path) -> None:
    found = run("serve", "--port", "0", "--token-file", str(tmp_path / "none"))
    assert "cannot be opened" in found.refusal()


@pytest.mark.parametrize("options", [("--port", "70000"), ("--rate", "-1"), ("--beam", "3")])
def test_a_bad_option_is_one_line(run: Run, options: tuple[str, ...]) -> None:
    assert run("serve", *options).refusal()

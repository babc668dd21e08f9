"""``seqviz serve``: a server as one starts it, and what it refuses to begin with."""

import signal
import socket
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from seqviz.api.limits import Limits
from seqviz.server.gate import is_host_allowed
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


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> list[Limits]:
    """Of the servers that were started."""
    limits: list[Limits] = []
    monkeypatch.setattr(
        "seqviz.cli.serve.listen", lambda *_: socket.create_server(("127.0.0.1", 0))
    )
    monkeypatch.setattr("seqviz.cli.serve.create_api", lambda _, told: limits.append(told))
    server = SimpleNamespace(run=lambda sockets: None)
    monkeypatch.setattr("seqviz.cli.serve.server_of", lambda _: server)
    return limits


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.2", "localhost", "0.0.0.0"])
def test_a_server_answers_under_the_address_that_it_says(
    run: Run, served: list[Limits], tmp_path: Path, host: str
) -> None:
    assert run("serve", "--host", host, "--models", str(tmp_path)).code == 0
    (limits,) = served
    assert is_host_allowed(f"{host}:8600", limits.hosts)
    assert is_host_allowed("evil.example", limits.hosts) is (host == "0.0.0.0")


def test_a_token_is_the_first_line_whatever_follows(
    run: Run, served: list[Limits], tmp_path: Path
) -> None:
    (tmp_path / "token").write_bytes(b" s3cret \nf\xc3\xbcr alle\n")
    found = run("serve", "--token-file", str(tmp_path / "token"), "--models", str(tmp_path))
    assert found.code == 0
    assert [limits.token for limits in served] == ["s3cret"]


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

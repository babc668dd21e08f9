"""``seqviz app``: what its options mean to the page."""

from pathlib import Path

import pytest

from seqviz.catalog import FOLDER_VARIABLE
from seqviz.cli.starting import Server
from seqviz.views.session import access
from seqviz.views.shell import serving
from tests.cli.conftest import Run


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[Server]:
    """The servers that were started."""
    servers: list[Server] = []
    monkeypatch.setattr("seqviz.cli.app.start", servers.append)
    monkeypatch.delenv("STREAMLIT_SERVER_PORT", raising=False)
    return servers


def test_without_options_it_is_the_page_of_this_machine(run: Run, started: list[Server]) -> None:
    assert run("app").code == 0
    assert started == [Server()]


def test_every_option_reaches_the_page(
    run: Run, started: list[Server], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "mine").mkdir()
    monkeypatch.chdir(tmp_path)
    options = "--port 80 --host 0.0.0.0 --name a.test --name b.test --public --rate 0 --log"
    frames = ("--embed", "https://c.test", "--embed", "http://*.d.test:99")
    assert run("app", *options.split(), *frames, "--models", "mine").code == 0
    (server,) = started
    assert (server.port, server.address, server.names) == (80, "0.0.0.0", ("a.test", "b.test"))
    assert server.environment == {
        access.VARIABLE: "1",
        access.RATE: "0",
        serving.FRAMES: "https://c.test http://*.d.test:99",
        serving.LOG: "1",
        FOLDER_VARIABLE: str(tmp_path / "mine"),
    }


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        ("--embed moodle.test", "https://moodle"),
        ("--embed https://a.test;script-src", "https://moodle"),
        ("--embed https://a.test/course", "https://moodle"),
        ("--models nowhere", "nowhere"),
        ("--port 0", "65535"),
        ("--rate -1", "100000"),
    ],
)
def test_what_cannot_be_is_one_line(
    run: Run, started: list[Server], options: str, complaint: str
) -> None:
    assert complaint in run("app", *options.split()).refusal()
    assert started == []

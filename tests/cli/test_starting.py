"""The page is started: where, under which names, and not where another program listens."""

import os
import socket
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from seqviz.cli import starting
from seqviz.cli.starting import HERE, Server, own_addresses, start
from seqviz.errors import InputError
from seqviz.shipped import shipped


class Became(BaseException):
    """The command has become another program."""


@pytest.fixture
def port() -> int:
    """One that nobody has."""
    with socket.socket() as listener:
        listener.bind((starting.ADDRESS, 0))
        return int(listener.getsockname()[1])


@pytest.fixture
def became(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Any]]:
    """The program that the command became, its arguments and its environment."""
    told: list[Any] = []

    def become(*facts: object) -> None:
        told.extend(facts)
        raise Became

    monkeypatch.setattr("os.execve", become)
    for name in (starting.ADDRESS_VARIABLE, starting.HOSTS_VARIABLE):
        monkeypatch.delenv(name, raising=False)
    yield told


def options_of(became: list[Any]) -> list[str]:
    """What Streamlit is told beside the port."""
    program, arguments, _ = became
    page = str(shipped("app.py"))
    assert Path(page).is_file()
    assert [program, "-P", "-m", "streamlit", "run", page, "--server.port"] == arguments[:7]
    quiet = arguments.index("--logger.hideWelcomeMessage")  # else it asks others for its address
    assert arguments[quiet + 1] == "true"
    return list(arguments[8:quiet] + arguments[quiet + 2 :])


def test_the_page_is_for_this_machine_alone(
    became: list[Any], port: int, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(Became):
        start(Server(port=port, environment={"A": "b"}, link="?view=lesson"))
    assert options_of(became) == [] and became[0] == sys.executable
    assert became[1][7] == str(port)
    environment: Mapping[str, str] = became[2]
    assert environment["A"] == "b" and environment.items() >= os.environ.items()
    assert f"http://127.0.0.1:{port}/?view=lesson " in capsys.readouterr().out


def test_who_listens_to_others_answers_under_their_names_for_it(
    became: list[Any], port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(starting, "own_addresses", lambda _: ["lectern", "192.0.2.5"])
    with pytest.raises(Became):
        start(Server(port=port, address="0.0.0.0", names=("a.test",)))
    address, *names = options_of(became)[1:]
    assert address == "0.0.0.0"
    assert set(names[::2]) == {"--server.allowedHosts"}
    assert names[1::2] == [*HERE, "a.test", "lectern", "192.0.2.5"]


def test_what_the_environment_says_of_names_holds(
    became: list[Any], port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(starting.ADDRESS_VARIABLE, "0.0.0.0")
    monkeypatch.setenv(starting.HOSTS_VARIABLE, "b.test")
    with pytest.raises(Became):
        start(Server(port=port))
    assert options_of(became) == []


def test_a_port_that_is_taken_and_an_address_of_others_are_refused(became: list[Any]) -> None:
    with socket.socket() as listener:
        listener.bind((starting.ADDRESS, 0))
        listener.listen()
        port = int(listener.getsockname()[1])
        with pytest.raises(InputError, match=str(port)):
            start(Server(port=port))
    for address in ("192.0.2.1", "no such host"):
        with pytest.raises(InputError, match="--name"):
            start(Server(port=port, address=address))
    assert became == []


def test_a_server_of_all_networks_knows_its_addresses() -> None:
    assert own_addresses("192.0.2.5") == ["192.0.2.5"]
    assert socket.gethostname() in own_addresses("0.0.0.0")
    assert len(set(own_addresses("::"))) == len(own_addresses("::"))

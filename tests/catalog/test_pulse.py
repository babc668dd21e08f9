"""Signs of life: asked for while somebody waits, who is let go once there are none."""

import socket
import threading
import time
from collections.abc import Iterator
from types import SimpleNamespace

import pytest

from seqviz.catalog import pulse
from seqviz.catalog.pulse import Pulse

SECONDS = 60.0
"""For what takes a fraction of one, on a machine with nothing else to do."""


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pulse, "SILENT_SECONDS", 0.3)
    monkeypatch.setattr(pulse, "ASK_SECONDS", 0.05)
    monkeypatch.setattr(pulse, "LEAST_SECONDS", 0.05)


class Other:
    """Who is asked for signs of life."""

    def __init__(self) -> None:
        self.answers = threading.Event()
        self.asked = list[float]()
        self.often = threading.Event()

    def __call__(self, seconds: float) -> None:
        self.asked.append(seconds)
        if len(self.asked) >= 10:
            self.often.set()
        if not self.answers.wait(seconds):
            raise TimeoutError
        time.sleep(0.05)  # ten of them take longer than it may be silent


@pytest.fixture
def other() -> Other:
    return Other()


@pytest.fixture
def held() -> Iterator[socket.socket]:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        ours.settimeout(SECONDS)
        yield ours


def is_so_soon(what: object) -> bool:
    until = time.monotonic() + SECONDS
    while not what() and time.monotonic() < until:  # type: ignore[operator]  # it is a function
        time.sleep(0.01)
    return bool(what())  # type: ignore[operator]


def watchers() -> list[threading.Thread]:
    return [one for one in threading.enumerate() if one.name == "seqviz-pulse"]


def test_who_waits_for_one_that_is_silent_is_let_go(other: Other, held: socket.socket) -> None:
    found = Pulse(other)
    with found.waiting() as hold:
        hold(held)
        assert held.recv(1) == b""
        assert found.is_silent


def test_who_waits_for_one_that_is_busy_but_answers_waits_on(
    other: Other, held: socket.socket
) -> None:
    other.answers.set()
    found = Pulse(other)
    with found.waiting() as hold:
        hold(held)
        assert other.often.wait(SECONDS)
        assert not found.is_silent
        held.setblocking(False)
        with pytest.raises(BlockingIOError):
            held.recv(1)


def test_one_that_sends_something_is_not_asked(other: Other, held: socket.socket) -> None:
    found = Pulse(other)
    with found.waiting() as hold:
        hold(held)
        until = time.monotonic() + 3 * pulse.SILENT_SECONDS
        while time.monotonic() < until:
            found.hear()
            time.sleep(0.001)
        assert not found.is_silent


def test_who_comes_while_it_is_silent_is_told_at_once_until_it_is_back(
    other: Other, held: socket.socket
) -> None:
    found = Pulse(other)
    with found.waiting() as hold:
        hold(held)
        assert held.recv(1) == b""
    with found.waiting() as hold, pytest.raises(TimeoutError):
        hold(held)
    other.answers.set()
    assert is_so_soon(lambda: not found.is_silent)
    with found.waiting() as hold:
        hold(held)


def test_nobody_is_asked_when_nobody_waits(
    other: Other, held: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pulse, "FORGET_SECONDS", 0.1)
    assert is_so_soon(lambda: not watchers())
    found = Pulse(other)
    with found.waiting() as hold:
        hold(held)
        assert held.recv(1) == b""
        assert watchers()
    assert is_so_soon(lambda: not watchers())
    assert not found.is_silent, "nobody knows any longer"


def test_an_answer_is_waited_for_although_this_process_was_held_up(
    other: Other, held: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    other.answers.set()
    found, clock = Pulse(other), time.monotonic
    with found.waiting() as hold:
        hold(held)
        later = SimpleNamespace(monotonic=lambda: clock() + 100)
        monkeypatch.setattr(pulse, "time", later)
        assert other.often.wait(SECONDS)
        assert not found.is_silent
    assert min(other.asked) >= pulse.LEAST_SECONDS

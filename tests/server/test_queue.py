"""The line for decoders: in order, bounded, and left by whoever is interrupted."""

import threading
import time
from collections.abc import Callable

import pytest

from seqviz.errors import DecodingCancelled, InputError
from seqviz.server.queue import FIRST_GUESS, Queue, busy

SECONDS = 10


class Visitor:
    """Someone who asks for a place in a thread, and leaves it when told."""

    def __init__(self, queue: Queue, name: str, served: list[str], *, who: str = "") -> None:
        self._queue, self._name, self._served, self._who = queue, name, served, who
        self.ahead: list[int] = []
        self.waits, self.holds, self.go = threading.Event(), threading.Event(), threading.Event()
        self.stop: Callable[[], None] = lambda: None
        self.error: BaseException | None = None
        self._thread = threading.Thread(target=self._visit)

    def come(self) -> "Visitor":
        """Join the line; returns once the place in it is known."""
        self._thread.start()
        assert self.waits.wait(SECONDS)
        return self

    def leave(self) -> None:
        self.go.set()
        self._thread.join(SECONDS)
        assert not self._thread.is_alive()

    def _visit(self) -> None:
        try:
            with self._queue.turn(self._wait, self._who):
                self._served.append(self._name)
                self.waits.set()
                self.holds.set()
                assert self.go.wait(SECONDS)
        except BaseException as error:
            self.error = error

    def _wait(self, ahead: int) -> None:
        self.ahead.append(ahead)
        self.waits.set()
        self.stop()


class Interrupted(BaseException):
    """Like Streamlit's signals, no ``Exception``."""


def interrupt() -> None:
    raise Interrupted


@pytest.fixture
def served() -> list[str]:
    return []


def come(queue: Queue, names: str, served: list[str]) -> list[Visitor]:
    return [Visitor(queue, name, served).come() for name in names]


def test_who_comes_first_is_served_first_and_knows_the_place(served: list[str]) -> None:
    visitors = come(Queue(places=1), "abcdef", served)
    assert [visitor.ahead[:1] for visitor in visitors] == [[], [0], [1], [2], [3], [4]]
    for visitor in visitors:
        assert visitor.holds.wait(SECONDS)
        visitor.leave()
    assert "".join(served) == "abcdef"
    assert all(visitor.ahead == sorted(visitor.ahead, reverse=True) for visitor in visitors)


def test_as_many_are_served_at_once_as_there_are_places(served: list[str]) -> None:
    visitors = come(Queue(places=2), "abc", served)
    assert visitors[0].holds.wait(SECONDS)
    assert visitors[1].holds.wait(SECONDS)
    assert not visitors[2].holds.is_set()
    visitors[1].leave()
    assert visitors[2].holds.wait(SECONDS)
    visitors[0].leave()
    visitors[2].leave()


def test_one_visitor_waits_in_one_place_and_is_served_once_at_a_time(served: list[str]) -> None:
    queue = Queue(places=2)
    first, other = come(queue, "ab", served)
    waiting = [Visitor(queue, name, served, who=name).come() for name in "acb"]
    again = Visitor(queue, "a", served, who="a").come()
    waiting[0].leave()
    assert isinstance(waiting[0].error, DecodingCancelled)
    assert again.ahead[0] == 0 and len(queue) == 3
    with pytest.raises(InputError) as error, queue.turn(lambda _: None, "a", beside=True):
        pytest.fail("a second place for the same visitor")
    assert error.value.code == "busy" and len(queue) == 3
    first.leave()
    assert again.holds.wait(SECONDS)
    last = Visitor(queue, "a", served, who="a").come()
    other.leave()
    assert waiting[1].holds.wait(SECONDS)
    waiting[1].leave()
    assert waiting[2].holds.wait(SECONDS)
    waiting[2].leave()
    assert not last.holds.is_set(), "one visitor holds two places"
    again.leave()
    assert last.holds.wait(SECONDS)
    last.leave()
    assert served == ["a", "b", "a", "c", "b", "a"]


def test_the_wait_is_guessed_from_the_turns_of_late(monkeypatch: pytest.MonkeyPatch) -> None:
    now = iter(range(0, 1000, 5))
    monkeypatch.setattr(time, "monotonic", lambda: next(now) / 5)
    queue = Queue(places=2)
    assert queue.expected_seconds(0) == FIRST_GUESS / 2
    for _ in range(50):
        with queue.turn(lambda _: None):
            pass
    lasts = queue.expected_seconds(0) * 2
    assert queue.expected_seconds(5) == pytest.approx(3 * lasts)
    monkeypatch.setattr(time, "monotonic", lambda: 0.0)
    for _ in range(50):
        with queue.turn(lambda _: None):
            pass
    assert queue.expected_seconds(5) < 0.01 * lasts


def test_who_finds_no_room_is_told_when_to_come_back() -> None:
    assert busy(3, 4.2).facts == {"found": 3, "seconds": 5}
    assert busy(0, 0.0).facts == {"found": 0, "seconds": 1}


def test_who_goes_first_overtakes_all_who_wait(served: list[str]) -> None:
    queue = Queue(places=1)
    held = queue.take(lambda _: None)
    (behind,) = come(queue, "a", served)

    def give_back(ahead: int) -> None:
        assert ahead == 0
        queue.give_back(held)

    first = queue.take(give_back, first=True)
    assert not behind.holds.is_set() and len(queue) == 1
    queue.give_back(first)
    assert behind.holds.wait(SECONDS)
    behind.leave()


def test_who_has_no_patience_left_takes_one_place_more() -> None:
    queue, told = Queue(places=1, patience=0.1), list[int]()
    held = queue.take(told.append)
    late = queue.take(told.append)
    assert told == [0]
    for ticket in (late, held):
        queue.give_back(ticket)
    with queue.turn(lambda _: pytest.fail("a place is lost")):
        assert len(queue) == 0


def test_who_is_interrupted_while_waiting_leaves_the_line(served: list[str]) -> None:
    queue = Queue(places=1)
    first, second, third = come(queue, "abc", served)
    second.stop = interrupt
    second.leave()
    assert isinstance(second.error, Interrupted)
    assert len(queue) == 1
    first.leave()
    assert third.holds.wait(SECONDS)
    assert third.ahead[-1] in (0, 1)  # it may have been served before it was told again
    third.leave()
    assert served == ["a", "c"]


def test_a_place_comes_back_after_an_interruption_at_work() -> None:
    queue = Queue(places=1)
    with pytest.raises(Interrupted), queue.turn(lambda _: None):
        interrupt()
    with queue.turn(lambda _: pytest.fail("the place was not given back")):
        pass

"""Visitors of a server: one is drawn at a time, none while waiting for a decoding."""

import threading
from collections.abc import Callable

import pytest

from seqviz.errors import InputError
from seqviz.server.metrics import Metrics
from seqviz.server.rate import RateLimit
from seqviz.server.visits import Visits
from tests.server.test_metrics import values

SECONDS = 10


def silent(_: int) -> None:
    """Nobody looks."""


def beside(work: Callable[[], None]) -> threading.Thread:
    thread = threading.Thread(target=work)
    thread.start()
    return thread


def test_a_server_rests_once_a_page_was_drawn() -> None:
    visits = Visits(decoders=1, most_inside=9)
    assert visits.rested() < 0
    with visits.visit("a", silent, knocks=True):
        assert visits.rested() < 0
    assert 0 <= visits.rested() < SECONDS


def test_one_page_is_drawn_at_a_time_and_a_decoding_lets_others_draw() -> None:
    visits, said = Visits(decoders=1, most_inside=9), list[str]()
    decoding, drawn = threading.Event(), threading.Event()

    def first() -> None:
        with visits.visit("a", silent, knocks=True):
            said.append("a draws")
            with visits.turn(silent, "a"):
                decoding.set()
                assert drawn.wait(SECONDS), "nobody is drawn beside a decoding"
            said.append("a draws again")

    def second() -> None:
        with visits.visit("b", silent, knocks=True):
            said.append("b draws")
            drawn.set()
            assert not third.wait(0.3), "two pages at once"

    third = threading.Event()
    threads = [beside(first)]
    assert decoding.wait(SECONDS)
    threads.append(beside(second))
    threads[0].join(SECONDS)
    with visits.visit("c", silent, knocks=True):
        third.set()
    threads[1].join(SECONDS)
    assert said == ["a draws", "b draws", "a draws again"]


def test_a_newcomer_needs_room_and_a_guest_needs_it_for_a_decoding() -> None:
    visits = Visits(decoders=1, most_inside=1)
    inside, leave = threading.Event(), threading.Event()

    def first() -> None:
        with visits.visit("a", silent, knocks=True):
            inside.set()
            with visits.aside():
                assert leave.wait(SECONDS)

    thread = beside(first)
    assert inside.wait(SECONDS)
    with pytest.raises(InputError, match="wait"), visits.visit("b", silent, knocks=True):
        pytest.fail("let in beyond the bound")
    guest = visits.visit("c", silent, knocks=False)
    with guest, pytest.raises(InputError, match="wait"), visits.turn(silent, "c"):
        pytest.fail("decoded beyond the bound")
    with visits.turn(silent, "a"):
        pass  # a download of one who is in
    leave.set()
    thread.join(SECONDS)
    with visits.visit("b", silent, knocks=True), visits.turn(silent, "b"):
        assert visits.door.ahead("c") == 0, "b is in until its page is drawn"
    assert visits.door.ahead("c") is None


class Interrupted(BaseException):
    """Like Streamlit's signals, no ``Exception``."""


@pytest.mark.parametrize("error", [Interrupted, ValueError])
def test_what_goes_wrong_while_decoding_leaves_nobody_behind(error: type[BaseException]) -> None:
    visits = Visits(decoders=1, most_inside=1)
    for _ in range(2):
        page, decoding = visits.visit("a", silent, knocks=True), visits.turn(silent, "a")
        with pytest.raises(error), page, decoding:
            raise error
    with visits.visit("b", silent, knocks=True), visits.turn(silent, "b"):
        pass
    with pytest.raises(Interrupted), visits.visit("a", silent, knocks=True):
        raise Interrupted
    with visits.visit("b", silent, knocks=True):
        assert visits.door.ahead("a") == 0


def test_all_visitors_of_one_address_have_one_limit() -> None:
    counted, rate = Metrics(), RateLimit(a_minute=30, at_once=2, clock=lambda: 0.0)
    visits = Visits(decoders=1, most_inside=9, rate=rate, counted=counted)
    for visitor, client in (("a", "192.0.2.7"), ("b", "192.0.2.7"), ("c", "192.0.2.8"), ("d", "")):
        visits.comes(visitor, client)
    for visitor in "abcdddd":
        with visits.turn(silent, visitor):
            pass
    page = visits.visit("b", silent, knocks=True)
    with page, pytest.raises(InputError) as error, visits.turn(silent, "b"):
        pytest.fail("a third one for the same address")
    assert (error.value.code, error.value.facts) == ("too_often", {"seconds": 2})
    found = values(counted)
    assert found["seqviz_refusals_total:too_often"] == 1
    assert found["seqviz_waiting_seconds_count"] == 7


def test_who_finds_no_room_is_counted_and_told_how_long_it_takes() -> None:
    counted = Metrics()
    visits = Visits(decoders=1, most_inside=0, counted=counted)
    with pytest.raises(InputError) as error, visits.turn(silent, "a"):
        pytest.fail("there is no room")
    assert error.value.facts == {"found": 0, "seconds": 1}
    assert values(counted)["seqviz_refusals_total:busy"] == 1
    assert (visits.inside(), visits.waiting(), visits.is_crowded()) == (0, 0, False)
    assert visits.door.outside() == 1


def test_who_has_left_is_not_waited_for() -> None:
    visits, here = Visits(decoders=1, most_inside=1), True
    visits.comes("b", "", lambda: here)
    visits.door.enter("a")
    for visitor in "bc":
        with pytest.raises(InputError), visits.visit(visitor, silent, knocks=True):
            pytest.fail("there is no room")
    visits.door.leave("a")
    assert visits.door.ahead("c") == 1, "b is there, and comes first"
    here = False
    with visits.visit("c", silent, knocks=True):
        assert visits.door.outside() == 0


def test_a_crowd_is_more_than_one() -> None:
    visits = Visits(decoders=1, most_inside=9)
    visits.door.enter("a")
    assert not visits.is_crowded()
    visits.door.enter("b")
    assert visits.is_crowded()

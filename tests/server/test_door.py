"""The door: few inside, the others in order outside, and whoever stops asking is passed."""

import time

import pytest

from seqviz.errors import InputError
from seqviz.server import door as module
from seqviz.server.door import Door


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The time, to be moved on."""
    present = [50.0]
    monkeypatch.setattr(time, "monotonic", lambda: present[0])
    return present


def refused(door: Door, who: str) -> int:
    with pytest.raises(InputError) as error:
        door.enter(who)
    assert error.value.code == "busy"
    return int(str(error.value.facts["found"]))


def test_a_full_house_refuses_at_once_and_lets_in_in_order(now: list[float]) -> None:
    door = Door(most=2)
    for who in "ab":
        door.enter(who)
    assert [refused(door, who) for who in "cdc"] == [0, 1, 0]
    door.leave("a")
    assert refused(door, "d") == 1, "the place is kept for who came before"
    assert refused(door, "e") == 2
    assert door.ahead("c") is None and door.ahead("d") == 1
    door.enter("c")
    door.leave("b")
    door.enter("d")
    assert refused(door, "e") == 0


def test_who_is_in_twice_leaves_twice(now: list[float]) -> None:
    door = Door(most=1)
    door.enter("a")
    door.enter("a")
    door.leave("a")
    assert refused(door, "b") == 0
    door.leave("a")
    door.enter("b")


def test_who_does_not_ask_again_lets_others_pass_and_is_forgotten_later(now: list[float]) -> None:
    door = Door(most=1)
    door.enter("a")
    assert [refused(door, who) for who in "bc"] == [0, 1]
    door.leave("a")
    now[0] += module.LATE * door.pace(0) + 0.1
    assert door.ahead("c") is None, "b has left"
    assert door.ahead("b") is None, "and comes before c, once back"
    door.enter("b")
    assert door.ahead("c") == 0
    now[0] += module.FORGET_SECONDS + 1
    assert [refused(door, who) for who in "dc"] == [0, 1]


def test_who_leaves_lets_others_pass_at_once_and_finds_the_place_again(now: list[float]) -> None:
    left = set[str]()
    door = Door(most=1, is_here=lambda who: who not in left)
    door.enter("a")
    assert [refused(door, who) for who in "bcd"] == [0, 1, 2]
    left.add("b")
    assert refused(door, "d") == 1 and door.outside() == 2
    left.clear()
    assert [refused(door, who) for who in "dbc"] == [2, 0, 1]
    left |= {"b", "c"}
    door.leave("a")
    door.enter("d")


def test_the_wait_is_told_by_how_fast_places_became_free_lately(now: list[float]) -> None:
    door = Door(most=3)
    for who in "abc":
        door.enter(who)
    assert door.expected_seconds(4) == pytest.approx(5 * module.SECONDS_A_PLACE)
    assert refused(door, "d") == 0
    for who in "abc":
        door.leave(who)
        now[0] += 1
    assert (door.expected_seconds(0), door.expected_seconds(9)) == (1.5, 15)
    door.enter("d")
    door.leave("d")
    assert door.expected_seconds(0) == module.SECONDS_A_PLACE, "nobody waited any more"


def test_who_waits_long_asks_seldom(now: list[float]) -> None:
    door = Door(most=2)
    paces = [door.pace(ahead) for ahead in (0, 20, 100, 10_000)]
    assert paces == sorted(paces) and paces[0] < 3 and paces[3] == module.MOST_PACE
    for who in "ab":
        door.enter(who)
    refused(door, "c")
    for who in "ab":
        door.leave(who)
        now[0] += 1
    assert door.expected_seconds(19) == 40 and door.pace(19) == 10 > paces[1]
    assert module.LATE * module.MOST_PACE < module.FORGET_SECONDS

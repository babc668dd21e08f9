"""Who waits for the same is taken along by the one whose turn it is."""

import threading

import pytest

from seqviz.errors import DecodingCancelled
from seqviz.server.companions import Companions, wait_for


def test_those_of_the_same_group_are_taken_along_in_their_order() -> None:
    all_of = Companions[str](most=3, most_tokens=100)
    with (
        all_of.waiting("first", "a", 9) as first,
        all_of.waiting("other", "b", 9) as other,
        all_of.waiting("second", "a", 9) as second,
        all_of.waiting("third", "a", 9),
        all_of.waiting("fourth", "a", 9) as fourth,
    ):
        with all_of.taken_along(second) as together:
            assert [one.request for one in together] == ["second", "first", "third"]
            with all_of.taken_along(first) as again:
                assert not again, "he is served already"
        with all_of.taken_along(fourth) as alone, all_of.taken_along(other) as apart:
            assert (alone, apart) == ([fourth], [other])


def test_the_longest_source_counts_for_all_of_a_batch() -> None:
    all_of = Companions[str](most=9, most_tokens=100)
    with (
        all_of.waiting("short", "", 10) as short,
        all_of.waiting("long", "", 51),
        all_of.waiting("middle", "", 33),
        all_of.waiting("little", "", 5),
        all_of.taken_along(short) as together,
    ):
        assert [one.request for one in together] == ["short", "middle", "little"]


def test_who_has_left_is_not_taken_along_and_stops_what_took_him() -> None:
    all_of = Companions[str](most=9, most_tokens=100)
    with all_of.waiting("first", "", 1) as first:
        with all_of.waiting("second", "", 1) as second:
            with all_of.taken_along(first) as together:
                assert together == [first, second]
            second.stay(3, 9)
        with pytest.raises(DecodingCancelled):
            second.stay(4, 9)
        with all_of.waiting("third", "", 1) as third:
            pass
        with all_of.taken_along(first) as together:
            assert third not in together


def test_who_was_taken_along_waits_for_the_end_even_where_that_fails() -> None:
    all_of = Companions[str](most=9, most_tokens=100)
    with all_of.waiting("first", "", 1) as first, all_of.waiting("second", "", 1) as second:
        wait_for(second, lambda _: pytest.fail("nobody has taken him along"))
        waits, seen = threading.Event(), list[int]()

        def look(ahead: int) -> None:
            seen.append(ahead)
            waits.set()

        with pytest.raises(RuntimeError), all_of.taken_along(first):
            thread = threading.Thread(target=wait_for, args=(second, look))
            thread.start()
            assert waits.wait(10)
            raise RuntimeError
        thread.join(10)
        assert not thread.is_alive() and set(seen) == {0}


@pytest.mark.parametrize(("most", "tokens"), [(2, 1), (9, 50)])
def test_the_first_waits_for_others_until_there_is_no_room(most: int, tokens: int) -> None:
    all_of = Companions[str](most=most, most_tokens=100, linger=lambda: 60.0)
    lingers, left = threading.Event(), threading.Event()

    def follow() -> None:
        assert lingers.wait(10)
        with all_of.waiting("second", "", tokens):
            left.wait(10)

    thread = threading.Thread(target=follow)
    thread.start()
    with all_of.waiting("first", "", 40) as first:
        lingers.set()
        with all_of.taken_along(first) as together:
            assert [one.request for one in together] == ["first", "second"]
    left.set()
    thread.join(10)
    assert not thread.is_alive()


def test_the_first_waits_no_longer_than_agreed() -> None:
    all_of = Companions[str](most=9, most_tokens=100, linger=lambda: 0.01)
    with all_of.waiting("first", "", 1) as first, all_of.taken_along(first) as together:
        assert together == [first]

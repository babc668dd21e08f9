"""What takes too long is given up, and undone once it is done after all."""

import threading

import pytest

from seqviz.catalog.within import within


def test_what_is_done_in_time_is_waited_for() -> None:
    done = list[str]()
    within(60, lambda: done.append("work"), lambda: done.append("undo"))
    assert done == ["work"]


def test_what_it_raises_is_raised() -> None:
    def fail() -> None:
        raise OSError("no such name")

    with pytest.raises(OSError, match="no such name"):
        within(60, fail, lambda: None)


def test_what_takes_too_long_is_undone_in_the_end() -> None:
    goes_on, undone = threading.Event(), threading.Event()
    with pytest.raises(TimeoutError):
        within(0.01, lambda: goes_on.wait(60), undone.set)
    assert not undone.is_set()
    goes_on.set()
    assert undone.wait(60)

"""What a function returned last is kept, bounded in number and time."""

from itertools import count

import pytest

from seqviz.server.kept import kept


def test_the_last_results_are_kept_until_they_are_cleared() -> None:
    calls = count()

    @kept(most=2)
    def ask(name: str) -> str:
        return f"{name}{next(calls)}"

    assert [ask(name) for name in "aabac"] == ["a0", "a0", "b1", "a0", "c2"]
    assert ask("b") == "b3"
    ask.clear()
    assert ask("b") == "b4"


def test_it_is_asked_again_after_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    now, calls = 60.0, count()
    monkeypatch.setattr("time.monotonic", lambda: now)

    @kept(seconds=60)
    def ask() -> int:
        return next(calls)

    assert (ask(), ask()) == (0, 0)
    now = 119.0
    assert ask() == 0
    now = 120.0
    assert ask() == 1

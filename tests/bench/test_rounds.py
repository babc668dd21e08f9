from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from seqviz.bench.process import EngineFailedError
from seqviz.bench.protocol import Job
from seqviz.bench.rounds import take_turns


class Scripted:
    """Answers with the round's number as its time, and notes who was asked when."""

    def __init__(self, name: str, asked: list[tuple[str, int]], *, wrong_in: int = 99) -> None:
        self.name, self.asked, self.wrong_in = name, asked, wrong_in

    def ask(self, question: Mapping[str, Any]) -> dict[str, Any]:
        (job,) = question["jobs"]
        number = job["length"]
        if number == 77:
            return {"refused": "too long"}
        self.asked.append((self.name, number))
        return {"seconds": float(number), "targets": [[1, 2 + (number == self.wrong_in)]]}


def jobs(number: int) -> Sequence[Job]:
    return [Job(sources=((5, 2),), beam_size=1, length=number)]


def test_engines_take_turns_each_round_another_one_first() -> None:
    asked: list[tuple[str, int]] = []
    running = {(name, 1): Scripted(name, asked) for name in "abc"}
    found = take_turns(running, jobs, rounds=3)
    assert "".join(name for name, _ in asked) == "abc" + "abc" + "bca" + "cab"
    assert [number for _, number in asked] == [-1] * 3 + [0] * 3 + [1] * 3 + [2] * 3
    assert [timing.engine for timing in found] == ["a", "b", "c"]


def test_the_warm_up_is_not_timed() -> None:
    (found,) = take_turns({("a", 1): Scripted("a", [])}, jobs, rounds=3)
    assert found.seconds == (0.0, 1.0, 2.0)


def test_targets_that_are_not_those_of_the_first_engine_are_counted() -> None:
    running = {("a", 1): Scripted("a", []), ("b", 1): Scripted("b", [], wrong_in=1)}
    first, second = take_turns(running, jobs, rounds=3)
    assert (first.differing, first.compared) == (0, 4)
    assert (second.differing, second.compared) == (1, 4)


def test_a_refusal_is_an_error_that_names_the_engine() -> None:
    with pytest.raises(EngineFailedError, match="'a' refused: too long"):
        take_turns(
            {("a", 1): Scripted("a", [])},
            lambda _: [Job(sources=((5, 2),), beam_size=1, length=77)],
            rounds=1,
        )

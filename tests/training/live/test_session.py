"""The process that trains live: its clock, commands and bounds, with a scripted learner."""

import json
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import pytest

from seqviz.errors import InputError
from seqviz.records.live import (
    EXAMPLE_FILE,
    JOB_FILE,
    TYPED_FILE,
    LiveCase,
    LiveJob,
    LiveState,
    read_state,
    write_json,
)
from seqviz.trace import Trace
from seqviz.trace.file import read_trace
from seqviz.training.live import session as live
from seqviz.training.live.inbox import Inbox
from seqviz.training.live.session import MOST_POINTS, SHOWN_CASES, Curve, Session
from tests.fixtures.toy_traces import rnn_trace

JOB = LiveJob(task="date-iso", system="dot", train_seconds=20.0, idle_seconds=30.0)


class Clock:
    """Stands still until it is moved."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


class Scripted:
    """A learner whose updates take a second and halve the loss."""

    parameters = 123
    example = ("s", "r")

    def __init__(self, clock: Clock, *, steps: int = 1000, diverges_at: int = 10**6) -> None:
        self._clock, self.steps, self._diverges_at = clock, steps, diverges_at
        self.done = 0
        self.texts: list[str] = []

    def advance(self) -> tuple[float, float]:
        self.done += 1
        self._clock.now += 1.0
        if self.done == self._diverges_at:
            raise InputError("training_diverged", {"step": self.done, "rate": "1"})
        return self.done / 10, 0.5**self.done

    def translate(self, text: str) -> Trace:
        if not text:
            raise InputError("empty_text")
        self.texts.append(text)
        return rnn_trace()

    def cases(self) -> list[LiveCase]:
        right = min(self.done, 12)
        return [
            LiveCase(source=str(n), reference="x", translation="x" if n < right else "y")
            for n in range(12)
        ]


class Room:
    """A session in a folder, with everything around it in hand."""

    def __init__(self, folder: Path, **script: int) -> None:
        self.folder, self.clock = folder, Clock()
        self.learner = Scripted(self.clock, **script)
        self.inbox = Inbox([], self.clock)
        self.inbox.thread.join()
        self.inbox.closed = False
        self.session = Session(
            folder, JOB, learner=self.learner, inbox=self.inbox, clock=self.clock
        )

    def say(self, command: str, text: str = "") -> None:
        said = Inbox([line(command, text)], self.clock)
        said.thread.join()
        self.inbox.heard = self.clock()
        self.inbox._commands = said._commands

    def turns(self, count: int) -> LiveState:
        for _ in range(count):
            self.session.turn()
        state = read_state(self.folder)
        assert state is not None
        return state


def line(command: str, text: str = "") -> bytes:
    return json.dumps({"do": command, "text": text}).encode() + b"\n"


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "POLL_SECONDS", 0.0)


def test_the_first_state_is_that_of_random_weights(tmp_path: Path) -> None:
    state = Room(tmp_path).turns(1)
    assert (state.phase, state.step, state.losses) == ("training", 0, ())
    assert [(point.step, point.value) for point in state.scores] == [(0, 0.0)]
    assert (state.steps, state.parameters, state.reference) == (1000, 123, "r")
    assert read_trace(tmp_path / EXAMPLE_FILE).translation == rnn_trace().translation
    assert not (tmp_path / TYPED_FILE).exists()


def test_numbers_change_while_it_trains(tmp_path: Path) -> None:
    state = Room(tmp_path).turns(5)
    assert (state.step, state.epoch, state.seconds) == (4, 0.4, 4.0)
    assert [point.value for point in state.losses] == [0.5, 0.25, 0.125, 0.0625]
    assert state.scores[-1].value == pytest.approx(100 * 4 / 12)
    assert state.seconds_left == JOB.train_seconds - 4
    assert state.pairs_per_second == pytest.approx(0.1 * JOB.pairs)


def test_the_cases_shown_turn_over_with_every_measurement(tmp_path: Path) -> None:
    room = Room(tmp_path)
    first, second = room.turns(1).cases, room.turns(2).cases
    assert len(first) == len(second) == SHOWN_CASES
    assert [case.source for case in first] == ["5", "6", "7", "8", "9"]
    assert [case.source for case in second] == ["10", "11", "0", "1", "2"]


def test_stop_pauses_and_continue_goes_on(tmp_path: Path) -> None:
    room = Room(tmp_path)
    room.turns(3)
    room.say("stop")
    stopped = room.turns(1)
    assert stopped.phase == "stopped" and stopped.step == 3
    room.turns(4)
    assert room.learner.done == 3
    room.say("continue")
    assert room.turns(2).phase == "training"
    assert room.learner.done == 5


def test_what_is_typed_is_translated_at_once_and_again(tmp_path: Path) -> None:
    room = Room(tmp_path)
    room.turns(1)
    room.say("try", "<b>new</b>" + "x" * 500)
    state = room.turns(1)
    assert state.typed == ("<b>new</b>" + "x" * 500)[:100]
    assert read_trace(tmp_path / TYPED_FILE).translation == rnn_trace().translation
    room.turns(2)
    assert room.learner.texts.count(state.typed) == 3
    room.say("try", "")
    assert room.turns(1).typed == ""
    assert not (tmp_path / TYPED_FILE).exists()


def test_it_answers_while_it_is_stopped(tmp_path: Path) -> None:
    room = Room(tmp_path)
    room.say("stop")
    room.turns(1)
    room.say("try", "a")
    assert room.turns(1).typed == "a"
    assert room.learner.done == 0 and "a" in room.learner.texts


def test_all_steps_done_is_finished(tmp_path: Path) -> None:
    room = Room(tmp_path, steps=6)
    state = room.turns(6)
    assert (state.phase, state.reason, state.step) == ("finished", "steps", 6)
    assert state.scores[-1].step == 6
    room.say("continue")
    assert room.turns(3).step == 6


def test_no_time_left_is_finished(tmp_path: Path) -> None:
    state = Room(tmp_path).turns(25)
    assert (state.phase, state.reason, state.seconds_left) == ("finished", "time", 0.0)
    assert state.seconds == JOB.train_seconds


def test_pauses_cost_no_training_time(tmp_path: Path) -> None:
    room = Room(tmp_path)
    room.turns(2)
    room.say("stop")
    room.turns(1)
    room.clock.now += 25
    room.say("continue")
    assert room.turns(2).seconds == 3.0


def test_a_loss_that_is_no_number_is_said(tmp_path: Path) -> None:
    room = Room(tmp_path, diverges_at=3)
    state = room.turns(3)
    assert (state.phase, state.reason, state.step) == ("finished", "diverged", 2)


@pytest.mark.parametrize(
    ("seconds", "what"),
    [(JOB.beat_seconds, "heard"), (JOB.life_seconds, "life"), (JOB.idle_seconds, "idle")],
)
def test_it_ends_by_itself(tmp_path: Path, seconds: float, what: str) -> None:
    room = Room(tmp_path)
    room.say("stop")
    room.turns(1)
    room.clock.now += seconds
    if what != "heard":
        room.inbox.heard = room.clock.now
    if what == "life":
        room.session._active = room.clock.now
    assert not room.session.is_over()
    room.clock.now += 0.1
    assert room.session.is_over()


def test_training_is_not_idle(tmp_path: Path) -> None:
    room = Room(tmp_path)
    room.clock.now += JOB.idle_seconds + 1
    room.inbox.heard = room.clock.now
    assert not room.session.is_over()


def test_it_ends_when_nobody_can_send_any_more(tmp_path: Path) -> None:
    room = Room(tmp_path)
    room.inbox.closed = True
    room.session.run()
    assert room.learner.done == 0


def fail(_: Session) -> None:
    raise MemoryError


def test_the_folder_goes_with_the_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "job"
    folder.mkdir()
    write_json(folder / JOB_FILE, JOB)
    bounds: dict[str, int] = {}
    monkeypatch.setattr(live, "use_threads", lambda _: None)
    monkeypatch.setattr(live, "Inbox", lambda _: Inbox([]))
    monkeypatch.setattr(live, "prepare", lambda _: Scripted(Clock()))
    monkeypatch.setattr(live, "bound_process", bounds.update)
    monkeypatch.setattr(Session, "run", fail)
    with pytest.raises(MemoryError):
        live.main(folder)
    assert not folder.exists()
    assert bounds == {"memory_bytes": JOB.memory_bytes, "cpu_seconds": int(JOB.life_seconds) + 60}


def test_the_inbox_hears_beats_and_keeps_commands() -> None:
    clock = Clock()

    def lines() -> Iterable[bytes]:
        clock.now += 5
        yield line("beat")
        yield line("try", "a\nb")

    inbox = Inbox(lines(), clock)
    inbox.thread.join()
    assert inbox.heard == 105.0 and inbox.closed
    assert inbox.take(seconds=0.0) == ("try", "a\nb")
    assert inbox.take(seconds=0.0) is None


def test_a_long_curve_is_thinned_to_means() -> None:
    curve = Curve()
    for step in range(1, 2 * MOST_POINTS + 1):
        curve.add(step, float(step))
    assert MOST_POINTS // 2 <= len(curve.points) < MOST_POINTS
    steps = [point.step for point in curve.points]
    assert steps == sorted(set(steps)) and steps[-1] == 2 * MOST_POINTS
    width = steps[1] - steps[0]
    assert curve.points[0].value == pytest.approx((1 + width) / 2)


BOUNDED = """
import os, resource
import numpy as np
from seqviz.training.live.limits import bound_process
before = os.nice(0)
bound_process(memory_bytes=512 * 2**20, cpu_seconds=100)
assert (np.eye(500) @ np.eye(500)).sum() == 500
print("computed")
try:
    np.ones(2**29)
except MemoryError:
    print("refused")
print(os.nice(0) - before, resource.getrlimit(resource.RLIMIT_CPU)[0])
"""


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="the kernel tells no sizes")
def test_a_bounded_process_computes_but_cannot_take_the_memory() -> None:
    """That training goes on within its bounds, test_live_process.py has."""
    found = subprocess.run(
        [sys.executable, "-c", BOUNDED], capture_output=True, text=True, timeout=120, check=True
    )
    computed, refused, rest = found.stdout.strip().split("\n")
    assert (computed, refused) == ("computed", "refused")
    assert int(rest.split()[0]) >= 5 and rest.split()[1] == "100"

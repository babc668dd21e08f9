"""The processes behind the live training: started, told, bounded, ended, and their remains gone."""

import contextlib
import logging
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from seqviz import files
from seqviz.errors import InputError
from seqviz.records.live import LiveJob, write_json
from seqviz.server import live_process
from seqviz.server.live_process import LiveProcess, LiveProcesses, LiveView
from tests.records.test_live import STATE

JOB = LiveJob(task="date-iso", system="dot", pairs=300, dev=10)
SECONDS = 120
"""More than anything here takes; a busy machine is slow."""

WRITER = """
import json, os, shutil, sys
folder = sys.argv[1]
for line in sys.stdin:
    said = json.loads(line)
    if said["do"] == "crash":
        sys.exit("last words")
    if said["do"] == "leave":
        break
    with open(folder + "/part", "w") as file:
        file.write(os.environ["STATE"] % json.dumps(said["do"] + said["text"])[1:-1])
    os.replace(folder + "/part", folder + "/state.json")
shutil.rmtree(folder)
"""


def until(condition: Callable[[], bool]) -> None:
    """Wait for what another process does."""
    deadline = time.monotonic() + SECONDS
    while not condition():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.05)


def is_gone(pid: int) -> bool:
    """Whether a process that is nobody's child any more has ended."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    with contextlib.suppress(OSError):
        return ") Z " in Path(f"/proc/{pid}/stat").read_text()
    return True


@pytest.fixture
def start(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[[LiveJob], LiveProcess]:
    """Start a quick program that writes what it was told as its state's ``typed``."""
    write_json(tmp_path / "state.json", STATE)
    text = (tmp_path / "state.json").read_text().replace("%", "%%")
    typed = text.index('"typed": "') + len('"typed": "')
    monkeypatch.setenv("STATE", text[:typed] + '%s"}')
    return partial(LiveProcess, program=("-c", WRITER))


@pytest.fixture
def processes(start: Callable[[LiveJob], LiveProcess]) -> Iterator[LiveProcesses]:
    """One place."""
    made = LiveProcesses(places=1, start=start)
    yield made
    made.end_all()


def view_of(processes: LiveProcesses, visitor: str) -> LiveView:
    view = processes.look(visitor)
    assert view is not None
    return view


def typed(processes: LiveProcesses, visitor: str) -> str:
    state = view_of(processes, visitor).state
    return state.typed if state else ""


def test_who_started_nothing_has_nothing(processes: LiveProcesses) -> None:
    assert processes.look("somebody") is None
    processes.tell("somebody", "stop")
    processes.end("somebody")


def test_a_look_is_heard_and_brings_the_state(processes: LiveProcesses) -> None:
    processes.start("a", JOB)
    first = view_of(processes, "a")
    assert first.alive and not first.crashed and first.job == JOB
    until(lambda: typed(processes, "a") == "beat")
    assert view_of(processes, "a").state is not None


def test_what_is_told_arrives_as_it_was(start: Callable[[LiveJob], LiveProcess]) -> None:
    process = start(JOB)
    process.tell("try", "<b>\n\ud800 二")
    until(lambda: process.look().state is not None)
    state = process.look().state
    assert state is not None and state.typed == "try<b>\n\ud800 二"
    process.end()


def test_no_more_than_there_are_places(processes: LiveProcesses) -> None:
    processes.start("a", JOB)
    with pytest.raises(InputError) as caught:
        processes.start("b", JOB)
    assert (caught.value.code, caught.value.facts["places"]) == ("live_busy", 1)
    assert processes.look("b") is None and view_of(processes, "a").alive


def test_starting_over_takes_ones_own_place(processes: LiveProcesses) -> None:
    processes.start("a", JOB)
    first = processes._of["a"]
    processes.start("a", LiveJob(task="number-words", system="none"))
    assert not first.is_alive() and not first.folder.exists()
    assert view_of(processes, "a").job.system == "none"


def test_the_place_of_one_who_left_is_given_away(
    processes: LiveProcesses, monkeypatch: pytest.MonkeyPatch
) -> None:
    processes.start("a", JOB)
    monkeypatch.setattr(live_process, "LEFT_SECONDS", 0.0)
    processes.start("b", JOB)
    assert view_of(processes, "b").alive
    left = view_of(processes, "a")
    assert not left.alive and not left.crashed


def test_a_process_that_ends_as_agreed_is_no_crash(
    processes: LiveProcesses, caplog: pytest.LogCaptureFixture
) -> None:
    processes.start("a", JOB)
    until(lambda: typed(processes, "a") == "beat")
    folder = processes._of["a"].folder
    processes.tell("a", "leave")
    until(lambda: not view_of(processes, "a").alive)
    view = view_of(processes, "a")
    assert not view.crashed and view.state is not None
    until(lambda: not folder.exists())
    assert not caplog.records
    processes.start("b", JOB)
    assert view_of(processes, "b").alive


def test_one_that_ends_while_nobody_looks_leaves_nothing(
    start: Callable[[LiveJob], LiveProcess],
) -> None:
    process = start(JOB)
    process.tell("leave")
    until(lambda: not process.folder.exists() and not process._reaper.is_alive())
    with pytest.raises(ProcessLookupError):  # a zombie would still take the signal
        os.kill(process.pid, 0)
    assert process._process.stdin is not None and process._process.stdin.closed
    assert process._last_words.closed


def test_a_crash_is_seen_logged_and_cleared_away(
    processes: LiveProcesses, caplog: pytest.LogCaptureFixture
) -> None:
    processes.start("a", JOB)
    folder = processes._of["a"].folder
    processes.tell("a", "crash")
    with caplog.at_level(logging.ERROR, "seqviz.server.live_process"):
        until(lambda: not folder.exists())
    assert view_of(processes, "a").crashed
    assert "last words" in caplog.text and len(caplog.records) == 1
    assert not folder.exists()
    processes.tell("a", "stop")


def test_one_that_outlives_its_job_is_ended(
    processes: LiveProcesses, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live_process, "GRACE_SECONDS", -JOB.life_seconds)
    processes.start("a", JOB)
    folder = processes._of["a"].folder
    until(lambda: not folder.exists())
    view = view_of(processes, "a")
    assert not view.alive and not view.crashed


def test_many_that_have_ended_are_forgotten(
    processes: LiveProcesses, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live_process, "MOST_KEPT", 1)
    monkeypatch.setattr(live_process, "LEFT_SECONDS", 0.0)
    for visitor in "abc":
        processes.start(visitor, JOB)
    assert processes.look("a") is None
    assert not view_of(processes, "b").alive and view_of(processes, "c").alive


def test_a_folder_is_not_left_where_no_process_starts(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(live_process, "_home", lambda: tmp_path)
    monkeypatch.setattr(sys, "executable", str(tmp_path / "none"))
    with pytest.raises(OSError):
        LiveProcess(JOB)
    assert list(tmp_path.iterdir()) == []


SERVER = f"""
import sys, time
from seqviz.records.live import LiveJob
from seqviz.server.live_process import LiveProcess
process = LiveProcess(LiveJob(task="date-iso", system="dot"), program=("-c", {WRITER!r}))
sys.stdout.write(f"{{process.pid}} {{process.folder}}\\n")
sys.stdout.flush()
time.sleep(600)
"""


def test_a_training_ends_with_its_server() -> None:
    """Where nobody can say anything any more, it is over, as test_session.py has it."""
    server = subprocess.Popen([sys.executable, "-c", SERVER], stdout=subprocess.PIPE, text=True)
    assert server.stdout is not None
    pid, folder = server.stdout.readline().split()
    assert not is_gone(int(pid)) and Path(folder).exists()
    server.kill()
    server.communicate()
    until(lambda: is_gone(int(pid)))
    until(lambda: not Path(folder).exists())


FOLDER = """
import os
from seqviz.records.live import LiveJob
from seqviz.server.live_process import LiveProcess
print(LiveProcess(LiveJob(task="date-iso", system="dot"), program=("-c", "")).folder.parent)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="no locks there")
def test_a_server_leaves_nothing_and_sweeps_what_a_killed_one_left(tmp_path: Path) -> None:
    def left_by(end: str) -> Path:
        environment = {**os.environ, "TMPDIR": str(tmp_path)}
        command = [sys.executable, "-c", FOLDER + end]
        told = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
        return Path(told.stdout.strip())

    killed = left_by("import sys; sys.stdout.flush(); os.kill(os.getpid(), 9)")
    assert killed.parent == tmp_path and killed.is_dir()
    long_ago = time.time() - 2 * files.DEAD_SECONDS
    os.utime(killed, (long_ago, long_ago))
    assert not left_by("").exists() and not killed.exists()


def test_a_real_training_from_start_to_silence() -> None:
    job = LiveJob(task="date-iso", system="dot", pairs=300, dev=10, beat_seconds=3.0)
    processes = LiveProcesses(places=1)
    processes.start("a", job)
    processes.tell("a", "try", "3 May 1999")
    until(lambda: step(processes) > 0)
    processes.tell("a", "stop")  # no need to go on learning until it has heard nothing for long
    until(lambda: phase(processes) == "stopped")
    view = view_of(processes, "a")
    assert view.example is not None and view.example.cross_attention is not None
    assert view.typed is not None and view.typed.source.text == "3 May 1999"
    process = processes._of["a"]
    until(lambda: not process.is_alive())  # nobody looks any more
    until(lambda: not process.folder.exists())
    assert not view_of(processes, "a").crashed


def phase(processes: LiveProcesses) -> str:
    state = view_of(processes, "a").state
    return state.phase if state else ""


def step(processes: LiveProcesses) -> int:
    state = view_of(processes, "a").state
    return state.step if state else 0

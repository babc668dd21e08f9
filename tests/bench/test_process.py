import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from seqviz.bench import engine
from seqviz.bench.engine import Engine, Job, Opening, Targets
from seqviz.bench.process import (
    EngineFailedError,
    EngineKind,
    EngineProcess,
    child_environment,
    open_engines,
)

FAKE = "tests.fixtures.fake_engine"
KIND = EngineKind(name="fake", module=FAKE, needs=(), record=True)
JOB = Job(sources=((5, 6, 2), (7, 2)), beam_size=1, length=3)
MEGABYTE = 2**20
on_linux = pytest.mark.skipif(sys.platform != "linux", reason="asks Linux's /proc")


def test_what_is_asked_is_answered_whatever_libraries_print() -> None:
    with open_engines([KIND], folder="fine", device="cpu", threads=[1, 2]) as (running, absent):
        assert list(running) == [("fake", 1), ("fake", 2)]
        assert running["fake", 2].facts.vocabulary == 50
        assert absent == {}
        answer = running["fake", 1].ask([JOB, JOB])
        assert answer["targets"] == [[5, 6, 2], [7, 2]] * 2
        assert answer["record_bytes"] == 4000
        assert answer["seconds"] >= 0
        refused = Job(sources=((5, 2),), beam_size=64, length=3)
        assert "up to 5 MB" in running["fake", 2].ask([refused])["refused"]


def test_absent_engines_are_named_and_no_error() -> None:
    missing = EngineKind(name="missing", module=FAKE, needs=("json", "no_such"), record=True)
    kinds = [KIND, missing]
    with open_engines(kinds, folder="absent", device="cpu", threads=[1, 2]) as (running, absent):
        assert running == {}
    assert absent == {"fake": "it is only pretending", "missing": "no_such is not installed"}


@pytest.mark.parametrize(
    ("folder", "words"),
    [
        ("crashing", "with code 3: out of <memory> The benchmark is void."),
        ("broken", "with code 1: ValueError: no such weights The benchmark is void."),
    ],
)
def test_a_crash_is_one_clear_line_and_ends_all_engines(folder: str, words: str) -> None:
    started = []
    with (
        pytest.raises(EngineFailedError) as caught,
        open_engines([KIND], folder=folder, device="cpu", threads=[1, 2]) as (running, _),
    ):
        started = list(running.values())
        started[0].ask([JOB])
    assert str(caught.value) == f"The engine 'fake' stopped {words}"
    for process in started:
        with pytest.raises((EngineFailedError, ValueError)):
            process.ask([JOB])


@on_linux
def test_an_engine_at_work_is_ended_too(tmp_path: Path) -> None:
    pid = tmp_path / "pid"
    opening = Opening(folder=f"hanging {pid}", device="cpu", threads=1, record=True)
    process = EngineProcess(KIND, opening)
    child = number_in(pid)
    process.close()
    assert is_gone(child)


@on_linux
def test_no_engine_outlives_a_killed_benchmark(tmp_path: Path) -> None:
    """Not even one that is at work: this one never answers, and does not read its stdin."""
    pid = tmp_path / "pid"
    code = (
        "from seqviz.bench.process import *\n"
        f"kind = EngineKind(name='fake', module={FAKE!r}, needs=(), record=True)\n"
        f"with open_engines([kind], folder={f'hanging {pid}'!r}, device='cpu', threads=[1]): pass\n"
    )
    parent = subprocess.Popen([sys.executable, "-c", code], env=child_environment(1))
    child = number_in(pid)
    assert not is_gone(child)
    parent.kill()
    parent.wait()
    assert eventually(lambda: is_gone(child))


def number_in(pid: Path) -> int:
    """What the hanging engine writes there when it hangs."""
    assert eventually(lambda: pid.exists() and pid.read_text().endswith("."))
    return int(pid.read_text()[:-1])


def is_gone(pid: int) -> bool:
    """Ended, though perhaps nobody has asked for its exit code yet."""
    try:
        return ") Z " in Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return True


def eventually(condition: Callable[[], bool]) -> bool:
    """Whether it comes true within 30 seconds."""
    for _ in range(600):
        if condition():
            return True
        time.sleep(0.05)
    return False


class Hungry(Engine):
    """Takes memory and gives it back."""

    def run(self, job: Job) -> tuple[Targets, int]:
        return [], len(b"x" * (job.length * MEGABYTE))


@on_linux
def test_the_peak_counts_what_is_gone_again_but_no_earlier_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    large, small = (
        engine.measured(Hungry(), [Job(sources=(), beam_size=1, length=length)])["extra_bytes"]
        for length in (200, 1)
    )
    assert large > 150 * MEGABYTE
    assert small < 50 * MEGABYTE
    for name in ("_STATUS", "_CLEAR"):  # a system that does not say
        monkeypatch.setattr(engine, name, Path("/no/such/file"))
    assert engine.measured(Hungry(), [JOB])["extra_bytes"] is None

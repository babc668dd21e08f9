import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from seqviz.bench import engine
from seqviz.bench.engine import Engine, Facts, Job, Opening
from seqviz.bench.process import (
    EngineFailedError,
    EngineKind,
    EngineProcess,
    child_environment,
    open_engines,
)

FAKE = "tests.fixtures.fake_engine"
KIND = EngineKind(name="fake", module=FAKE, needs="json", record=True)
JOB = Job(sources=((5, 6, 2), (7, 2)), beam_size=1, length=3)
MEGABYTE = 2**20


def test_what_is_asked_is_answered_whatever_libraries_print() -> None:
    with open_engines([KIND], folder="fine", device="cpu", threads=[1, 2]) as engines:
        assert list(engines.running) == [("fake", 1), ("fake", 2)]
        assert engines.single == {"fake": engines.running["fake", 1]}
        assert engines.running["fake", 2].facts.vocabulary == 50
        assert engines.absent == {}
        answer = engines.running["fake", 1].ask([JOB, JOB])
        assert answer["targets"] == [[5, 6, 2], [7, 2]] * 2
        assert answer["record_bytes"] == 4000
        assert answer["seconds"] >= 0
        refused = Job(sources=((5, 2),), beam_size=64, length=3)
        assert "up to 5 MB" in engines.running["fake", 2].ask([refused])["refused"]


def test_absent_engines_are_named_and_no_error() -> None:
    missing = EngineKind(name="missing", module=FAKE, needs="no_such_package", record=True)
    with open_engines([KIND, missing], folder="absent", device="cpu", threads=[1, 2]) as engines:
        assert engines.running == {}
    assert engines.absent == {"fake": "it is only pretending", "missing": "not installed"}


def test_a_crash_is_one_clear_line_and_ends_all_engines() -> None:
    started = []
    with (
        pytest.raises(EngineFailedError) as caught,
        open_engines([KIND], folder="crashing", device="cpu", threads=[1, 2]) as engines,
    ):
        started = list(engines.running.values())
        started[0].ask([JOB])
    message = str(caught.value)
    assert message.startswith("The engine 'fake' stopped with code 3: out of <memory>")
    assert "\n" not in message
    assert len(started) == 2
    for process in started:
        with pytest.raises((EngineFailedError, ValueError)):
            process.ask([JOB])


def test_an_engine_that_does_not_start_says_why() -> None:
    with (
        pytest.raises(EngineFailedError, match="with code 1: ValueError: no such weights"),
        open_engines([KIND], folder="broken", device="cpu", threads=[1]),
    ):
        pass


@pytest.mark.skipif(sys.platform != "linux", reason="asks Linux's /proc")
def test_an_engine_at_work_is_ended_too(tmp_path: Path) -> None:
    pid = tmp_path / "pid"
    opening = Opening(folder=f"hanging {pid}", device="cpu", threads=1, record=True)
    process = EngineProcess(KIND, opening)
    assert eventually(lambda: pid.exists() and pid.read_text().endswith("."))
    process.close()
    assert is_gone(int(pid.read_text()[:-1]))


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere an engine ends with its stdin")
def test_no_engine_outlives_a_killed_benchmark(tmp_path: Path) -> None:
    """Not even one that is at work: this one never answers, and does not read its stdin."""
    pid = tmp_path / "pid"
    code = (
        "from seqviz.bench.process import *\n"
        f"kind = EngineKind(name='fake', module={FAKE!r}, needs='json', record=True)\n"
        f"with open_engines([kind], folder={f'hanging {pid}'!r}, device='cpu', threads=[1]): pass\n"
    )
    parent = subprocess.Popen([sys.executable, "-c", code], env=child_environment(1))
    assert eventually(lambda: pid.exists() and pid.read_text().endswith("."))
    child = int(pid.read_text()[:-1])
    assert Path(f"/proc/{child}").exists()
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    assert eventually(lambda: is_gone(child))


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

    facts = Facts(vocabulary=50, eos=2)

    def run(self, job: Job) -> int:
        return len(b"x" * (job.length * MEGABYTE))

    def targets(self, result: int) -> list[list[int]]:
        return []


@pytest.mark.skipif(sys.platform != "linux", reason="read from Linux's /proc")
def test_the_peak_counts_what_is_gone_again_but_no_earlier_one() -> None:
    large, small = (
        engine.measure(Hungry(), [Job(sources=(), beam_size=1, length=length)])["extra_bytes"]
        for length in (200, 1)
    )
    assert large > 150 * MEGABYTE
    assert small < 50 * MEGABYTE


def test_a_system_that_does_not_say_is_not_guessed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "_STATUS", Path("/no/such/file"))
    monkeypatch.setattr(engine, "_CLEAR", Path("/no/such/file"))
    assert engine.measure(Hungry(), [JOB])["extra_bytes"] is None

import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from seqviz.bench import process
from seqviz.bench.process import Engine, EngineFailedError, Job, Targets, measured, open_engines
from tests.fixtures.fake_engine import fake

JOB = Job(sources=((5, 6, 2), (7, 2)), beam_size=1, length=3)
MEGABYTE = 2**20
on_linux = pytest.mark.skipif(sys.platform != "linux", reason="asks Linux's /proc")


def test_what_is_asked_is_answered_whatever_libraries_print(
    capfd: pytest.CaptureFixture[str],
) -> None:
    with open_engines({"fake": fake}, "fine", "cpu", threads=[1, 2]) as (running, absent):
        assert list(running) == [("fake", 1), ("fake", 2)]
        assert absent == {}
        engine = running["fake", 2]
        assert (engine.ready.vocabulary, engine.ready.eos) == (50, 2)
        assert engine.ready.seconds > 0
        answer = engine.ask([JOB, JOB])
        assert answer.targets == [[5, 6, 2], [7, 2]] * 2
        assert answer.record_bytes == 4000
        assert answer.seconds > 0
        refused = Job(sources=((5, 2),), beam_size=64, length=3)
        assert "up to 5 MB" in engine.ask([refused]).refused
    assert capfd.readouterr().out == ""


def test_absent_engines_are_named_and_no_error() -> None:
    with open_engines({"fake": fake}, "absent", "cpu", threads=[1, 2]) as (running, absent):
        assert running == {}
    assert absent == {"fake": "it is only pretending"}


@pytest.mark.parametrize(("folder", "code"), [("crashing", 3), ("broken", 1)])
def test_a_crash_is_one_clear_line_and_ends_all_engines(folder: str, code: int) -> None:
    started = []
    with (
        pytest.raises(EngineFailedError, match=f"'fake' stopped with code {code}. The bench"),
        open_engines({"fake": fake}, folder, "cpu", threads=[1, 2]) as (running, _),
    ):
        started = list(running.values())
        started[0].ask([JOB])
    for engine in started:
        with pytest.raises((EngineFailedError, ValueError)):
            engine.ask([JOB])


@on_linux
def test_no_engine_outlives_a_killed_benchmark(tmp_path: Path) -> None:
    """Not even one that is at work: this one never answers, and does not hear its pipe close."""
    pid = tmp_path / "pid"
    code = (
        "from seqviz.bench.process import *\nfrom tests.fixtures.fake_engine import fake\n"
        f"with open_engines({{'fake': fake}}, {f'hanging {pid}'!r}, 'cpu', threads=[1]): pass\n"
    )
    parent = subprocess.Popen([sys.executable, "-c", code])
    assert eventually(lambda: pid.exists() and pid.read_text().endswith("."))
    child = int(pid.read_text()[:-1])
    assert not is_gone(child)
    parent.kill()
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


@on_linux
def test_the_peak_counts_what_is_gone_again_but_no_earlier_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def hungry(job: Job) -> tuple[Targets, int]:
        """Takes memory and gives it back."""
        return [], len(b"x" * (job.length * MEGABYTE))

    def rise(length: int) -> int | None:
        return measured(Engine(hungry), [Job(sources=(), beam_size=1, length=length)]).extra_bytes

    large, small = rise(200), rise(1)
    assert large is not None and large > 150 * MEGABYTE
    assert small is not None and small < 50 * MEGABYTE
    for name in ("_STATUS", "_CLEAR"):  # a system that does not say
        monkeypatch.setattr(process, name, Path("/no/such/file"))
    assert rise(1) is None

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from seqviz.bench import process
from seqviz.bench.process import Engine, EngineFailedError, Job, Kind, measured, open_engines
from tests.fixtures.fake_engine import absent, fake

KINDS = {"fake": fake}
JOB = Job(sources=((5, 6, 2), (7, 2)), beam_size=1, length=3)
MEGABYTE = 2**20
on_linux = pytest.mark.skipif(sys.platform != "linux", reason="asks Linux's /proc")


@pytest.mark.parametrize(("together", "processes"), [((), 4), (("fake", "backwards"), 2)])
def test_what_is_asked_is_answered_whatever_libraries_print(
    capfd: pytest.CaptureFixture[str], together: tuple[str, ...], processes: int
) -> None:
    backwards = partial(fake, order=-1)
    kinds: dict[str, Kind] = {"fake": fake, "absent": absent, "backwards": backwards}
    with open_engines(kinds, "fine", "cpu", threads=[1, 2], together=together) as (running, why):
        assert list(running) == [(name, n) for name in ("fake", "backwards") for n in (1, 2)]
        assert why == {"absent": "it is only pretending"}
        assert len({id(engine._pool) for engine in running.values()}) == processes
        opened, answer = running["fake", 2].opened, running["fake", 2].ask([JOB, JOB])
        assert (opened.targets, opened.words) == ([], (50, 2))
        assert opened.seconds > 0 < answer.seconds
        assert (answer.targets, answer.record_bytes) == ([[5, 6, 2], [7, 2]] * 2, 4000)
        assert running["backwards", 2].ask([JOB]).targets == [[2, 6, 5], [2, 7]]
    assert capfd.readouterr().out == ""


@pytest.mark.parametrize(
    ("folder", "words"), [("crashing", "terminated abruptly"), ("broken", "no such weights")]
)
def test_a_crash_is_one_clear_line_and_ends_all_engines(folder: str, words: str) -> None:
    started = []
    with (
        pytest.raises(EngineFailedError, match=f"'fake' stopped. .*{words}.* is void"),
        open_engines(KINDS, folder, "cpu", threads=[1, 2]) as (running, _),
    ):
        started = list(running.values())
        started[0].ask([JOB])
    for engine in started:
        with pytest.raises(EngineFailedError):
            engine.ask([JOB])


@on_linux
@pytest.mark.parametrize(
    ("end", "how"),
    [(os.kill, signal.SIGKILL), (os.killpg, signal.SIGINT)],
    ids=["killed", "ctrl+c"],
)
def test_no_engine_outlives_the_benchmark(
    end: Callable[[int, int], None], how: signal.Signals
) -> None:
    """Not even one that is at work: all who hold this stderr are gone when it ends."""
    code = (
        "import signal; from tests.bench.test_process import KINDS, open_engines\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "with open_engines(KINDS, 'hanging', 'cpu', threads=[1]): pass\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code], stderr=subprocess.PIPE, start_new_session=True
    ) as parent:
        assert parent.stderr is not None
        assert b"libraries print" in parent.stderr.readline()
        end(parent.pid, how)
        parent.communicate(timeout=30)


@on_linux
def test_the_peak_counts_what_is_gone_again_but_no_earlier_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def rise(length: int) -> int | None:
        job = Job(sources=(), beam_size=1, length=length)
        return measured(("hungry", 1), opening_once.__next__, [job]).extra_bytes

    opening_once = iter([Engine(lambda job: ([], len(b"x" * (job.length * MEGABYTE))))])
    large, small = rise(200), rise(1)
    assert large is not None and large > 150 * MEGABYTE
    assert small is not None and small < 50 * MEGABYTE
    for name in ("_STATUS", "_CLEAR"):  # a system that does not say
        monkeypatch.setattr(process, name, Path("/no/such/file"))
    assert rise(1) is None

import sys
from dataclasses import replace

import pytest

from seqviz.bench.measure import OnProgress
from seqviz.bench.plan import FULL, QUICK, Plan
from seqviz.bench.process import EngineFailedError
from seqviz.bench.report import Report
from tests.cli.conftest import Run
from tests.fixtures.bench_reports import made_up_report

Asked = list[Plan]


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Asked:
    """What the benchmark was asked to do; it does nothing, and reports something made up."""
    seen: Asked = []

    def pretended(plan: Plan, *, on_progress: OnProgress) -> Report:
        for number in range(3):
            on_progress("S = 30, beam 5", number, 2)
        seen.append(plan)
        return made_up_report()

    monkeypatch.setattr("seqviz.cli.bench.run_benchmark", pretended)
    return seen


def test_a_plain_run_measures_everything_with_one_thread_on_the_cpu(run: Run, asked: Asked) -> None:
    outcome = run("bench")
    assert outcome.code == 0
    assert outcome.err == "Bench: S = 30, beam 5 …\n"
    assert "S = 30, beam 5: time of transformers, attentions over ours: target ≥ 2×" in outcome.out
    assert asked == [FULL]


def test_who_watches_sees_every_round_in_one_line(
    run: Run, asked: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    shown = run("bench").err.replace("\x1b[K", "").split("\r")
    what = "Bench: S = 30, beam 5"
    assert shown == [f"{what} …", f"{what}: round 1 of 2", f"{what}: round 2 of 2", ""]


def test_quick_and_the_other_options_reach_the_plan(run: Run, asked: Asked) -> None:
    options = "--quick --threads 1,2 --rounds 7 --models here --json"
    content = run("bench", *options.split()).json()
    assert content["format"] == 3
    assert content["timings"][1]["seconds"] == [1.0, 1.0, 1.25]
    assert asked == [replace(QUICK, threads=(1, 2), rounds=7, models="here")]


@pytest.mark.parametrize(
    "options",
    [
        *(f"--threads={counts}" for counts in ("0", "x", "1,", "1,1", "1;2", "-1", "999")),
        "--rounds 0",
        "--device tpu",
    ],
)
def test_bad_options_are_refused(run: Run, asked: Asked, options: str) -> None:
    named = options.replace("=", " ").partition(" ")[0]
    assert named in run("bench", *options.split()).refusal()
    assert asked == []


@pytest.mark.parametrize(
    ("error", "line"),
    [
        (EngineFailedError("The engine 'ours' stopped."), "Error: The engine 'ours' stopped."),
        (KeyboardInterrupt(), "Interrupted; all engines were stopped."),
    ],
)
def test_a_run_that_ended_early_is_one_line(
    run: Run, monkeypatch: pytest.MonkeyPatch, error: BaseException, line: str
) -> None:
    def failing(plan: Plan, *, on_progress: OnProgress) -> Report:
        raise error

    monkeypatch.setattr("seqviz.cli.bench.run_benchmark", failing)
    outcome = run("bench")
    assert (outcome.code, outcome.out, outcome.err) == (1, "", f"{line}\n")

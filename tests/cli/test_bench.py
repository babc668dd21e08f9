import pytest

from seqviz.bench.plan import FULL, QUICK, Plan, Settings
from seqviz.bench.process import EngineFailedError
from seqviz.bench.report import Report
from seqviz.bench.run import OnPart
from tests.cli.conftest import Run
from tests.fixtures.bench_reports import made_up_report

Asked = list[tuple[Plan, Settings]]
BAD_COUNTS = ("0", "x", "1,", "1,1", "1;2", "-1", "999")


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Asked:
    """What the benchmark was asked to do; it does nothing, and reports something made up."""
    seen: Asked = []

    def pretended(plan: Plan, settings: Settings, *, on_part: OnPart) -> Report:
        on_part("nothing")
        seen.append((plan, settings))
        return made_up_report()

    monkeypatch.setattr("seqviz.cli.bench.run_benchmark", pretended)
    return seen


def test_a_plain_run_measures_everything_with_one_thread_on_the_cpu(run: Run, asked: Asked) -> None:
    outcome = run("bench")
    assert outcome.code == 0
    assert outcome.err == ""
    assert "S = 30, beam 5: time of transformers, attentions over ours: target ≥ 2×" in outcome.out
    assert asked == [(FULL, Settings())]


def test_quick_and_the_other_options_reach_the_plan(run: Run, asked: Asked) -> None:
    outcome = run("bench", "--quick", "--threads", "1,2", "--rounds", "7", "--models", "here")
    assert outcome.code == 0
    ((plan, settings),) = asked
    assert plan.parts == QUICK.parts
    assert plan.rounds == 7
    assert settings == Settings(threads=(1, 2), models="here")


def test_json_is_all_there_is_on_stdout(run: Run, asked: Asked) -> None:
    content = run("bench", "--json").json()
    assert content["format"] == 2
    assert content["peers"][0]["seconds"] == [1.0, 1.0, 1.25]


def test_markdown(run: Run, asked: Asked) -> None:
    assert "| S = 30, beam 5 | ours | 1 |" in run("bench", "--markdown").out


@pytest.mark.parametrize(
    ("options", "named"),
    [
        *(
            (f"--threads={threads}", "--threads")
            for threads in ["0", "x", "1,", "1,1", "1;2", "-1", "999"]
        ),
        ("--json --markdown", "--markdown"),
        ("--rounds 0", "--rounds"),
        ("--device tpu", "--device"),
    ],
)
def test_bad_options_are_refused(run: Run, asked: Asked, options: str, named: str) -> None:
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
    def failing(plan: Plan, settings: Settings, *, on_part: OnPart) -> Report:
        raise error

    monkeypatch.setattr("seqviz.cli.bench.run_benchmark", failing)
    outcome = run("bench")
    assert (outcome.code, outcome.out, outcome.err) == (1, "", f"{line}\n")

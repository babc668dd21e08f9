"""What the command prints of a made-up report, and what it asks of the benchmark."""

import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest

from seqviz.bench.plan import BASE, FULL, QUICK, Case, Plan
from seqviz.bench.process import EngineFailedError
from seqviz.bench.report import Report, Timing, targets_of
from seqviz.bench.run import OnProgress
from tests.cli.conftest import Run

DATA = Path(__file__).parents[1] / "data"
SHORT = Case(part="peers", length=30, beam_size=5)
CORPUS = Case(part="corpus", length=60, beam_size=5, sentences=12)


def timing(case: Case, engine: str, *seconds: float, **facts: Any) -> Timing:
    return Timing(case=case, engine=engine, seconds=seconds, **facts)


def made_up_report(device: str = "cpu") -> Report:
    """With one of everything: a stall, two thread counts, an absent engine, a void comparison."""
    long, growth = replace(SHORT, length=300), replace(SHORT, part="growth")
    loading = Case(part="shipped", model="de-en/dot", kind="rnn")
    search = replace(loading, length=30, beam_size=5)
    return Report(
        machine={"cpu": "A processor", "cores": 2, "system": "Linux", "python": "3.11"},
        versions={"torch": "2.13.0"},
        plan=Plan(cases=(SHORT, growth), device=device),
        absent={"transformers": "no module of that name"},
        timings=(
            timing(long, "ours", 1.0, extra_bytes=120_971_520, record_bytes=100_000_000),
            timing(long, "transformers, attentions", 3.0, differing=2, compared=3),
            timing(SHORT, "ours", 1.0, 1.0, 1.25),
            timing(SHORT, "ours", 1.5, 2.0, 1.5, threads=2),
            timing(SHORT, "ours, unrecorded", 0.8, 0.8, 0.8),
            timing(SHORT, "transformers, attentions", 3.0, 3.0, 2.0),
            timing(SHORT, "ctranslate2", 1.0, 5.0, 1.0),
            timing(SHORT, "the products alone", 0.6, 0.6, 0.7),
            timing(CORPUS, "ours", 1.2),
            timing(CORPUS, "ctranslate2", 0.6),
            timing(growth, "ours", 1.5, record_bytes=147_000_000),
            timing(loading, "ours", 0.3, 0.2),
            timing(search, "ours", 0.024),
            timing(search, "ours, unrecorded", 0.02),
            timing(replace(search, model="de-en/transformer", kind="transformer"), "ours", 0.03),
            timing(Case(part="start_ups"), "seqviz --help", 0.1),
        ),
    )


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[Plan]:
    """What the benchmark was asked to do; it does nothing, and reports something made up."""
    seen: list[Plan] = []

    def pretended(plan: Plan, *, on_progress: OnProgress) -> Report:
        for number in range(3):
            on_progress("S = 30, beam 5", number, 2)
        seen.append(plan)
        return made_up_report()

    monkeypatch.setattr("seqviz.cli.bench.run_benchmark", pretended)
    return seen


def test_a_plain_run_measures_everything_with_one_thread_on_the_cpu(
    run: Run, asked: list[Plan]
) -> None:
    outcome = run("bench")
    assert (outcome.code, outcome.err) == (0, "Bench: S = 30, beam 5 …\n")
    assert outcome.out == (DATA / "bench.md").read_text(encoding="utf-8")
    assert asked == [FULL]


def test_who_watches_sees_every_round_in_one_line(
    run: Run, asked: list[Plan], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    shown = run("bench").err.replace("\x1b[K", "").split("\r")
    what = "Bench: S = 30, beam 5"
    assert shown == [f"{what} …", f"{what}: round 1 of 2", f"{what}: round 2 of 2", ""]


def test_quick_and_the_other_options_reach_the_plan(run: Run, asked: list[Plan]) -> None:
    options = ("--quick", "--threads=1,2", "--rounds=7", "--models=here", "--json")
    content = run("bench", *options).json()
    assert content["plan"].pop("shape")["width"] == BASE.width  # and what else a Transformer has
    assert content == json.loads((DATA / "bench.json").read_bytes())
    assert asked == [replace(QUICK, threads=(1, 2), rounds=7, models="here")]


COUNTS = ("0", "x", "1,", "1,1", "1;2", "-1", "999")


@pytest.mark.parametrize(
    "option", [*(f"--threads={counts}" for counts in COUNTS), "--rounds=0", "--device=tpu"]
)
def test_bad_options_are_refused(run: Run, asked: list[Plan], option: str) -> None:
    assert option.partition("=")[0] in run("bench", option).refusal()
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
    monkeypatch.setattr("seqviz.cli.bench.run_benchmark", Mock(side_effect=error))
    outcome = run("bench")
    assert (outcome.code, outcome.out, outcome.err) == (1, "", f"{line}\n")


def test_the_worst_of_several_cases_counts_and_is_unknown_where_one_is_void_or_missing() -> None:
    """Of a graphics card, which has targets of its own."""
    hundred, report = replace(SHORT, length=100), made_up_report("cuda")
    slow, quick = timing(hundred, "ours", 3.0), timing(hundred, "ours, unrecorded", 1.0)
    void = replace(quick, differing=1)
    for more, worst in (((slow, quick), 3.0), ((slow, void), None), ((slow,), None)):
        targets = targets_of(replace(report, timings=(*report.timings, *more)))
        assert [target.bound for target in targets] == [8, 8, 1.15, 3]
        assert targets[2].found == worst

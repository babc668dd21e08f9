"""Rounds with scripted engines; a small run, with pretended engines and with our real ones."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from seqviz.bench import measure
from seqviz.bench.engine import Facts, Job
from seqviz.bench.measure import corpus_jobs, take_turns
from seqviz.bench.plan import FULL, QUICK, Case, Plan, Settings
from seqviz.bench.process import EngineKind, EngineProcess
from seqviz.bench.report import OURS, UNRECORDED
from seqviz.bench.run import chosen_models, measure_shipped, run_benchmark
from tests.fixtures.bench_reports import SHORT, TINY
from tests.fixtures.tiny_models import SYSTEMS, write_tiny_models

SMALL = Plan(
    rounds=2,
    parts={
        "peers": (Case(length=6, beam_size=1), Case(length=5, beam_size=3)),
        "memory": (Case(length=6, beam_size=3),),
        "growth": (Case(length=5, beam_size=1), Case(length=5, beam_size=64)),
        "corpus": (Case(length=12, beam_size=2, sentences=6),),
        "shipped": (Case(length=5, beam_size=2),),
    },
    one_of_a_kind=True,
    start_ups=1,
)
FAKE = "tests.fixtures.fake_engine"


class Scripted(EngineProcess):
    """Answers with the round's number as its time, and notes who was asked when."""

    def __init__(self, name: str, asked: list[tuple[str, int]], *, wrong_in: int = 99) -> None:
        self.name, self.asked, self.wrong_in = name, asked, wrong_in

    def ask(self, jobs: Sequence[Job]) -> dict[str, Any]:
        (number,) = (job.length for job in jobs)
        if number == 2:
            return {"refused": "too long"}
        self.asked.append((self.name, number))
        targets = [[1, 2 + (number == self.wrong_in)]]
        sizes = {"extra_bytes": None, "record_bytes": 7 + number}
        return {"seconds": float(number), "targets": targets, **sizes}


def jobs(number: int) -> Sequence[Job]:
    return [Job(sources=((5, 2),), beam_size=1, length=number)]


def test_engines_take_turns_and_the_warm_up_is_not_timed() -> None:
    asked: list[tuple[str, int]] = []
    wrong_in = {"a": 99, "b": 1, "c": -1}
    running = {(n, 1): Scripted(n, asked, wrong_in=wrong) for n, wrong in wrong_in.items()}
    found = take_turns(running, SHORT, jobs, rounds=2)
    assert "".join(name for name, _ in asked) == "abc" + "abc" + "bca"
    assert [number for _, number in asked] == [-1] * 3 + [0] * 3 + [1] * 3
    assert [(timing.engine, timing.seconds) for timing in found] == [
        (name, (0.0, 1.0)) for name in "abc"
    ]
    assert [(timing.differing, timing.compared) for timing in found] == [(0, 3), (1, 3), (1, 3)]
    assert {(timing.case, timing.record_bytes) for timing in found} == {(SHORT, 8)}


def test_a_refusal_is_kept_in_place_of_times() -> None:
    (found,) = take_turns({("a", 1): Scripted("a", [])}, SHORT, jobs, rounds=3)
    assert (found.engine, found.refused, found.seconds) == ("a", "too long", ())


def test_the_batches_of_a_corpus_are_sorted_full_and_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(measure, "BATCH_TOKENS", 200)
    case, facts = Case(length=30, beam_size=2, sentences=50), Facts(vocabulary=300, eos=2)
    batches = corpus_jobs(case, facts, seed=1)
    lengths = [len(source) for job in batches for source in job.sources]
    assert len(lengths) == 50
    assert lengths == sorted(lengths, reverse=True)
    for job in batches:
        assert job.batched
        assert job.length == len(job.sources[0])
        assert job.length * len(job.sources) * 2 <= 200
    assert min(len(job.sources) for job in batches[:-1]) >= 200 // (2 * 30)
    assert batches == corpus_jobs(case, facts, seed=1) != corpus_jobs(case, facts, seed=2)


def test_every_part_of_the_plan_is_measured(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(measure, "BATCH_TOKENS", 24)
    kinds = [
        EngineKind(name=name, module=FAKE, needs=needs, record=record)
        for name, needs, record in (
            (OURS, (), True),
            ("backwards", (), False),
            (UNRECORDED, (), True),
            ("missing", ("no_such_package",), False),
        )
    ]
    parts: list[str] = []
    settings = Settings(threads=(1, 2), shape=TINY, models=str(tmp_path))
    found = run_benchmark(SMALL, settings, on_part=parts.append, kinds=kinds)
    assert found.absent == {"missing": "no_such_package is not installed"}
    keys = [(kind.name, count) for kind in kinds[:3] for count in (1, 2)]
    assert [(timing.case, timing.engine, timing.threads) for timing in found.parts["peers"]] == [
        (case, *key) for case in SMALL.parts["peers"] for key in keys
    ]
    assert {len(timing.seconds) for timing in found.parts["peers"]} == {2}
    assert [timing.differing for timing in found.parts["peers"]] == [0, 0, 3, 3, 0, 0] * 2
    assert [timing.engine for timing in found.parts["memory"]] == [OURS, "backwards", UNRECORDED]
    assert [timing.engine for timing in found.parts["corpus"]] == [OURS] * 2 + ["backwards"] * 2
    assert found.parts["corpus"][0].case.batches > 1
    assert found.parts["corpus"][0].compared > 12
    ran, refused = found.parts["growth"]
    assert (ran.threads, len(ran.seconds), ran.record_bytes) == (1, 1, 1000)
    assert "limit" in refused.refused
    assert found.parts["shipped"] == ()
    assert [start.engine for start in found.parts["start_ups"]] == ["seqviz --help"]
    assert "peers, S = 6, beam 1" in parts


def test_our_engines_run_as_programs_on_shipped_models(tmp_path: Path) -> None:
    settings = Settings(models=str(write_tiny_models(tmp_path)))
    (recurrent,) = (entry for entry in chosen_models(settings, SMALL) if entry.system == "additive")
    loading, *searches = measure_shipped(recurrent, settings, SMALL)
    assert (loading.case.model, loading.case.kind) == ("de-en/additive", "rnn")
    assert len(loading.seconds) == 2
    assert min(loading.seconds) > 0
    assert [(timing.engine, timing.differing) for timing in searches] == [
        (OURS, 0),
        (UNRECORDED, 0),
    ]


def test_a_quick_run_takes_one_model_of_each_kind(tmp_path: Path) -> None:
    settings = Settings(models=str(write_tiny_models(tmp_path)))
    assert len(chosen_models(settings, FULL)) == len(SYSTEMS)
    assert sorted(entry.kind for entry in chosen_models(settings, QUICK)) == ["rnn", "transformer"]
    assert QUICK.rounds >= 5
    assert set(QUICK.parts["peers"]) < set(FULL.parts["peers"])

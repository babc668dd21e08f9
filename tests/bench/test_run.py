"""Rounds with scripted engines; a small run, with pretended engines and with our real ones."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from seqviz.bench.engine import Facts, Job
from seqviz.bench.measure import corpus_jobs, take_turns
from seqviz.bench.plan import FULL, QUICK, Case, CorpusPlan, Plan, Settings
from seqviz.bench.process import EngineFailedError, EngineKind, EngineProcess
from seqviz.bench.report import OURS, UNRECORDED
from seqviz.bench.run import chosen_models, measure_shipped, run_benchmark
from tests.fixtures.bench_reports import TINY
from tests.fixtures.tiny_models import SYSTEMS, write_tiny_models

SMALL = Plan(
    rounds=2,
    peers=(Case(length=6, beam_size=1), Case(length=5, beam_size=3)),
    memory=Case(length=6, beam_size=3),
    growth=(Case(length=5, beam_size=1), Case(length=5, beam_size=64)),
    corpus=CorpusPlan(sentences=6, shortest=2, longest=6, beam_size=2, batch_tokens=24),
    shipped=(Case(length=5, beam_size=2),),
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
        return {"seconds": float(number), "targets": [[1, 2 + (number == self.wrong_in)]]}


def jobs(number: int) -> Sequence[Job]:
    return [Job(sources=((5, 2),), beam_size=1, length=number)]


def test_engines_take_turns_and_the_warm_up_is_not_timed() -> None:
    asked: list[tuple[str, int]] = []
    wrong_in = {"a": 99, "b": 1, "c": -1}
    running = {(n, 1): Scripted(n, asked, wrong_in=wrong) for n, wrong in wrong_in.items()}
    found = take_turns(running, jobs, rounds=2)
    assert "".join(name for name, _ in asked) == "abc" + "abc" + "bca"
    assert [number for _, number in asked] == [-1] * 3 + [0] * 3 + [1] * 3
    assert [(timing.engine, timing.seconds) for timing in found] == [
        (name, (0.0, 1.0)) for name in "abc"
    ]
    assert [(timing.differing, timing.compared) for timing in found] == [(0, 3), (1, 3), (1, 3)]


def test_a_refusal_is_an_error_that_names_the_engine() -> None:
    with pytest.raises(EngineFailedError, match="'a' refused: too long"):
        take_turns({("a", 1): Scripted("a", [])}, jobs, rounds=3)


def test_the_batches_of_a_corpus_are_sorted_full_and_whole() -> None:
    plan = CorpusPlan(sentences=50, shortest=3, longest=30, beam_size=2, batch_tokens=200)
    facts = Facts(vocabulary=300, eos=2)
    batches = corpus_jobs(plan, facts, seed=1)
    lengths = [len(source) for job in batches for source in job.sources]
    assert len(lengths) == 50
    assert lengths == sorted(lengths, reverse=True)
    for job in batches:
        assert job.batched
        assert job.length == len(job.sources[0])
        assert job.length * len(job.sources) * 2 <= 200
    assert min(len(job.sources) for job in batches[:-1]) >= 200 // (2 * 30)
    assert batches == corpus_jobs(plan, facts, seed=1) != corpus_jobs(plan, facts, seed=2)


def test_every_part_of_the_plan_is_measured(tmp_path: Path) -> None:
    kinds = (
        EngineKind(name=OURS, module=FAKE, needs="json", record=True),
        EngineKind(name="backwards", module=FAKE, needs="json", record=False),
        EngineKind(name=UNRECORDED, module=FAKE, needs="json", record=True),
        EngineKind(name="missing", module=FAKE, needs="no_such_package", record=False),
    )
    parts: list[str] = []
    settings = Settings(threads=(1, 2), shape=TINY, models=str(tmp_path))
    found = run_benchmark(SMALL, settings, on_part=parts.append, kinds=kinds)
    assert found.absent == {"missing": "not installed"}
    assert [(r.length, r.beam_size) for r in found.peers] == [(6, 1), (5, 3)]
    keys = [(kind.name, count) for kind in kinds[:3] for count in (1, 2)]
    for result in found.peers:
        assert [(timing.engine, timing.threads) for timing in result.timings] == keys
        assert {len(timing.seconds) for timing in result.timings} == {2}
        assert [timing.differing for timing in result.timings] == [0, 0, 3, 3, 0, 0]
    assert [result.engine for result in found.memory] == [OURS, "backwards", UNRECORDED]
    assert found.corpus is not None
    assert found.corpus.batches > 1
    assert [timing.engine for timing in found.corpus.timings] == [OURS] * 2 + ["backwards"] * 2
    assert found.corpus.timings[0].compared > 12
    ran, refused = found.growth
    assert ran.timing is not None
    assert ran.record_bytes == 1000
    assert refused.timing is None
    assert "limit" in refused.refused
    assert found.shipped == ()
    assert [start.command for start in found.start_ups] == ["seqviz --help"]
    assert "all engines, S = 6, beam 1" in parts


def test_our_engines_run_as_programs_on_shipped_models(tmp_path: Path) -> None:
    settings = Settings(models=str(write_tiny_models(tmp_path)))
    (recurrent,) = (entry for entry in chosen_models(settings, SMALL) if entry.system == "additive")
    found = measure_shipped(recurrent, settings, SMALL)
    assert found.name == "de-en/additive"
    assert len(found.loading.seconds) == 2
    assert min(found.loading.seconds) > 0
    (result,) = found.searches
    assert [timing.engine for timing in result.timings] == [OURS, UNRECORDED]
    assert [timing.differing for timing in result.timings] == [0, 0]


def test_a_quick_run_takes_one_model_of_each_kind(tmp_path: Path) -> None:
    settings = Settings(models=str(write_tiny_models(tmp_path)))
    assert len(chosen_models(settings, FULL)) == len(SYSTEMS)
    assert sorted(entry.kind for entry in chosen_models(settings, QUICK)) == ["rnn", "transformer"]
    assert QUICK.rounds >= 5
    assert set(QUICK.peers) < set(FULL.peers)

"""Rounds with scripted engines; a small run, with pretended engines and with our real ones."""

import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from seqviz.bench import measure
from seqviz.bench.measure import corpus_jobs
from seqviz.bench.plan import FULL, OURS, QUICK, TRANSFORMERS, UNRECORDED, Case, Plan
from seqviz.bench.process import Answer, EngineKind, EngineProcess, Facts, Job
from seqviz.bench.run import chosen_models, run_benchmark
from seqviz.catalog import find_models
from tests.fixtures.bench_reports import CORPUS, SHORT, TINY
from tests.fixtures.fake_engine import fake
from tests.fixtures.tiny_models import SYSTEMS, write_tiny_models

SMALL = Plan(
    rounds=2,
    cases=(
        Case(part="peers", length=6, beam_size=1),
        Case(part="peers", length=5, beam_size=3),
        Case(part="corpus", length=12, beam_size=2, sentences=6),
        Case(part="growth", length=5, beam_size=1),
        Case(part="shipped", length=5, beam_size=2),
    ),
    one_of_a_kind=True,
    start_ups=1,
)
FORWARDS = EngineKind(fake, record=True)


class Scripted(EngineProcess):
    """Notes when it was asked for targets of which length; its first answers may be wrong."""

    def __init__(self, name: str, asked: list[str], *, wrong: int = 0) -> None:
        self.name, self.asked, self.wrong = name, asked, wrong
        self.facts = Facts(vocabulary=50, eos=2)

    def ask(self, jobs: Sequence[Job]) -> Answer:
        (job,) = jobs
        self.asked.append(f"{self.name}{job.length}")
        self.wrong -= 1
        targets = [list(job.sources[0][: -1 if self.wrong >= 0 else None])]
        return Answer(float(len(self.asked)), targets, len(self.asked), None)


def test_engines_take_turns_and_a_short_warm_up_is_not_timed() -> None:
    asked: list[str] = []
    told: list[tuple[str, int, int]] = []
    engines = Scripted("a", asked), Scripted("b", asked, wrong=2), Scripted("c", asked)
    found = measure.measure(
        {(engine.name, 1): engine for engine in engines},
        SHORT,
        SMALL,
        on_progress=lambda *what: told.append(what),
    )
    assert asked == ["a10", "b10", "c10", "a30", "b30", "c30", "b30", "c30", "a30"]
    assert told == [("S = 30, beam 5", number, 2) for number in range(3)]
    a, b, c = found
    assert (a.engine, a.case, a.seconds, a.record_bytes) == ("a", SHORT, (4.0, 9.0), 4)
    assert (b.engine, b.seconds, b.differing, b.compared) == ("b", (5.0, 7.0), 2, 3)
    assert (c.engine, c.seconds, c.differing) == ("c", (6.0, 8.0), 0)


def test_the_batches_of_a_corpus_are_sorted_full_and_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(measure, "BATCH_TOKENS", 200)
    facts = Facts(vocabulary=300, eos=2)
    batches = corpus_jobs(CORPUS, facts, seed=1)
    lengths = [len(source) for job in batches for source in job.sources]
    assert len(lengths) == CORPUS.sentences
    assert lengths == sorted(lengths, reverse=True)
    for job in batches:
        assert job.batched
        assert job.length == len(job.sources[0])
        assert len(job.sources) == 1 or job.length * len(job.sources) * 5 <= 200
    assert len(batches) < CORPUS.sentences
    assert batches == corpus_jobs(CORPUS, facts, seed=1) != corpus_jobs(CORPUS, facts, seed=2)


def test_every_part_of_the_plan_is_measured(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By pretended engines; on a shipped model by ours, in processes of their own."""
    monkeypatch.setattr(measure, "BATCH_TOKENS", 24)
    monkeypatch.setattr("seqviz.bench.run._LONG", 5)
    kinds = {OURS: FORWARDS, TRANSFORMERS: EngineKind(fake), UNRECORDED: FORWARDS}
    told: list[str] = []
    plan = replace(SMALL, threads=(1, 2), shape=TINY, models=str(write_tiny_models(tmp_path)))
    for system in set(SYSTEMS) - {"additive"}:
        shutil.rmtree(tmp_path / "de-en" / system)
    found = run_benchmark(
        plan,
        on_progress=lambda *what: told.append("{} {}/{}".format(*what)),
        kinds=kinds,
    )
    peers, corpus, growth = (found.of(part) for part in ("peers", "corpus", "growth"))
    long, short = (
        [(found.engine, found.threads, found.differing) for found in peers if found.case == case]
        for case in SMALL.cases[:2]
    )
    ours, unrecorded = [(OURS, 1, 0), (OURS, 2, 0)], [(UNRECORDED, 1, 0), (UNRECORDED, 2, 0)]
    assert long == ours + unrecorded
    assert short == [*ours, (TRANSFORMERS, 1, 3), (TRANSFORMERS, 2, 3), *unrecorded]
    assert {len(timing.seconds) for timing in peers} == {2}
    assert [timing.engine for timing in corpus] == [OURS] * 2 + [TRANSFORMERS] * 2
    assert corpus[0].compared > 12
    assert [(timing.threads, len(timing.seconds)) for timing in growth] == [(1, 1)]
    assert growth[0].record_bytes == 1000
    assert told[0] == "opening the engines 0/0"
    assert told[1:4] == [f"S = 6, beam 1 {number}/2" for number in range(3)]
    loading, *searches = found.of("shipped")
    assert (loading.case.model, loading.case.kind) == ("de-en/additive", "rnn")
    assert len(loading.seconds) == 1
    assert min(loading.seconds) > 0
    assert [(timing.engine, timing.differing) for timing in searches] == [
        (OURS, 0),
        (UNRECORDED, 0),
    ]
    assert "de-en/additive, S = 5, beam 2 2/2" in told
    assert [start.engine for start in found.of("start_ups")] == ["seqviz --help", "seqviz models"]


def test_models_that_translate_are_measured_all_or_one_of_each_kind(tmp_path: Path) -> None:
    """Not those of the synthetic tasks, which are the first by the alphabet."""
    pair = write_tiny_models(tmp_path) / "de-en"
    shutil.copytree(pair, tmp_path / "date-iso")
    for file in tmp_path.glob("date-iso/*/settings.json"):
        described = file.read_text().replace('"de"', '"date"').replace('"en"', '"iso"')
        file.write_text(described.replace("de-en/", "date-iso/"))
    full, quick = (chosen_models(replace(p, models=str(tmp_path))) for p in (FULL, QUICK))
    assert len(find_models(tmp_path).entries) == 2 * len(SYSTEMS)
    assert sorted(entry.name for entry in full) == sorted(f"de-en/{name}" for name in SYSTEMS)
    assert {entry.name for entry in quick} == {"de-en/transformer", "de-en/additive"}
    assert QUICK.rounds >= 5
    assert set(QUICK.cases) < set(FULL.cases)

"""Rounds with scripted engines; a small run, with pretended engines and with our real ones."""

import shutil
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import SimpleNamespace

import pytest

from seqviz.bench import process, run
from seqviz.bench.plan import FULL, OURS, QUICK, TRANSFORMERS, UNRECORDED, Case, Plan
from seqviz.bench.process import Answer, EngineProcess, Job
from tests.fixtures.fake_engine import TINY, fake
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
)


class Scripted(EngineProcess):
    """Notes when it was asked for targets of which length; its first answers may be wrong."""

    def __init__(self, name: str, asked: list[str], *, wrong: int = 0) -> None:
        self.name, self.asked, self.wrong = name, asked, wrong
        self.opened = Answer(0, [], 0, None, words=(50, 2))

    def ask(self, jobs: Sequence[Job]) -> Answer:
        (job,) = jobs
        self.asked.append(f"{self.name}{job.length}")
        self.wrong -= 1
        targets = [list(job.sources[0][: -1 if self.wrong >= 0 else None])]
        number = len(self.asked)
        return Answer(number, targets, number, None, self.opened.words)


def test_engines_take_turns_and_a_short_warm_up_is_not_timed() -> None:
    asked: list[str] = []
    told: list[tuple[str, int, int]] = []
    engines = Scripted("a", asked), Scripted("b", asked, wrong=2), Scripted("c", asked)
    running = {(engine.name, 1): engine for engine in engines}
    case = Case(part="peers", length=31, beam_size=5)
    a, b, c = run.measure(running, case, SMALL, on_progress=lambda *what: told.append(what))
    assert asked == ["a10", "b10", "c10", "a31", "b31", "c31", "b31", "c31", "a31"]
    assert told == [("S = 31, beam 5", number, 2) for number in range(3)]
    assert (a.engine, a.case, a.seconds, a.record_bytes) == ("a", case, (4.0, 9.0), 4)
    assert (b.engine, b.seconds, b.differing, b.compared) == ("b", (5.0, 7.0), 2, 3)
    assert (c.engine, c.seconds, c.differing) == ("c", (6.0, 8.0), 0)


def test_the_batches_of_a_corpus_are_sorted_full_and_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "BATCH_TOKENS", 200)
    case = Case(part="corpus", length=60, beam_size=5, sentences=20)
    batches, other = (run.corpus_jobs(case, (300, 2), seed=seed) for seed in (1, 2))
    lengths = [len(source) for job in batches for source in job.sources]
    assert len(lengths) == 20 > len(batches)
    assert lengths == sorted(lengths, reverse=True)
    assert min(lengths) >= run.SHORTEST
    for job in batches:
        assert job.batched
        assert job.length == len(job.sources[0])
        assert len(job.sources) == 1 or job.length * len(job.sources) * 5 <= 200
    assert batches == run.corpus_jobs(case, (300, 2), seed=1) != other


class InPlace(ThreadPoolExecutor):
    """Instead of a process; test_process.py has those."""

    def __init__(self, count: int, *_: object, initializer: object) -> None:
        super().__init__(count)
        process._engines.clear()


def test_every_part_of_the_plan_is_measured(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By pretended engines; on a shipped model by ours."""
    monkeypatch.setattr(process, "ProcessPoolExecutor", InPlace)
    commands: list[list[str]] = []
    start = SimpleNamespace(run=lambda command, **_: commands.append(command[1:]))
    monkeypatch.setattr(run, "subprocess", start)
    monkeypatch.setattr(run, "BATCH_TOKENS", 24)
    monkeypatch.setattr(run, "_LONG", 5)
    told: list[str] = []
    plan = replace(SMALL, threads=(1, 2), shape=TINY, models=str(write_tiny_models(tmp_path)))
    for system in set(SYSTEMS) - {"additive"}:
        shutil.rmtree(tmp_path / "de-en" / system)
    found = run.run_benchmark(
        plan,
        on_progress=lambda *what: told.append("{} {}/{}".format(*what)),
        kinds={OURS: fake, TRANSFORMERS: partial(fake, order=-1), UNRECORDED: fake},
    )
    rows = [
        (str(timing.case), timing.engine, timing.threads, len(timing.seconds), timing.differing > 0)
        for timing in found.timings
    ]
    assert rows == [
        *(("S = 6, beam 1", OURS, n, 4, False) for n in (1, 2)),
        *(("S = 5, beam 3", OURS, n, 4, False) for n in (1, 2)),
        *(("S = 5, beam 3", TRANSFORMERS, n, 4, True) for n in (1, 2)),
        *(("S = 5, beam 3", UNRECORDED, n, 4, False) for n in (1, 2)),
        *(("6 sentences, beam 2", OURS, n, 2, False) for n in (1, 2)),
        *(("6 sentences, beam 2", TRANSFORMERS, n, 2, True) for n in (1, 2)),
        ("S = 5, beam 1", OURS, 1, 1, False),
        ("de-en/additive, first load", OURS, 1, 1, False),
        *(("de-en/additive, S = 5, beam 2", name, 1, 4, False) for name in (OURS, UNRECORDED)),
        *(("first load", f"seqviz {name}", 1, 2, False) for name in ("--help", "models")),
    ]
    assert found.of("corpus")[0].compared > 12
    assert found.of("growth")[0].record_bytes == 1000
    assert {timing.case.kind for timing in found.of("shipped")} == {"rnn"}
    assert min(min(timing.seconds) for timing in found.timings) > 0
    seqviz, models = ["-m", "seqviz"], ["models", "--models", str(tmp_path)]
    assert commands == [[*seqviz, "--help"]] * 3 + [[*seqviz, *models]] * 3
    assert told[:6] == ["opening the engines 0/0", *(f"S = 6, beam 1 {n}/4" for n in range(5))]
    assert "de-en/additive, S = 5, beam 2 4/4" in told


def test_models_that_translate_are_measured_all_or_one_of_each_kind(tmp_path: Path) -> None:
    """Not those of the synthetic tasks, which are the first by the alphabet."""
    pair = write_tiny_models(tmp_path) / "de-en"
    shutil.copytree(pair, tmp_path / "date-iso")
    for file in tmp_path.glob("date-iso/*/settings.json"):
        described = file.read_text().replace('"de"', '"date"').replace('"en"', '"iso"')
        file.write_text(described.replace("de-en/", "date-iso/"))
    full, quick = (run.chosen_models(replace(p, models=str(tmp_path))) for p in (FULL, QUICK))
    assert sorted(entry.name for entry in full) == sorted(f"de-en/{name}" for name in SYSTEMS)
    assert {entry.name for entry in quick} == {"de-en/transformer", "de-en/additive"}
    assert QUICK.rounds >= 5
    assert set(QUICK.cases) < set(FULL.cases)

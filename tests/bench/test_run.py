"""A whole small run, with pretended engines, and with our real ones on small models."""

from pathlib import Path

from seqviz.bench.plan import FULL, QUICK, Case, CorpusPlan, Plan
from seqviz.bench.process import EngineKind
from seqviz.bench.report import OURS, UNRECORDED, Settings
from seqviz.bench.run import run_benchmark
from seqviz.bench.shipped import chosen_models, measure_shipped
from tests.fixtures.bench_reports import TINY
from tests.fixtures.tiny_models import SYSTEMS, write_tiny_models

SMALL = Plan(
    rounds=2,
    peers=(Case(length=6, beam_size=1), Case(length=5, beam_size=3)),
    memory=Case(length=6, beam_size=3),
    growth_lengths=(5,),
    growth_beams=(1, 64),
    growth_rounds=2,
    corpus=CorpusPlan(sentences=6, shortest=2, longest=6, beam_size=2, batch_tokens=24),
    corpus_rounds=1,
    shipped=(Case(length=5, beam_size=2),),
    one_of_a_kind=True,
    start_ups=1,
)
FAKE = "tests.fixtures.fake_engine"


def test_every_part_of_the_plan_is_measured(tmp_path: Path) -> None:
    kinds = (
        EngineKind(name=OURS, module=FAKE, needs="json", record=True),
        EngineKind(name="backwards", module=FAKE, needs="json", record=False),
        EngineKind(name="missing", module=FAKE, needs="no_such_package", record=False),
    )
    parts: list[str] = []
    settings = Settings(threads=(1, 2), shape=TINY, models=str(tmp_path))
    report = run_benchmark(SMALL, settings, on_part=parts.append, kinds=kinds)
    found = report.random_model
    assert [gone.engine for gone in found.absent] == ["missing"]
    assert [result.case for result in found.peers] == list(SMALL.peers)
    keys = [(OURS, 1), (OURS, 2), ("backwards", 1), ("backwards", 2)]
    for result in found.peers:
        assert [(timing.engine, timing.threads) for timing in result.timings] == keys
        assert {len(timing.seconds) for timing in result.timings} == {2}
        assert [timing.differing for timing in result.timings] == [0, 0, 3, 3]
    assert [result.engine for result in found.memory] == [OURS, "backwards"]
    assert found.corpus is not None
    assert found.corpus.batches > 1
    assert found.corpus.timings[0].compared > 6
    ran, refused = found.growth
    assert ran.timing is not None
    assert len(ran.timing.seconds) == 2
    assert ran.kept_bytes == 1000
    assert refused.timing is None
    assert "limit" in refused.refused
    assert report.shipped == ()
    assert [start.command for start in report.start_ups] == ["seqviz --help"]
    assert "all engines, S = 6, beam 1" in parts


def test_our_engines_run_as_programs_on_random_and_shipped_models(tmp_path: Path) -> None:
    settings = Settings(shape=TINY, models=str(write_tiny_models(tmp_path)))
    (recurrent,) = (entry for entry in chosen_models(settings, SMALL) if entry.system == "additive")
    from_shipped = measure_shipped(recurrent, settings, SMALL)
    assert from_shipped.name == "de-en/additive"
    assert len(from_shipped.loading.seconds) == 2
    (result,) = from_shipped.results
    assert [timing.engine for timing in result.timings] == [OURS, UNRECORDED]
    assert [timing.differing for timing in result.timings] == [0, 0]


def test_a_quick_run_takes_one_model_of_each_kind(tmp_path: Path) -> None:
    settings = Settings(models=str(write_tiny_models(tmp_path)))
    assert len(chosen_models(settings, FULL)) == len(SYSTEMS)
    assert sorted(entry.kind for entry in chosen_models(settings, QUICK)) == ["rnn", "transformer"]
    assert QUICK.rounds >= 5
    assert set(QUICK.peers) < set(FULL.peers)

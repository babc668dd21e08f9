"""All engines find the same best sequences on the same small random models."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from seqviz.bench.engine_ours import OurEngine
from seqviz.bench.measure import corpus_jobs
from seqviz.bench.plan import CorpusPlan
from seqviz.bench.protocol import Engine, Facts, Job, Opening
from seqviz.bench.shape import EOS, PAD, random_sources
from tests.fixtures.bench_reports import TINY, tiny_folder

SEEDS = (1, 2, 3)


@pytest.fixture(params=SEEDS)
def folder(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Path]:
    yield tiny_folder(tmp_path, request.param)


def opened(folder: Path, name: str, *, record: bool) -> Engine[Any]:
    opening = Opening(folder=str(folder), device="cpu", threads=1, record=record)
    if name == "ours":
        return OurEngine(opening)
    module = pytest.importorskip(f"seqviz.bench.engine_{name}")
    engines = {"transformers": "TransformersEngine", "ctranslate2": "CTranslate2Engine"}
    engine: Engine[Any] = getattr(module, engines[name])(opening)
    return engine


def sources(*lengths: int, seed: int = 0) -> tuple[tuple[int, ...], ...]:
    return random_sources(lengths, vocabulary=TINY.vocabulary, eos=EOS, seed=(seed,))


def found(engine: Engine[Any], job: Job) -> list[list[int]]:
    return engine.targets(engine.run(job))


PEERS = [
    ("ours", False),
    ("transformers", True),
    ("transformers", False),
    ("ctranslate2", False),
]


@pytest.mark.parametrize(("name", "record"), PEERS)
def test_best_sequences_are_ours(folder: Path, name: str, record: bool) -> None:
    pytest.importorskip("torch" if name == "ours" else name)
    ours, peer = opened(folder, "ours", record=True), opened(folder, name, record=record)
    for beam_size, length in ((1, 12), (3, 12), (5, 20), (8, 5)):
        job = Job(sources=sources(length, seed=beam_size), beam_size=beam_size, length=length)
        assert found(peer, job) == found(ours, job)


@pytest.mark.parametrize("name", ["transformers", "ctranslate2"])
def test_best_sequences_of_a_padded_batch_are_ours(folder: Path, name: str) -> None:
    pytest.importorskip(name)
    ours, peer = opened(folder, "ours", record=True), opened(folder, name, record=False)
    job = Job(sources=sources(14, 9, 2, 7), beam_size=4, length=14, batched=True)
    assert found(peer, job) == found(ours, job)
    singles = [
        found(ours, Job(sources=(source,), beam_size=4, length=14))[0] for source in job.sources
    ]
    assert found(peer, job) == singles


@pytest.mark.parametrize("name", ["transformers", "ctranslate2"])
def test_log_probabilities_are_ours(folder: Path, name: str) -> None:
    pytest.importorskip(name)
    ours, peer = opened(folder, "ours", record=True), opened(folder, name, record=False)
    (source,), (target,) = sources(9), sources(7, seed=5)
    words = target[:-1]
    expected = ours.log_prob(source, words)
    assert expected < -5
    assert peer.log_prob(source, words) == pytest.approx(expected, abs=1e-3)


def test_targets_have_the_length_asked_for_and_depend_on_the_source(folder: Path) -> None:
    ours = opened(folder, "ours", record=True)
    targets = [
        tuple(found(ours, Job(sources=(source,), beam_size=3, length=15))[0])
        for source in sources(*[15] * 6)
    ]
    assert {len(target) for target in targets} == {15}
    assert not {PAD, EOS} & {token for target in targets for token in target}
    assert len(set(targets)) > 3


def test_only_a_recorded_search_keeps_attention(folder: Path) -> None:
    job = Job(sources=sources(20), beam_size=4, length=20)
    recorded, unrecorded = (opened(folder, "ours", record=record) for record in (True, False))
    attention = 4 * TINY.layers * TINY.heads * 20 * 20 * 4  # K · L · H · T · S floats
    assert recorded.kept_bytes(recorded.run(job)) > attention
    assert 0 < unrecorded.kept_bytes(unrecorded.run(job)) < attention / 4


def test_the_batches_of_a_corpus_are_sorted_full_and_whole() -> None:
    plan = CorpusPlan(sentences=50, shortest=3, longest=30, beam_size=2, batch_tokens=200)
    facts = Facts(version="", vocabulary=TINY.vocabulary, eos=EOS, opening_seconds=0.0)
    jobs = corpus_jobs(plan, facts, seed=1)
    lengths = [len(source) for job in jobs for source in job.sources]
    assert len(lengths) == 50
    assert lengths == sorted(lengths, reverse=True)
    for job in jobs:
        assert job.batched
        assert job.length == len(job.sources[0])
        assert job.length * len(job.sources) * 2 <= 200
    assert min(len(job.sources) for job in jobs[:-1]) >= 200 // (2 * 30)
    assert jobs == corpus_jobs(plan, facts, seed=1) != corpus_jobs(plan, facts, seed=2)

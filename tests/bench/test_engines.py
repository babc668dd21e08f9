"""All engines find the same best sequences on the same small random models."""

from pathlib import Path

import pytest

from seqviz.bench.engines import ENGINES
from seqviz.bench.plan import ATTENTIONS, CTRANSLATE2, OURS, TRANSFORMERS, UNRECORDED
from seqviz.bench.process import Engine, Facts, Job, Targets
from seqviz.bench.random_model import EOS, PAD, random_sources, write_model
from tests.fixtures.bench_reports import TINY

FACTS = Facts(vocabulary=TINY.target_vocabulary, eos=EOS)


@pytest.fixture(params=[1, 2, 3])
def folder(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    write_model(tmp_path, TINY, request.param)
    return tmp_path


def opened(folder: Path, name: str) -> Engine:
    kind = ENGINES[name]
    return kind.open(str(folder), "cpu", 1, record=kind.record)


def sources(*lengths: int, seed: int = 0) -> list[tuple[int, ...]]:
    return random_sources(lengths, FACTS, seed=(seed,))


def found(engine: Engine, job: Job) -> Targets:
    return engine.translate(job)[0]


@pytest.mark.parametrize("name", [UNRECORDED, ATTENTIONS, TRANSFORMERS, CTRANSLATE2])
def test_best_sequences_are_ours_one_by_one_and_in_a_padded_batch(folder: Path, name: str) -> None:
    pytest.importorskip("torch" if name == UNRECORDED else name.partition(",")[0])
    recorded, peer = opened(folder, OURS), opened(folder, name)
    for beam_size, length in ((1, 12), (3, 12), (5, 20), (8, 5)):
        job = Job(sources=sources(length, seed=beam_size), beam_size=beam_size, length=length)
        assert found(peer, job) == found(recorded, job)
    batch = Job(sources=sources(14, 9, 2, 7), beam_size=4, length=14, batched=True)
    singles = [
        found(recorded, Job(sources=(source,), beam_size=4, length=14))[0]
        for source in batch.sources
    ]
    assert found(peer, batch) == singles


def test_targets_have_the_length_asked_for_and_depend_on_the_source(folder: Path) -> None:
    engine = opened(folder, OURS)
    assert (engine.vocabulary, engine.eos) == (FACTS.vocabulary, EOS)
    targets = [
        tuple(found(engine, Job(sources=(source,), beam_size=3, length=15))[0])
        for source in sources(*[15] * 6)
    ]
    assert {len(target) for target in targets} == {15}
    assert not {PAD, EOS} & {token for target in targets for token in target}
    assert len(set(targets)) > 3


def test_only_a_recorded_search_keeps_attention(folder: Path) -> None:
    job = Job(sources=sources(20), beam_size=4, length=20)
    recorded, unrecorded = (opened(folder, name).translate(job)[1] for name in (OURS, UNRECORDED))
    attention = 4 * TINY.decoder_layers * TINY.heads * 20 * 20 * 4  # K · L · H · T · S floats
    assert recorded > attention
    assert 0 < unrecorded < attention / 4

"""All engines find the same best sequences on the same small random models."""

import re
from dataclasses import replace
from typing import Any

import pytest
import torch
from torch import Tensor

from seqviz.bench import engines
from seqviz.bench.engines import ENGINES
from seqviz.bench.plan import ATTENTIONS, CTRANSLATE2, OURS, PRODUCTS, TRANSFORMERS, UNRECORDED
from seqviz.bench.process import Job
from seqviz.bench.random_model import EOS, PAD, random_sources, write_model
from seqviz.models.build import Model
from seqviz.models.fast.packed import Products
from seqviz.models.fast.products import plain
from seqviz.models.transformer import Transformer
from tests.fixtures.fake_engine import TINY

WORDS = (TINY.source_vocabulary, EOS)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> str:
    place = tmp_path_factory.mktemp("random")
    write_model(place, TINY, seed=1)
    return str(place)


def job(*lengths: int, beam_size: int, seed: int = 0) -> Job:
    sources = random_sources(lengths, WORDS, seed=(seed,))
    return Job(sources=sources, beam_size=beam_size, length=lengths[0], batched=len(lengths) > 1)


@pytest.fixture(scope="module")
def ours(folder: str) -> list[tuple[Job, list[list[int]]]]:
    """What is asked of all engines, and what ours finds, one by one in the batch, too."""
    engine = ENGINES[OURS](folder, "cpu", 1)
    jobs = [
        job(length, beam_size=beam_size, seed=beam_size)
        for beam_size, length in ((1, 8), (5, 12), (8, 4))
    ]
    batch = job(9, 6, 2, 5, beam_size=4)
    singles = [replace(batch, sources=(source,), batched=False) for source in batch.sources]
    return [
        *((one, list(engine.translate(one)[0])) for one in jobs),
        (batch, [engine.translate(one)[0][0] for one in singles]),
    ]


@pytest.mark.parametrize("name", [UNRECORDED, ATTENTIONS, TRANSFORMERS, CTRANSLATE2])
def test_best_sequences_are_ours_one_by_one_and_in_a_padded_batch(
    folder: str, ours: list[tuple[Job, list[list[int]]]], name: str
) -> None:
    pytest.importorskip("torch" if name == UNRECORDED else name.partition(",")[0])
    peer = ENGINES[name](folder, "cpu", 1)
    for asked, found in ours:
        assert peer.translate(asked)[0] == found


def test_products_are_chosen_for_the_threads_that_multiply(
    folder: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def load(*_: Any, **__: Any) -> Model:
        raise RuntimeError(f"{torch.get_num_threads()} threads")

    monkeypatch.setattr(engines, "load_marian", load)
    before = torch.get_num_threads()
    try:
        with pytest.raises(RuntimeError, match=f"^{before + 1} threads"):
            ENGINES[OURS](folder, "cpu", before + 1)
    finally:
        torch.set_num_threads(before)


def test_targets_are_as_long_as_asked_and_only_recording_keeps_attention(folder: str) -> None:
    engine = ENGINES[OURS](folder, "cpu", 1)
    assert engine.words == WORDS
    jobs = [job(15, beam_size=4, seed=seed) for seed in range(3)]
    targets = {tuple(engine.translate(one)[0][0]) for one in jobs}
    assert {len(target) for target in targets} == {15}
    assert not {PAD, EOS} & {token for target in targets for token in target}
    assert len(targets) > 1  # they depend on the source
    attention = 4 * TINY.decoder_layers * TINY.heads * 15 * 15 * 4  # K · L · H · T · S floats
    assert engine.translate(jobs[0])[1] > attention
    unrecorded = ENGINES[UNRECORDED](folder, "cpu", 1)
    assert 0 < unrecorded.translate(jobs[0])[1] < attention / 4


def test_the_products_alone_are_all_weights_of_the_decoder_once_a_step(
    folder: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[tuple[int, int]] = []

    def counting(weight: Tensor) -> Products:
        def multiply(x: Tensor, bias: Tensor | None) -> Tensor:
            done.append((len(x), weight.numel()))
            return plain(weight)(x, bias)

        return Products(multiply, multiply, multiply)

    monkeypatch.setattr(engines, "fastest", counting)
    floor = ENGINES[PRODUCTS](folder, "cpu", 1)
    assert floor.translate(job(3, 2, beam_size=4)) == ([], 0)
    decoder = Transformer(TINY).decoder.named_parameters()
    a_step = sum(
        weight.numel()
        for name, weight in decoder
        if weight.dim() > 1 and not re.search(r"cross_attention\.(key|value)", name)
    )
    logits = TINY.target_vocabulary * TINY.width
    assert sum(size for _, size in done) == 3 * (a_step + logits)
    assert {rows for rows, _ in done} == {2 * 4}

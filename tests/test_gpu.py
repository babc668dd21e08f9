"""On a GPU the same best sentences come out as on the CPU. Runs only where there is one.

Tolerances: in float32 the best sentence is the same and its log-probability within 1e-2; in half
precision at least 80 % of random word salad, and all real sentences, come out the same.
"""

import random
from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest
import sentencepiece
import torch

import seqviz
from seqviz.decoding.beam import decode_beam
from seqviz.decoding.cuda_graphs import CapturedSearches
from seqviz.models.transformer import Transformer
from seqviz.options import DecodeOptions, Precision
from seqviz.translator import Translator

NAMES = ("de-en/transformer", "de-en/additive", "de-en/dot", "de-en/none-reversed")
SENTENCES = (
    "Es war sehr kalt.",
    "Ich habe gestern in der Stadt einen alten Freund getroffen.",
    "Hilfst du Tom immer bei seinen Hausaufgaben?",
)
HALF_PRECISION_SAME = 0.8
PRETRAINED = Path(__file__).parents[1] / "pretrained"

pytestmark = pytest.mark.skipif(not torch.cuda.is_available(), reason="this machine has no GPU")


def many_sentences(count: int) -> list[str]:
    """Sentences of random words of the vocabulary, 3 to 30 of them, seeded."""
    pieces = sentencepiece.SentencePieceProcessor(str(PRETRAINED / "de-en" / "source.model"))
    size = pieces.get_piece_size()
    words = [piece[1:] for piece in map(pieces.id_to_piece, range(4, size)) if piece[:1] == "▁"]
    numbers = random.Random(7)
    return [
        " ".join(numbers.choices([word for word in words if word], k=numbers.randint(3, 30)))
        for _ in range(count)
    ]


def pair(name: str, precision: Precision = "float32") -> tuple[Translator, Translator]:
    return seqviz.load(name, device="cpu"), seqviz.load(name, device="cuda", precision=precision)


@pytest.mark.parametrize("name", NAMES)
def test_evidence_is_the_same_on_both(name: str) -> None:
    """Gradients too: what NVIDIA's library does for recurrent networks has none here."""
    found = []
    for translator in pair(name):
        trace = translator.force("Es war sehr kalt.", "It was very cold.")
        found.append(translator.evidence(trace).grids())
    for way, grid in found[0].items():
        np.testing.assert_allclose(found[1][way], grid, atol=2e-2, err_msg=way)


@pytest.mark.parametrize("name", NAMES)
def test_the_gpu_finds_what_the_cpu_finds(name: str) -> None:
    on_cpu, on_gpu = pair(name)
    for sentence in SENTENCES:
        expected, trace = on_cpu.translate(sentence), on_gpu.translate(sentence)
        assert trace.device == "cuda"
        assert trace.translation == expected.translation
        assert trace.hypotheses.log_probs[0] == pytest.approx(
            expected.hypotheses.log_probs[0], abs=1e-2
        )


@pytest.mark.parametrize("name", NAMES)
def test_two_hundred_sentences_come_out_the_same(name: str) -> None:
    on_cpu, on_gpu = pair(name)
    sentences = many_sentences(200)
    expected = [found.text for found in on_cpu.translate_all(sentences)]
    assert [found.text for found in on_gpu.translate_all(sentences)] == expected
    assert [on_gpu.translate(text).translation for text in sentences] == expected


@pytest.mark.parametrize("precision", ["float16", "bfloat16"])
def test_half_precision_changes_few_sentences(precision: Precision) -> None:
    on_cpu, on_gpu = pair("de-en/transformer", precision)
    expected = [found.text for found in on_cpu.translate_all(SENTENCES)]
    found = [on_gpu.translate(text).translation for text in SENTENCES]
    assert found == expected
    sentences = many_sentences(200)
    pairs = zip(on_cpu.translate_all(sentences), on_gpu.translate_all(sentences), strict=True)
    assert sum(a.text == b.text for a, b in pairs) >= HALF_PRECISION_SAME * len(sentences)


def test_a_captured_search_records_what_an_uncaptured_one_does() -> None:
    translator = seqviz.load("de-en/transformer", device="cuda")
    model = translator._model.model
    assert isinstance(model, Transformer)
    searches, options = CapturedSearches(model), DecodeOptions()
    for sentence in (*SENTENCES, *many_sentences(20)):
        ids = translator.read(sentence).ids
        found, expected = searches.decode(ids, options, None), decode_beam(model, ids, options)
        assert found is not None, "the step was not captured"
        for field in fields(expected.search):
            ours, theirs = getattr(found.search, field.name), getattr(expected.search, field.name)
            assert (ours is None) == (theirs is None)
            if theirs is not None:
                np.testing.assert_allclose(ours, theirs, atol=1e-3, err_msg=field.name)

"""On a GPU the same best sentences come out as on the CPU. Runs only where there is one.

Tolerances: in float32 the best sentence is the same and its log-probability within 1e-2; in half
precision at least 95 % of the sentences are the same.
"""

import random
from pathlib import Path

import pytest
import sentencepiece
import torch

import seqviz
from seqviz.decoding.captured import CapturedSearches
from seqviz.options import DecodeOptions, Precision
from seqviz.translator import Translator

NAMES = ("de-en/transformer", "de-en/additive", "de-en/dot", "de-en/none-reversed")
SENTENCES = (
    "Es war sehr kalt.",
    "Ich habe gestern in der Stadt einen alten Freund getroffen.",
    "Hilfst du Tom immer bei seinen Hausaufgaben?",
)
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
    expected = [found.text for found in on_cpu.translate_all(list(SENTENCES))]
    found = [on_gpu.translate(text).translation for text in SENTENCES]
    assert sum(a != b for a, b in zip(found, expected, strict=True)) <= 1


def test_a_step_is_captured_as_a_graph() -> None:
    translator = seqviz.load("de-en/transformer", device="cuda")
    model = translator._model.model
    searches = CapturedSearches(model)  # type: ignore[arg-type]  # a Transformer, by its name
    ids = translator.read(SENTENCES[0]).ids
    assert searches.decode(ids, DecodeOptions(), None) is not None

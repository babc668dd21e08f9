"""On a GPU the same best sentences come out as on the CPU. Runs only where there is one."""

import pytest
import torch

import seqviz

NAMES = ("de-en/transformer", "de-en/additive", "de-en/dot", "de-en/none-reversed")
SENTENCES = (
    "Es war sehr kalt.",
    "Ich habe gestern in der Stadt einen alten Freund getroffen.",
    "Hilfst du Tom immer bei seinen Hausaufgaben?",
)

pytestmark = pytest.mark.skipif(not torch.cuda.is_available(), reason="this machine has no GPU")


@pytest.mark.parametrize("name", NAMES)
def test_the_gpu_finds_what_the_cpu_finds(name: str) -> None:
    on_cpu, on_gpu = seqviz.load(name, device="cpu"), seqviz.load(name, device="cuda")
    for sentence in SENTENCES:
        expected, trace = on_cpu.translate(sentence), on_gpu.translate(sentence)
        assert trace.device == "cuda"
        assert trace.translation == expected.translation
        assert trace.hypotheses.log_probs[0] == pytest.approx(
            expected.hypotheses.log_probs[0], abs=1e-2
        )
    assert [t.text for t in on_gpu.translate_all(SENTENCES)] == [
        t.text for t in on_cpu.translate_all(SENTENCES)
    ]

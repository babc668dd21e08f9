"""``seqviz trust``: words, layers and ways of asking, as text and as JSON."""

from pathlib import Path

import numpy as np
import pytest

from seqviz.options import DecodeOptions
from seqviz.translator import load
from tests.cli.conftest import Run

TEXT = "es war kalt"


def test_the_numbers_are_those_of_the_evidence(run: Run, tiny_pretrained: Path) -> None:
    command = ("trust", "--model", "de-en/transformer", "--max-length", "6")
    found = run(*command, "--json", TEXT).json()
    translator = load("de-en/transformer", "cpu", tiny_pretrained)
    trace = translator.translate(TEXT, DecodeOptions(max_length=6))
    evidence = translator.evidence(trace)
    shares, lens = evidence.contributions(), evidence.decoder_lens()
    assert found["translation"] == trace.translation
    for step, token in enumerate(found["tokens"]):
        assert token["source_share"] == pytest.approx(shares.source_share[step], abs=1e-5)
        assert sum(token["prefix"]) + token["source_share"] == pytest.approx(1, abs=1e-5)
        assert token["ranks"] == lens.ranks[step].tolist()
        ways = ("weights", "norms", "gradient", "occlusion", "contributions")
        assert tuple(token["of_source"]) == ways
        assert {len(row) for row in token["of_source"].values()} == {len(found["source_pieces"])}
    assert len(found["by_encoder_layer"]) == 3
    assert np.array(found["agreement"]["overall"]).shape == (4, 4)
    told = run(*command, TEXT).out
    for text in (*found["by_encoder_layer"], *(word["label"] for word in found["words"])):
        assert text in told
    assert "ρ = " in told and "ρ = " in run(*command, "--language", "zh", TEXT).out


def test_a_recurrent_model_and_a_given_translation(run: Run, tiny_pretrained: Path) -> None:
    for system, ways in {"dot": 4, "none-reversed": 2}.items():
        command = ("trust", "--model", f"de-en/{system}", TEXT, "it was")
        found = run(*command, "--json")
        assert found.json()["translation"] == "it was" and found.json()["by_encoder_layer"] == []
        assert "source_share" not in found.json()["tokens"][0]
        assert len(found.json()["agreement"]["ways"]) == ways
        told = run(*command)
        assert told.code == 0 and "of the encoder" not in told.out

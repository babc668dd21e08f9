"""A bias of −inf on the output: tokens that are never predicted, as in ``transformers``."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file

import seqviz
from seqviz.errors import ModelError
from seqviz.options import DecodeOptions
from seqviz.trace.file import read_trace, write_trace
from tests.fixtures import marian_folders, transformers_folders
from tests.fixtures.transformers_models import generated

transformers = pytest.importorskip("transformers")

TEXT, LIMIT = "Es war sehr kalt.", 6
CLASSES = {
    "marian": "MarianMTModel",
    "bart": "BartForConditionalGeneration",
    "pegasus": "PegasusForConditionalGeneration",
}


def write(folder: Path, kind: str) -> None:
    if kind == "marian":
        marian_folders.write_folder(folder)
    else:
        transformers_folders.write_folder(folder, kind)


def change(folder: Path, value: float, kept: tuple[int, ...]) -> None:
    """Give a bias to all tokens but those."""
    file = folder / "model.safetensors"
    weights = load_file(file)
    bias = weights["final_logits_bias"]
    others = torch.ones(bias.shape[1], dtype=torch.bool)
    others[list(kept)] = False
    bias[:, others] = value
    save_file(weights, file, metadata={"format": "pt"})


@pytest.mark.parametrize("kind", CLASSES)
def test_the_search_is_that_of_transformers(tmp_path: Path, kind: str) -> None:
    """Fewer tokens are left than a beam has candidates."""
    write(tmp_path / kind, kind)
    eos = 0 if kind == "marian" else 2 if kind == "bart" else 1
    change(tmp_path / kind, -torch.inf, kept=(eos, 8, 9, 11))
    ours = seqviz.load(tmp_path / kind, "cpu")
    trace = ours.translate(TEXT, DecodeOptions(beam_size=3, max_length=LIMIT))
    theirs: Any = getattr(transformers, CLASSES[kind]).from_pretrained(tmp_path / kind).eval()
    source = torch.tensor([trace.source.ids])
    inputs = {"input_ids": source, "attention_mask": torch.ones_like(source)}
    expected = generated(theirs, inputs, beam_size=3, length=LIMIT)
    assert trace.target() == tuple(expected.sequences[0, 1 : 1 + len(trace.target())].tolist())
    score = float(trace.hypotheses.scores[0])
    assert score == pytest.approx(float(expected.sequences_scores[0]), abs=1e-4)
    assert set(trace.target()) <= {eos, 8, 9, 11} and trace.notices == ()
    write_trace(trace, tmp_path / "x.json")
    again = read_trace(tmp_path / "x.json")
    assert not np.isnan(again.log_probs()).any()
    many = ours.translate_all([TEXT], DecodeOptions(beam_size=3, max_length=LIMIT))
    assert many[0].text == trace.translation


@pytest.mark.parametrize("value", [torch.inf, torch.nan])
def test_other_numbers_that_are_none_are_refused(tmp_path: Path, value: float) -> None:
    write(tmp_path / "marian", "marian")
    change(tmp_path / "marian", value, kept=(0,))
    with pytest.raises(ModelError, match="'final_logits_bias' holds values that are not finite"):
        seqviz.load(tmp_path / "marian", "cpu")

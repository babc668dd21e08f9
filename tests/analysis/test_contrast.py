"""A translation with and without its sentence."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from seqviz.analysis.contrast import source_contrast
from seqviz.errors import InputError
from seqviz.options.intervention import Intervention
from seqviz.trace.check import check_trace
from seqviz.translator import load
from tests.fixtures.explained import OPTIONS, TEXT
from tests.fixtures.tiny_models import write_tiny_models


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tiny_models(tmp_path_factory.mktemp("models"))


@pytest.mark.parametrize("system", ["transformer", "additive", "none-reversed"])
def test_the_emptied_source_is_eos_alone(folder: Path, system: str) -> None:
    translator = load(f"de-en/{system}", "cpu", folder)
    trace = translator.translate(TEXT, OPTIONS)
    for rank in (0, 2):
        emptied = translator.without_source(trace, rank)
        check_trace(emptied)
        assert (emptied.source.text, emptied.source.pieces) == ("", ("</s>",))
        found = source_contrast(trace, emptied, rank)
        target = trace.target(rank)
        model: Any = translator._model.model
        fed = torch.tensor([[model.special.bos, *target[:-1]]])
        logits = model(torch.tensor([[model.special.eos]]), torch.tensor([1]), fed)
        log_probs = logits[0].log_softmax(-1).detach().numpy()
        expected = log_probs[range(len(target)), list(target)]
        np.testing.assert_allclose(found.without_source, expected, atol=1e-5)
        np.testing.assert_array_equal(found.with_source, trace.log_probs(rank))
        assert found.total == pytest.approx(
            trace.hypotheses.log_probs[rank] - expected.sum(), abs=1e-4
        )
        assert found.pieces == trace.target_pieces(rank) and len(found.difference) == len(target)


def test_edits_are_those_of_the_sentence_only(folder: Path) -> None:
    translator = load("de-en/dot", "cpu", folder)
    edits = (Intervention(kind="mute", sources=(3,)),)
    trace = translator.translate(TEXT, replace(OPTIONS, interventions=edits, beta=0.3))
    assert translator.without_source(trace).options.interventions == ()


def test_two_that_do_not_belong_together_are_refused(folder: Path) -> None:
    dot, additive = (load(f"de-en/{system}", "cpu", folder) for system in ("dot", "additive"))
    trace = dot.translate(TEXT, OPTIONS)
    with pytest.raises(InputError, match="belong together"):
        source_contrast(trace, dot.without_source(trace, 1))
    with pytest.raises(InputError, match="belong together"):
        source_contrast(trace, additive.without_source(additive.translate(TEXT, OPTIONS)))


def test_what_is_no_hypothesis_of_the_model_is_refused(folder: Path) -> None:
    dot, additive = (load(f"de-en/{system}", "cpu", folder) for system in ("dot", "additive"))
    trace = dot.translate(TEXT, OPTIONS)
    for rank in (-1, len(trace.hypotheses)):
        with pytest.raises(InputError, match=f"rank is {rank}"):
            dot.without_source(trace, rank)
    with pytest.raises(InputError, match="The trace is of the model 'de-en/dot'"):
        additive.without_source(trace)

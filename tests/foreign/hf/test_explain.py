"""Steps of foreign models taken apart: every family gives the parts."""

from dataclasses import replace
from typing import cast

import numpy as np
import pytest

from seqviz.decoding.computing import numbers
from seqviz.decoding.following import OpenModel, followed, path_to
from seqviz.decoding.norms import read_vectors
from seqviz.options import DecodeOptions
from seqviz.options.intervention import Intervention
from seqviz.translator import Translator, load
from tests.fixtures.explained import reads
from tests.fixtures.marian_folders import write_folder as write_marian
from tests.fixtures.transformers_folders import write_folder
from tests.viewer.test_computation import check

TEXT = "Es war sehr kalt."
OPTIONS = DecodeOptions(beam_size=2, max_length=4)
FAMILIES = ("bart", "m2m_100", "mbart", "mt5", "pegasus", "t5", "umt5")


@pytest.fixture(params=["marian", *FAMILIES], scope="module")
def family(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def translator(family: str, tmp_path_factory: pytest.TempPathFactory) -> Translator:
    folder = tmp_path_factory.mktemp("family") / family
    if family == "marian":
        write_marian(folder)
    else:
        write_folder(folder, family)
    return load(folder, "cpu")


def test_every_family_gives_the_parts(translator: Translator, family: str) -> None:
    edits = (Intervention(kind="mute", sources=(1,)),)
    for options in (OPTIONS, replace(OPTIONS, interventions=edits)):
        trace = translator.translate(TEXT, options)
        last = int(trace.hypotheses.steps[0])
        for read in reads(trace):
            found = translator.explain(trace, last, read=read, head=1)
            assert found.kind == read and found.weighing is not None
            assert found.weight_deviation is not None and found.weight_deviation < 1e-4
            shifted = found.weighing.added is not None and found.weighing.added.any()
            assert shifted == (
                "t5" in family and read != "cross" and (last > 0 or read != "decoder")
            )
            assert found.contexts is not None
            np.testing.assert_allclose(found.contexts[1], found.weighing.context, atol=1e-5)
            assert found.block is not None and found.block.ndim == 1
            if read != "encoder":
                assert found.log_prob_deviation is not None and found.log_prob_deviation < 1e-4
                assert found.prediction is not None and len(found.prediction.combined) == len(
                    found.block
                )
            check(found)


def test_every_family_gives_the_norms(translator: Translator) -> None:
    trace = translator.translate(TEXT, OPTIONS)
    found = translator.evidence(trace).norms()
    steps = translator.work(
        lambda model: [*followed(cast(OpenModel, model), trace, path_to(trace, 0))]
    ).value
    assert trace.cross_attention is not None
    assert found.heads.shape == trace.cross_attention.shape
    for step, looked in enumerate(steps):
        for layer, seen in enumerate(looked.seen["cross"]):
            weights = trace.cross_attention[layer, :, step]  # (H, S)
            parts = weights[:, :, None] * read_vectors(looked, layer)
            assert seen.output is not None
            bias = 0 if seen.output.bias is None else numbers(seen.output.bias)
            np.testing.assert_allclose(
                parts.sum((0, 1)) + bias, numbers(seen.context).ravel(), atol=1e-4
            )
            np.testing.assert_allclose(
                found.heads[layer, :, step], np.linalg.norm(parts, axis=-1), atol=1e-4
            )

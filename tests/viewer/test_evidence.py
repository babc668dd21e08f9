"""What is packed of a translation's evidence is what was computed."""

import json
from dataclasses import asdict
from typing import Any

import numpy as np
import pytest

from seqviz.analysis.agreement import agreement
from seqviz.inspection.marked import trace_marks
from seqviz.inspection.rules import FAMILIES, known_of
from seqviz.translator import Translator
from seqviz.viewer.evidence import data_code
from seqviz.views.watch.evidence import gathered
from tests.fixtures.explained import OPTIONS, TEXT, tiny_translators
from tests.viewer.unpacked import unpacked


@pytest.fixture(scope="module")
def translators(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Translator]:
    return tiny_translators(tmp_path_factory.mktemp("models"))


def same(found: dict[str, Any], name: str, expected: Any) -> None:
    np.testing.assert_allclose(found[name], np.ravel(expected), rtol=1e-6, atol=1e-7)


def test_a_transformer_gives_all(translators: dict[str, Translator]) -> None:
    translator = translators["transformer"]
    trace = translator.translate(TEXT, OPTIONS)
    evidence = translator.evidence(trace, 1)
    made = gathered(translator, trace, 1)
    found = unpacked(json.loads(json.dumps(made.packed, allow_nan=False)))
    assert made.missing == {}
    same(found, "withSource", evidence.contrast().with_source)
    same(found, "withoutSource", evidence.contrast().without_source)
    same(found, "share", evidence.contributions().source_share)
    same(found, "normHeads", evidence.norms().heads)
    same(found, "normLayers", evidence.norms().layers)
    same(found, "ranks", evidence.decoder_lens().ranks)
    same(found, "probs", evidence.decoder_lens().probs)
    grids = evidence.grids()
    for way in found["ways"]:
        same(found, way, grids[way])
    same(found | {"rho": np.ravel(found["rho"])}, "rho", agreement(grids).overall)
    assert found["verdict"] == agreement(grids).verdict
    assert found["texts"] == list(evidence.encoder_lens())
    marks = [asdict(mark) for mark in trace_marks(translator, trace, 1)]
    assert marks
    assert [one | {"data": ""} for one in found["marks"]] == [one | {"data": ""} for one in marks]


@pytest.mark.parametrize(
    ("kind", "missing"),
    [
        ("general", {"share", "decoder", "encoder"}),
        ("none-reversed", {"share", "norms", "decoder", "encoder", "left_out"}),
    ],
)
def test_what_a_model_does_not_give_is_named(
    translators: dict[str, Translator], kind: str, missing: set[str]
) -> None:
    translator = translators[kind]
    made = gathered(translator, translator.translate(TEXT, OPTIONS), 0)
    assert made.missing.keys() == missing
    assert not {"share", "ranks"} & made.packed["columns"]["sizes"].keys()
    assert ("normHeads" in made.packed["columns"]["sizes"]) == (kind == "general")
    assert made.packed["texts"] is None


def test_all_that_rules_were_measured_on_has_a_name() -> None:
    several = [
        rule for family in FAMILIES for rules in known_of(family).rules.values() for rule in rules
    ]
    assert {data_code(rule.data) for rule in several if rule.auroc is not None} == {
        "planted",
        "judged",
    }

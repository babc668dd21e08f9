"""Marks on a recorded translation."""

from pathlib import Path

import numpy as np
import pytest

from seqviz.analysis.marks import word_marks
from seqviz.inspection.marked import trace_marks
from seqviz.inspection.rules import rules_of
from seqviz.inspection.validation import words_of
from seqviz.translator import load
from seqviz.translator.scoring import score_pairs
from tests.fixtures.tiny_models import write_tiny_models


@pytest.mark.parametrize(("system", "family"), [("transformer", "transformer"), ("dot", "rnn")])
def test_one_translation_is_marked_as_among_many(tmp_path: Path, system: str, family: str) -> None:
    translator = load(f"de-en/{system}", "cpu", write_tiny_models(tmp_path))
    pair = ("der hund ist nicht hier", "the dog the dog is der here")
    found = trace_marks(translator, translator.force(*pair))
    expected = word_marks(
        words_of(*score_pairs(translator, [pair])),
        rules_of("rnn" if family == "rnn" else "transformer"),
    )
    assert {mark.kind for mark in found} >= {"unsure", "repeated", "copied"}
    assert [(mark.kind, mark.start, mark.end) for mark in found] == [
        (mark.kind, mark.start, mark.end) for mark in expected
    ]
    values = [mark.value for mark in expected]
    np.testing.assert_allclose([mark.value for mark in found], values, atol=1e-4)

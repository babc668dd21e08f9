"""Many given translations, scored in batches."""

from pathlib import Path

import numpy as np
import pytest

from seqviz.errors import InputError
from seqviz.options import MAX_TARGET_TOKENS
from seqviz.translator import load
from seqviz.translator.scoring import score_pairs
from tests.fixtures.tiny_models import write_tiny_models

PAIRS = [
    ("es war sehr kalt", "it was very cold"),
    ("der hund", " the dog is not here "),
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tiny_models(tmp_path_factory.mktemp("models"))


@pytest.mark.parametrize("system", ["transformer", "none-reversed"])
def test_many_score_as_each_alone_with_and_without_its_source(folder: Path, system: str) -> None:
    translator = load(f"de-en/{system}", "cpu", folder)
    for (source, target), found in zip(PAIRS, score_pairs(translator, PAIRS), strict=True):
        alone = translator.force(source, target)
        assert (found.source, found.pieces) == (alone.source, alone.target_pieces())
        np.testing.assert_allclose(found.given.log_probs, alone.log_probs(), atol=1e-5)
        emptied = translator.without_source(alone).log_probs()
        np.testing.assert_allclose(found.emptied.log_probs, emptied, atol=1e-5)
        assert found.text == target.strip()
        words = "".join(found.text[start:end] for start, end in found.spans)
        assert words == found.text.replace(" ", "") and found.spans[-1] == (len(found.text),) * 2


def test_what_is_empty_or_too_long_is_refused(folder: Path) -> None:
    translator = load("de-en/dot", "cpu", folder)
    for pair, code in (
        (("a", " "), "empty_text"),
        ((" ", "a"), "empty_text"),
        (("a", "cat " * MAX_TARGET_TOKENS), "target_too_long"),
    ):
        with pytest.raises(InputError) as refused:
            score_pairs(translator, [pair])
        assert refused.value.code == code

"""The codes of positions: those that the model adds to its source, and none where it adds none."""

import numpy as np
import pytest

from seqviz.translator import Translator
from seqviz.translator.positions import source_positions
from tests.fixtures.explained import tiny_translators


@pytest.fixture(scope="module")
def translators(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Translator]:
    return tiny_translators(tmp_path_factory.mktemp("models"))


def test_a_transformer_tells_its_waves(translators: dict[str, Translator]) -> None:
    found = source_positions(translators["transformer"], 5)
    assert found is not None
    width = found.shape[1]
    rates = 10_000.0 ** (-np.arange(0, width, 2) / width)
    wanted = {*np.round(np.sin(3 * rates), 5), *np.round(np.cos(3 * rates), 5)}
    assert {*np.round(found[3].astype(np.float64), 5)} == wanted


def test_what_reads_in_turn_has_none(translators: dict[str, Translator]) -> None:
    assert source_positions(translators["dot"], 5) is None

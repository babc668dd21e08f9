"""Translators of tiny models, which tests of this folder share."""

from pathlib import Path

import pytest

from seqviz.inspection.rows import Examiner
from seqviz.options import DecodeOptions
from seqviz.translator import Translator
from seqviz.translator.devices import compute_steadily
from tests.fixtures.explained import tiny_translators

OPTIONS = DecodeOptions(beam_size=3, max_length=8)


@pytest.fixture(scope="session")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where they are."""
    return tmp_path_factory.mktemp("models")


@pytest.fixture(scope="session", autouse=True)
def translators(models: Path) -> dict[str, Translator]:
    """One of each kind, as ``seqviz inspect`` loads them; they fill the folder."""
    compute_steadily()
    return tiny_translators(models)


@pytest.fixture(scope="session")
def translator(translators: dict[str, Translator]) -> Translator:
    return translators["transformer"]


@pytest.fixture(scope="session")
def examiner(translator: Translator) -> Examiner:
    return Examiner.of(translator, OPTIONS)

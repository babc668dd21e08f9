"""Translators of tiny models, which tests of this folder share."""

from pathlib import Path

import pytest

from seqviz.inspection.rows import Examiner
from seqviz.options import DecodeOptions
from seqviz.translator import Translator, load
from tests.fixtures.tiny_models import write_tiny_models

OPTIONS = DecodeOptions(beam_size=3, max_length=8)


@pytest.fixture(scope="session")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tiny_models(tmp_path_factory.mktemp("models"))


@pytest.fixture(scope="session")
def translator(models: Path) -> Translator:
    return load("de-en/transformer", "cpu", models)


@pytest.fixture(scope="session")
def examiner(translator: Translator) -> Examiner:
    return Examiner.of(translator, OPTIONS)

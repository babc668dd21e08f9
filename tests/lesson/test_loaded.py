"""What a lesson asks of the weights themselves, where the models are at a backend."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from seqviz.api.shelf import Shelf
from seqviz.catalog import FOLDER_VARIABLE, models_folder
from seqviz.errors import InputError
from seqviz.lesson.chapter import Asked
from seqviz.lesson.loaded import LoadedModels
from seqviz.translator import load
from tests.fixtures.api_server import serving

PAIR, TOY, POSITIONED = "word-reversed", "word-reversed/none", "word-reversed/transformer"
RATES = (0.01, 0.01)


@pytest.fixture(scope="module")
def far(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LoadedModels]:
    """The models of a backend that serves shipped ones."""
    served = tmp_path_factory.mktemp("served")
    (served / PAIR).symlink_to(models_folder() / PAIR)
    with serving(Shelf(served, device="cpu", threads=1)) as address:
        yield LoadedModels(lambda name: load(f"{address}/{name}"))


@pytest.fixture
def near() -> LoadedModels:
    return LoadedModels(lambda name: load(name, "cpu"))


def asked(model: str, text: str = "star") -> Asked:
    pair, system = model.split("/")
    return Asked(pair=pair, system=system, text=text, reference=text[::-1])


def test_the_same_weights_here_do_what_a_backend_does_not(
    far: LoadedModels, near: LoadedModels
) -> None:
    found, expected = far.every_target(asked(TOY), 2), near.every_target(asked(TOY), 2)
    assert found is not None and expected is not None and found.tokens == expected.tokens
    np.testing.assert_array_equal(found.log_probs, expected.log_probs)
    learnt = far.learn(asked(TOY), RATES), near.learn(asked(TOY), RATES)
    np.testing.assert_array_equal(learnt[0].probs, learnt[1].probs)
    codes = far.positions(asked(POSITIONED)), near.positions(asked(POSITIONED))
    assert codes[0] is not None and codes[1] is not None
    np.testing.assert_array_equal(*codes)


@pytest.mark.parametrize("like", [None, "dot"])
def test_other_weights_or_none_are_no_like(
    like: str | None, far: LoadedModels, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path))
    if like is not None:
        (tmp_path / PAIR).mkdir()
        for name in ("source.model", "target.model"):
            (tmp_path / PAIR / name).symlink_to(models_folder() / PAIR / name)
        for name in (TOY, POSITIONED):
            (tmp_path / name).symlink_to(models_folder() / PAIR / like)
    fresh = LoadedModels(far._load)
    assert fresh.every_target(asked(TOY), 2) is None
    assert fresh.positions(asked(POSITIONED)) is None
    with pytest.raises(InputError) as error:
        fresh.learn(asked(TOY), RATES)
    assert error.value.code == "not_over_network"


def test_exact_match_is_told_of_tasks_alone(near: LoadedModels) -> None:
    assert "exact_match" in near.scores(TOY)
    assert near.scores("de-en/general").keys() == {"bleu", "chrf"}  # its card has exact match, too

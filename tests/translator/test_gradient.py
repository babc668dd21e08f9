"""Gradient steps on a copy: the formula, what rises, what never changes, what is refused."""

from pathlib import Path

import numpy as np
import pytest
import torch

from seqviz.errors import InputError
from seqviz.translator import gradient, load
from seqviz.translator.every_target import every_target
from seqviz.translator.gradient import gradient_steps
from seqviz.translator.translator import Translator
from tests.fixtures.tiny_models import write_tiny_models

TEXT, TARGET = "es war sehr kalt", "it was very cold"


@pytest.fixture(scope="module")
def dot(tmp_path_factory: pytest.TempPathFactory) -> Translator:
    folder: Path = write_tiny_models(tmp_path_factory.mktemp("models"))
    return load("de-en/dot", "cpu", folder)


def test_the_loss_falls_and_the_model_stays(dot: Translator) -> None:
    before = dot.translate(TEXT).log_probs()
    found = gradient_steps(dot, TEXT, TARGET, rate=0.1, updates=5)
    assert found.probs.shape == (6, len(found.target), len(found.pieces))
    assert np.allclose(found.probs.sum(-1), 1, atol=1e-5)
    assert (np.diff(found.losses) < 0).all()
    right = found.probs[:, np.arange(len(found.target)), found.target]
    assert np.allclose(-np.log(right).mean(1), found.losses, atol=1e-5)
    assert (dot.translate(TEXT).log_probs() == before).all()
    again = gradient_steps(dot, TEXT, TARGET, rate=0.1, updates=5)
    assert (again.probs == found.probs).all()


def test_before_the_first_update_it_says_what_forcing_says(dot: Translator) -> None:
    found = gradient_steps(dot, TEXT, TARGET, rate=0.1, updates=1)
    forced = dot.force(TEXT, TARGET)
    assert found.target.tolist() == list(forced.target())
    right = found.probs[0, np.arange(len(found.target)), found.target]
    assert np.allclose(np.log(right), forced.log_probs(), atol=1e-4)


def test_an_update_is_the_rate_times_the_gradient(dot: Translator) -> None:
    """For a rate so small that the loss is a plane: it falls by η ‖∇‖²."""
    steps = [gradient_steps(dot, TEXT, TARGET, rate=rate, updates=1) for rate in (1e-3, 2e-3)]
    small, double = (float(found.losses[0] - found.losses[1]) for found in steps)
    assert double == pytest.approx(2 * small, rel=0.05)


@pytest.mark.parametrize(
    ("text", "target", "updates", "code"),
    [
        ("", TARGET, 1, "empty_text"),
        (TEXT, "", 1, "empty_target"),
        (TEXT, TARGET, 0, "option_out_of_range"),
        (TEXT, TARGET, 101, "option_out_of_range"),
    ],
)
def test_what_cannot_be_learnt_is_refused(
    dot: Translator, text: str, target: str, updates: int, code: str
) -> None:
    with pytest.raises(InputError) as caught:
        gradient_steps(dot, text, target, rate=0.1, updates=updates)
    assert caught.value.code == code


def test_a_large_model_is_not_copied(dot: Translator, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gradient, "MOST_PARAMETERS", 10)
    with pytest.raises(InputError) as caught:
        gradient_steps(dot, TEXT, TARGET, rate=0.1, updates=1)
    assert caught.value.code == "model_too_large"


def test_every_target_of_a_toy_sums_to_less_than_one(dot: Translator) -> None:
    found = every_target(dot, TEXT, most=2)
    letters = len(dot.target.tokenizer) - 4
    assert len(found.tokens) == 1 + letters + letters**2
    assert 0 < np.exp(found.log_probs.astype(float)).sum() < 1
    assert not torch.is_grad_enabled() or found.log_probs.dtype == np.float32

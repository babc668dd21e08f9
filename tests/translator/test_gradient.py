"""Gradient steps on a copy: the formula, what rises, what never changes, what is refused."""

import copy
from pathlib import Path
from typing import cast

import numpy as np
import pytest
import torch

from seqviz.errors import InputError
from seqviz.models.build import Model
from seqviz.models.checkpoint import fingerprint as fingerprint_of
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


def fingerprint_now(translator: Translator) -> str:
    return translator.work(lambda model: fingerprint_of(cast(Model, model))).value


def test_the_loss_falls_and_the_model_stays(dot: Translator) -> None:
    before, fingerprint = dot.translate(TEXT).log_probs(), fingerprint_now(dot)
    found = gradient_steps(dot, TEXT, TARGET, rates=[0.1] * 5)
    assert found.probs.shape == (6, len(found.target), len(found.pieces))
    assert np.allclose(found.probs.sum(-1), 1, atol=1e-5)
    assert (np.diff(found.losses) < 0).all()
    right = found.probs[:, np.arange(len(found.target)), found.target]
    assert np.allclose(-np.log(right).sum(1), found.losses, atol=1e-5)
    assert (dot.translate(TEXT).log_probs() == before).all()
    assert fingerprint_now(dot) == fingerprint == dot.facts.fingerprint
    again = gradient_steps(dot, TEXT, TARGET, rates=[0.1] * 5)
    assert (again.probs == found.probs).all()


def test_before_the_first_update_it_says_what_forcing_says(dot: Translator) -> None:
    found = gradient_steps(dot, TEXT, TARGET, rates=[0.1])
    forced = dot.force(TEXT, TARGET)
    assert found.target.tolist() == list(forced.target())
    right = found.probs[0, np.arange(len(found.target)), found.target]
    assert np.allclose(np.log(right), forced.log_probs(), atol=1e-4)


def test_an_update_is_the_rate_times_the_gradient(dot: Translator) -> None:
    """For rates so small that the loss is a plane: it falls by η ‖∇‖², and each η counts."""
    steps = [gradient_steps(dot, TEXT, TARGET, rates=rates) for rates in ([1e-4], [1e-4, 2e-4])]
    assert steps[0].losses[1] == steps[1].losses[1]
    one, two = -np.diff(steps[1].losses.astype(float))
    assert two == pytest.approx(2 * one, rel=0.05)


def test_an_update_follows_finite_differences(
    dot: Translator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of the weight that moves most, the loss itself says by how much."""
    rate, shift = 0.01, 1e-4
    learners: list[torch.nn.Module] = []

    def copied(model: torch.nn.Module) -> torch.nn.Module:
        learners.append(copy.deepcopy(model))
        return learners[-1]

    source, target = dot.read(TEXT).ids, (*dot.target.ids(TARGET), dot.facts.eos)
    before = cast(Model, dot.work(copy.deepcopy).value).double().requires_grad_(False)
    monkeypatch.setattr(gradient, "deepcopy", copied)
    gradient_steps(dot, TEXT, TARGET, rates=[rate])
    pairs = zip(before.parameters(), learners[0].parameters(), strict=True)
    weight, moved = max(
        ((was, is_.detach().double() - was) for was, is_ in pairs),
        key=lambda pair: pair[1].abs().max(),
    )
    place = int(moved.abs().argmax())

    def loss(by: float) -> float:
        weight.data.flatten()[place] += by
        fed = torch.tensor([[before.special.bos, *target[:-1]]])
        logits = before(torch.tensor([source]), torch.tensor([len(source)]), fed)[0]
        weight.data.flatten()[place] -= by
        return float(torch.nn.functional.cross_entropy(logits, torch.tensor(target)) * len(target))

    slope = (loss(shift) - loss(-shift)) / (2 * shift)
    assert float(moved.flatten()[place]) == pytest.approx(-rate * slope, rel=1e-3)


@pytest.mark.parametrize(
    ("text", "target", "rates", "code"),
    [
        ("", TARGET, [0.1], "empty_text"),
        (TEXT, "", [0.1], "empty_target"),
        ("es é", TARGET, [0.1], "learn_unknown"),
        (TEXT, "it é", [], "learn_unknown"),
        (TEXT, TARGET, [float("nan")], "option_out_of_range"),
        (TEXT, TARGET, [0.1] * 101, "option_out_of_range"),
    ],
)
def test_what_cannot_be_learnt_is_refused(
    dot: Translator, text: str, target: str, rates: list[float], code: str
) -> None:
    with pytest.raises(InputError) as caught:
        gradient_steps(dot, text, target, rates=rates)
    assert caught.value.code == code


def test_a_large_model_is_not_copied(dot: Translator, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gradient, "MOST_PARAMETERS", 10)
    with pytest.raises(InputError) as caught:
        gradient_steps(dot, TEXT, TARGET, rates=[0.1])
    assert caught.value.code == "model_too_large"


def test_every_target_of_a_toy_sums_to_less_than_one(dot: Translator) -> None:
    found = every_target(dot, TEXT, most=2)
    letters = len(dot.target.tokenizer) - 4
    assert len(found.tokens) == 1 + letters + letters**2
    assert 0 < np.exp(found.log_probs.astype(float)).sum() < 1
    assert not torch.is_grad_enabled() or found.log_probs.dtype == np.float32

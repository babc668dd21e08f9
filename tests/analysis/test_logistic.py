"""Logistic regression, against its own definition and a case in closed form."""

import numpy as np
import pytest

from seqviz.analysis.logistic import Logistic, fit


def test_the_slope_of_the_penalised_loss_is_zero() -> None:
    chance = np.random.default_rng(1)
    signals = chance.normal(size=(200, 3)) * [1.0, 20.0, 0.1] + [0.0, 5.0, -2.0]
    wrong = chance.random(200) < 1 / (1 + np.exp(-signals[:, 0] + 0.05 * signals[:, 1]))
    found = fit(signals, wrong, penalty=2.0)
    standard = (signals - signals.mean(0)) / signals.std(0)
    weights = np.array(found.weights) * signals.std(0)
    off = found.probability(signals) - wrong
    np.testing.assert_allclose(standard.T @ off + 2.0 * weights, 0, atol=1e-6)
    assert off.sum() == pytest.approx(0, abs=1e-6)


def test_two_groups_get_their_log_odds() -> None:
    signals = np.repeat([[0.0], [1.0]], 100, axis=0)
    wrong = np.concatenate((np.arange(100) < 20, np.arange(100) < 70))
    found = fit(signals, wrong, penalty=1e-9)
    assert found.bias == pytest.approx(np.log(20 / 80))
    assert found.weights[0] == pytest.approx(np.log(70 / 30) - np.log(20 / 80))
    np.testing.assert_allclose(found.probability(np.array([[0.0], [1.0]])), [0.2, 0.7])


def test_a_signal_that_never_changes_has_no_weight_and_certainty_stays_finite() -> None:
    signals = np.column_stack((np.ones(10), np.arange(10.0)))
    found = fit(signals, np.arange(10) >= 5)
    assert found.weights[0] == 0 and np.isfinite(found.weights).all()
    assert Logistic(weights=(1000.0,), bias=0.0).probability(
        np.array([[1.0], [-1.0]])
    ).tolist() == [
        1.0,
        0.0,
    ]


def test_words_that_are_all_right_teach_nothing() -> None:
    with pytest.raises(ValueError, match="wrong"):
        fit(np.zeros((3, 1)), np.zeros(3, bool))

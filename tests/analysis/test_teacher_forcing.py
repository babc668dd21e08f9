"""The loss of a reference, and what its gradient pushes."""

import math

import numpy as np
import pytest

from seqviz.analysis.teacher_forcing import SentenceLoss, sentence_loss, teacher_step
from seqviz.translator import Translator, load
from tests.analysis.test_reference import CAT, THE, A, forced_trace
from tests.fixtures.tiny_models import write_tiny_models
from tests.fixtures.toy_traces import EOS

PROBS = [0.4, 0.2, 0.001, 0.9]


@pytest.fixture(scope="module")
def translator(tmp_path_factory: pytest.TempPathFactory) -> Translator:
    return load(write_tiny_models(tmp_path_factory.mktemp("tiny")) / "de-en" / "dot")


def test_the_loss_is_minus_the_log_of_the_targets_probabilities() -> None:
    loss = sentence_loss(forced_trace([A, THE, CAT, EOS], PROBS))
    np.testing.assert_allclose(loss.losses, -np.log(PROBS), rtol=1e-5)
    assert loss.total == pytest.approx(-math.log(0.4 * 0.2 * 0.001 * 0.9), rel=1e-5)
    assert loss.mean == pytest.approx(loss.total / 4)
    assert loss.perplexity == pytest.approx((0.4 * 0.2 * 0.001 * 0.9) ** -0.25, rel=1e-5)


def test_an_impossible_token_makes_the_loss_infinite() -> None:
    loss = SentenceLoss(pieces=("a", "b"), losses=np.array([math.inf, 0.1]))
    assert loss.total == loss.mean == loss.perplexity == math.inf


def test_a_step_is_fed_the_reference_and_pushes_its_target_up(translator: Translator) -> None:
    forced = translator.force("kalt", "it was very cold")
    for step in range(len(forced.target())):
        shown = teacher_step(forced, step)
        assert shown.fed == forced.target_pieces()[:step]
        assert shown.pieces[shown.target] == forced.target_pieces()[step]
        assert shown.y.sum() == shown.y[shown.target] == 1
        assert -math.log(shown.p[shown.target]) == pytest.approx(
            sentence_loss(forced).losses[step], rel=1e-4
        )
        assert shown.push[shown.target] == pytest.approx(shown.p[shown.target] - 1)
        others = np.delete(shown.push, shown.target)
        assert (others > 0).all()
        listed = 1 - float(shown.p.sum())
        assert shown.push.sum() == pytest.approx(-listed, abs=1e-6)


def test_what_is_fed_is_the_reference_even_where_the_model_disagrees(
    translator: Translator,
) -> None:
    """The distribution after a prefix depends on the reference's tokens, not on the model's."""
    forced = translator.force("kalt", "it was very cold")
    own = translator.translate("kalt", beam_size=1)
    assert own.target()[0] != forced.target()[0]
    again = translator.force("kalt", "it was")
    for step in range(2):
        np.testing.assert_allclose(teacher_step(forced, step).p, teacher_step(again, step).p)

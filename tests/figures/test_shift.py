import numpy as np
import pytest

from seqviz import figures
from seqviz.trace import DistributionShift
from tests.analysis.test_reference import CAT, THE, forced_trace
from tests.fixtures.toy_traces import EOS


def shift(kl: tuple[float, ...] = (0.0, 1.5, 0.25)) -> DistributionShift:
    return DistributionShift(
        plain=forced_trace([THE, CAT, EOS], [0.5, 0.8, 0.6]),
        edited=forced_trace([THE, CAT, EOS], [0.5, 0.1, 0.4]),
        total_variation=np.array([0.0, 0.7, 0.2], np.float32),
        kl=np.array(kl, np.float32),
    )


def test_both_measures_are_drawn_over_the_tokens() -> None:
    variation, divergence = figures.shift_bars(shift()).data
    np.testing.assert_allclose(variation.y, [0, 0.7, 0.2], atol=1e-4)
    np.testing.assert_allclose(divergence.y, [0, 1.5, 0.25], atol=1e-4)
    assert list(variation.customdata) == [0, 1, 2]
    assert "p = 0.800 → 0.100" in variation.hovertext[1]


def test_the_chosen_step_is_outlined_in_both() -> None:
    for bars in figures.shift_bars(shift(), step=1).data:
        assert list(bars.marker.line.width) == [0, 3, 0]


def test_total_variation_always_has_the_same_axis() -> None:
    assert figures.shift_bars(shift()).layout.yaxis.range == (0, 1.02)


def test_an_infinite_divergence_can_be_drawn() -> None:
    figure = figures.shift_bars(shift((0.0, np.inf, 0.0)))
    assert figure.data[1].y[1] == 50
    assert np.isfinite(figure.layout.yaxis2.range).all()


def test_table_and_sentence_hold_the_same_facts() -> None:
    table = figures.shift_picture(shift()).table
    assert table["Token"].tolist() == ["the", "cat", "⟨eos⟩"]
    assert table["p before"].tolist() == pytest.approx([0.5, 0.8, 0.6])
    assert table["p after"].tolist() == pytest.approx([0.5, 0.1, 0.4])
    said = figures.shift_picture(shift()).sentence
    assert "most at step 2 (cat): total variation 0.700, KL 1.50 nats" in said

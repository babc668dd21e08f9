"""Teacher forcing in pictures: the losses of a reference, and one step of it."""

import math
from dataclasses import replace

import numpy as np
import pytest

from seqviz import figures
from seqviz.analysis.teacher_forcing import SentenceLoss, TeacherStep
from seqviz.words import table

CHINESE = table("zh")
LOSS = SentenceLoss(pieces=("▁<b>", "▁cat", "</s>"), losses=np.array([0.5, 2.0, 0.5]))
STEP = TeacherStep(
    fed=("▁the",),
    pieces=("▁dog", "▁cat", "▁<b>"),
    p=np.array([0.6, 0.3, 0.0001]),
    y=np.array([0.0, 1.0, 0.0]),
    target=1,
    entropy=0.9,
)


def test_the_bars_are_the_losses_and_know_their_step() -> None:
    figure = figures.token_losses_picture(LOSS, 1).chart
    (bars,) = figure.data
    assert list(bars.y) == [0.5, 2.0, 0.5]
    assert list(bars.customdata) == [0, 1, 2]
    assert list(bars.marker.pattern.shape) == ["", "/", ""]
    assert figure.layout.shapes[0].y0 == 1.0  # the mean
    assert figure.layout.annotations[0].text == "mean 1.00"
    assert "&lt;b&gt;" in figure.layout.xaxis.labelalias["0"]


def test_an_impossible_token_has_a_bar_that_can_be_drawn() -> None:
    loss = SentenceLoss(pieces=("a", "b"), losses=np.array([math.inf, 1.0]))
    figure = figures.token_losses_picture(loss, 0).chart
    assert np.isfinite(figure.data[0].y).all()
    assert math.isfinite(figure.layout.shapes[0].y0)
    assert figure.data[0].text[0] == "∞"


def test_the_table_feeds_every_step_the_reference_before_it() -> None:
    table = figures.token_losses_picture(LOSS, 1).table
    assert table["Fed in"].tolist() == ["⟨bos⟩", "<b>", "cat"]
    assert table["Target"].tolist() == ["<b>", "cat", "⟨eos⟩"]
    np.testing.assert_allclose(table["Probability"], np.exp([-0.5, -2, -0.5]), atol=1e-4)
    assert table["Σ log p"].tolist() == [-0.5, -2.5, -3.0]


def test_the_losses_in_a_sentence() -> None:
    alt = figures.token_losses_picture(LOSS, 0).sentence
    assert "sum 3.00, mean 1.00" in alt
    assert "2.00 for “cat”" in alt
    assert "总和 3.00" in figures.token_losses_picture(LOSS, 0, words=CHINESE).sentence


def test_a_step_shows_p_the_one_hot_target_and_their_difference() -> None:
    frame, predicted, push = figures.teacher_step_picture(STEP, 1).chart.data
    assert list(frame.x) == [0, 1, 0]
    assert list(predicted.x) == [0.6, 0.3, 0.0001]
    np.testing.assert_allclose(push.x, [0.6, -0.7, 0.0001])
    assert list(predicted.marker.pattern.shape) == ["", "/", ""]
    assert list(predicted.text) == ["0.600", "0.300", "&lt;0.001"]
    assert list(push.text) == ["↓ +0.600", "↑ −0.700", "↓ +&lt;0.001"]
    assert (predicted.xaxis, push.xaxis) == (None, "x2")


def test_a_probability_that_would_cross_the_frame_stands_beside_it() -> None:
    sure = replace(STEP, p=np.array([0.03, 0.95, 0.02]))
    frame, predicted, _ = figures.teacher_step_picture(sure, 1).chart.data
    assert list(frame.text) == ["", "0.950", ""]
    assert list(predicted.text) == ["0.030", "", "0.020"]


def test_all_steps_have_the_same_axes() -> None:
    figure = figures.teacher_step_picture(STEP, 1).chart
    assert list(figure.layout.xaxis.range) == [0, 1.15]
    assert list(figure.layout.xaxis2.range) == [-1.2, 1.2]


def test_the_table_says_which_way_descent_goes() -> None:
    table = figures.teacher_step_picture(STEP, 1).table
    assert table["Pushed"].tolist() == ["down", "up", "down"]
    assert table["y, target (one-hot)"].tolist() == [0, 1, 0]
    assert table["p − y"].tolist() == pytest.approx([0.6, -0.7, 0.0001])


def test_a_step_in_a_sentence() -> None:
    alt = figures.teacher_step_picture(STEP, 1).sentence
    assert "Step 2: the target is “cat”; the model gives it 0.300" in alt
    assert "dog 0.60, cat 0.30" in alt
    assert "目标是“cat”" in figures.teacher_step_picture(STEP, 1, words=CHINESE).sentence

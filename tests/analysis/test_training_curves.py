"""What is read off the record of a training."""

from dataclasses import replace

import numpy as np
import pytest

from seqviz.analysis.training_curves import (
    attention_peak,
    axis_values,
    best_dev,
    curve_rows,
    nearest_frame,
    sentence_loss,
    steps_done,
    stops,
)
from seqviz.records.training import DevPoint, LossPoint, ReplayFrame, ReplayView, TrainingRecord
from tests.fixtures.made_training import made_record


def loss(step: int, value: float) -> LossPoint:
    return LossPoint(step=step, epoch=step / 10, seconds=2.0 * step, loss=value, learning_rate=1e-3)


def dev(step: int, score: float) -> DevPoint:
    return DevPoint(step=step, seconds=2.0 * step + 1, loss=3.0, score=score)


def small() -> TrainingRecord:
    return replace(
        made_record(),
        losses=(loss(10, 5.0), loss(20, 4.0), loss(40, 3.0)),
        dev=(dev(20, 7.0), dev(30, 9.0), dev(50, 9.0)),
        frames=(),
    )


def view(attention: list[list[int]], surprisals: tuple[float, ...] = ()) -> ReplayView:
    rows = np.array(attention, np.uint8).reshape(len(attention), -1)
    pieces = tuple("x" * len(attention))
    return ReplayView(translation="", pieces=pieces, attention=rows, surprisals=surprisals)


def test_points_stand_at_their_steps_and_seconds() -> None:
    assert axis_values(small(), "step", dev=False) == [10, 20, 40]
    assert axis_values(small(), "seconds", dev=False) == [20, 40, 80]
    assert axis_values(small(), "seconds", dev=True) == [41, 61, 101]


def test_epochs_of_measurements_lie_between_those_of_the_losses() -> None:
    assert axis_values(small(), "epoch", dev=False) == [1, 2, 4]
    assert axis_values(small(), "epoch", dev=True) == [2, 3, 4]  # nothing is known after step 40
    early = replace(small(), dev=(dev(5, 1.0),))
    assert axis_values(early, "epoch", dev=True) == [0.5]
    assert np.isnan(axis_values(replace(small(), losses=()), "epoch", dev=True)).all()


def test_the_table_has_one_row_a_step() -> None:
    rows = curve_rows(small())
    assert [row.step for row in rows] == [10, 20, 30, 40, 50]
    assert [row.train_loss for row in rows] == [5.0, 4.0, None, 3.0, None]
    assert [row.score for row in rows] == [None, 7.0, 9.0, None, 9.0]
    assert [row.epoch for row in rows] == [1, 2, 3, 4, 4]


def test_the_best_measurement_is_the_first_of_equals() -> None:
    best = best_dev(small())
    assert best is not None
    assert best.step == 30
    assert best_dev(replace(small(), dev=())) is None


def test_how_far_it_came_is_the_last_step_of_anything() -> None:
    assert steps_done(small()) == 50
    frame = ReplayFrame(step=60, views=made_record().frames[0].views)
    assert steps_done(replace(small(), frames=(frame,))) == 60
    assert steps_done(replace(small(), losses=(), dev=())) == 0


def at(*steps: int) -> TrainingRecord:
    views = made_record().frames[0].views
    return replace(
        made_record(), frames=tuple(ReplayFrame(step=step, views=views) for step in steps)
    )


def test_the_stops_of_two_are_those_of_both() -> None:
    assert stops([at(0, 1, 10), at(0, 4, 10, 30)]) == (0, 1, 4, 10, 30)


@pytest.mark.parametrize(("step", "frame"), [(0, 0), (4, 1), (5, 1), (6, 2), (10, 2), (99, 2)])
def test_a_frame_is_the_nearest_one_and_the_earlier_of_two(step: int, frame: int) -> None:
    assert nearest_frame(at(0, 1, 9), step) == frame


def test_the_loss_of_a_sentence_is_the_mean_surprisal() -> None:
    assert sentence_loss(view([[0]], (1.0, 2.0, 6.0))) == 3.0
    assert np.isnan(sentence_loss(view([[0]])))


def test_the_peak_is_the_mean_of_the_largest_weights() -> None:
    assert attention_peak(view([[255, 0], [51, 204]])) == pytest.approx(0.9)
    assert np.isnan(attention_peak(view([[], []])))


def test_the_attention_of_a_made_up_training_sharpens() -> None:
    peaks = [attention_peak(frame.views[2]) for frame in made_record().frames]
    assert peaks == sorted(peaks)
    assert peaks[0] < 0.2
    assert peaks[-1] > 0.9

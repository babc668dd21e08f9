"""What the curves and frames of a training's record say. Numpy only."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

import numpy as np

from seqviz.records.training import FULL, DevPoint, LossPoint, ReplayView, TrainingRecord

Axis = Literal["step", "seconds", "epoch"]


@dataclass(frozen=True, kw_only=True)
class CurveRow:
    """All that was measured at one step; None for what was not."""

    step: int
    epoch: float
    seconds: float
    train_loss: float | None
    dev_loss: float | None
    score: float | None


def axis_values(record: TrainingRecord, axis: Axis, *, dev: bool) -> list[float]:
    """Where the points of a curve stand along an axis.

    Args:
        record: of the training.
        axis: what runs along it; epochs of the development points are read off those of the
            training losses.
        dev: the points measured on the development set, not the training losses.
    """
    points: Sequence[LossPoint | DevPoint] = record.dev if dev else record.losses
    if axis == "epoch":
        return [_epoch(record, point.step) for point in points]
    return [float(getattr(point, axis)) for point in points]


def _epoch(record: TrainingRecord, step: int) -> float:
    """Epochs at a step, 0 at step 0; NaN where no training loss was written."""
    if not record.losses:
        return float("nan")
    steps = [0, *(point.step for point in record.losses)]
    return float(np.interp(step, steps, [0.0, *(point.epoch for point in record.losses)]))


def curve_rows(record: TrainingRecord) -> tuple[CurveRow, ...]:
    """Both curves as one table, by ascending step."""
    points: list[LossPoint | DevPoint] = sorted(
        (*record.losses, *record.dev), key=lambda point: point.step
    )
    return tuple(
        _row(record, step, tuple(found))
        for step, found in groupby(points, key=lambda point: point.step)
    )


def _row(record: TrainingRecord, step: int, found: Sequence[LossPoint | DevPoint]) -> CurveRow:
    train = next((point for point in found if isinstance(point, LossPoint)), None)
    dev = next((point for point in found if isinstance(point, DevPoint)), None)
    return CurveRow(
        step=step,
        epoch=train.epoch if train else _epoch(record, step),
        seconds=found[0].seconds,
        train_loss=train.loss if train else None,
        dev_loss=dev.loss if dev else None,
        score=dev.score if dev else None,
    )


def steps_done(record: TrainingRecord) -> int:
    """The last step at which anything was measured; 0 where nothing was."""
    ends = [points[-1].step for points in (record.losses, record.dev, record.frames) if points]
    return max(ends, default=0)


def best_dev(record: TrainingRecord) -> DevPoint | None:
    """The measurement with the highest score, the first of equals; None without any."""
    return max(record.dev, key=lambda point: point.score, default=None)


def stops(records: Sequence[TrainingRecord]) -> tuple[int, ...]:
    """The steps at which any of some records has a frame, ascending."""
    return tuple(sorted({frame.step for record in records for frame in record.frames}))


def nearest_frame(record: TrainingRecord, step: int) -> int:
    """Which frame is nearest to a step, the earlier one of two; the record has frames."""
    gaps = [abs(frame.step - step) for frame in record.frames]
    return gaps.index(min(gaps))


def sentence_loss(view: ReplayView) -> float:
    """Mean −log p of the reference's tokens, EOS included, nats; NaN without tokens."""
    return sum(view.surprisals) / len(view.surprisals) if view.surprisals else float("nan")


def attention_peak(view: ReplayView) -> float:
    """Mean over target tokens of the largest weight, 0 to 1; NaN without attention.

    Even attention on S source tokens has 1/S; a sharp alignment comes near 1.
    """
    if not view.attention.size:
        return float("nan")
    return float(view.attention.max(axis=1).mean()) / FULL

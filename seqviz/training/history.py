"""Points and frames of a run as plain values, for its checkpoint, and back."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, TypeVar

import torch

from seqviz.records.training import DevPoint, LossPoint, ReplayFrame, ReplayView
from seqviz.training.loop import Update

Point = TypeVar("Point", LossPoint, DevPoint)


@dataclass
class LossSum:
    """The losses since the last point of the curve."""

    total: float = 0.0
    """Sum over tokens, nats."""
    tokens: int = 0

    def add(self, update: Update) -> None:
        """Count one update."""
        self.total += update.loss * update.tokens
        self.tokens += update.tokens

    def point(self, update: Update, seconds: float) -> LossPoint:
        """The mean, as a point at that update."""
        return LossPoint(
            step=update.step,
            epoch=round(update.epoch, 4),
            seconds=round(seconds, 2),
            loss=self.total / self.tokens,
            learning_rate=update.learning_rate,
        )


def points_to(points: Sequence[Point]) -> list[dict[str, Any]]:
    """Points as plain values."""
    return [asdict(point) for point in points]


def points_from(kind: type[Point], values: Sequence[Mapping[str, Any]]) -> list[Point]:
    """Points from plain values."""
    return [kind(**value) for value in values]


def frames_to(frames: Sequence[ReplayFrame]) -> list[dict[str, Any]]:
    """Frames as plain values and tensors."""
    return [
        {
            "step": frame.step,
            "views": [
                {**vars(view), "attention": torch.tensor(view.attention)} for view in frame.views
            ],
        }
        for frame in frames
    ]


def frames_from(values: Sequence[Mapping[str, Any]]) -> list[ReplayFrame]:
    """Frames from plain values and tensors."""
    return [
        ReplayFrame(
            step=value["step"],
            views=tuple(
                ReplayView(**{**view, "attention": view["attention"].numpy().copy()})
                for view in value["views"]
            ),
        )
        for value in values
    ]

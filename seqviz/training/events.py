"""What a training tells while it runs."""

from dataclasses import dataclass

from seqviz.records.training import DevPoint
from seqviz.training.loop import Update


@dataclass(frozen=True)
class Resumed:
    """The run goes on from a checkpoint."""

    step: int


@dataclass(frozen=True)
class Progress:
    """An update was made."""

    update: Update
    steps: int
    """Updates that are planned in all."""
    tokens_per_second: float
    """Target tokens, since the run was started or resumed."""
    seconds_left: float


@dataclass(frozen=True)
class Measured:
    """The model was measured, and a checkpoint written."""

    point: DevPoint
    best: bool


@dataclass(frozen=True)
class Averaged:
    """The mean of the last checkpoints was tried as the result."""

    steps: tuple[int, ...]
    score: float
    best_score: float
    """Of the best single checkpoint."""


Event = Resumed | Progress | Measured | Averaged

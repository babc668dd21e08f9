"""How a model learnt: its curves, and fixed sentences translated again and again, as a record.

``training.json`` beside the weights. Knows nothing about how a model is trained.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Bytes = NDArray[np.uint8]
Metric = Literal["bleu", "exact_match"]

FILE_NAME = "training.json"
"""Beside a model's weights."""
FULL = 255
"""What an attention weight of 1 is in a frame."""


@dataclass(frozen=True, kw_only=True)
class LossPoint:
    """The training loss since the point before."""

    step: int
    """Updates done."""
    epoch: float
    """How often the training pairs have been seen."""
    seconds: float
    """Of training, this far; what was lost by killed runs is not counted."""
    loss: float
    """Mean cross-entropy with label smoothing, nats a target token."""
    learning_rate: float
    """Of the last step."""

    def __post_init__(self) -> None:
        """Refuse what cannot have been measured."""
        check_numbers(self)


@dataclass(frozen=True, kw_only=True)
class DevPoint:
    """A measurement on the development set."""

    step: int
    seconds: float
    """Of training, this far."""
    loss: float
    """Mean −log p of the references' tokens (EOS included), nats a token, no smoothing."""
    score: float
    """0 to 100, of greedy translations; the record says which metric."""

    def __post_init__(self) -> None:
        """Refuse what cannot have been measured."""
        check_numbers(self)


@dataclass(frozen=True, kw_only=True)
class ReplaySentence:
    """A fixed sentence of the replay."""

    source: str
    reference: str
    pieces: tuple[str, ...]
    """Of the source as the model reads it, EOS included; S of them."""
    reference_pieces: tuple[str, ...]
    """Of the reference, EOS included; as many as a view has ``surprisals``."""


@dataclass(frozen=True, kw_only=True, eq=False)
class ReplayView:
    """What the model made of one sentence at one step of its training.

    Raises:
        ValueError: shapes disagree.
    """

    translation: str
    """By greedy search."""
    pieces: tuple[str, ...]
    """Of the translation, EOS included where it was produced; T of them."""
    attention: Bytes
    """(T, S): cross-attention times 255, mean over layers and heads; row t belongs to piece t.
    (T, 0) without attention."""
    surprisals: tuple[float, ...]
    """−log p of every token of the reference, EOS included, nats."""

    def __post_init__(self) -> None:
        """Check the shapes, and make the array read-only."""
        if self.attention.dtype != np.uint8 or self.attention.ndim != 2:  # noqa: PLR2004 (a matrix)
            raise ValueError("the attention is no matrix of bytes")
        if self.attention.shape[0] != len(self.pieces):
            raise ValueError(f"{self.attention.shape[0]} rows, {len(self.pieces)} pieces")
        if not all(math.isfinite(value) and value >= 0 for value in self.surprisals):
            raise ValueError("'surprisals' holds what is no number, or below 0")
        self.attention.flags.writeable = False

    @property
    def log_prob(self) -> float:
        """Log-probability of the reference, nats."""
        return -sum(self.surprisals)


@dataclass(frozen=True, kw_only=True, eq=False)
class ReplayFrame:
    """All fixed sentences at one step."""

    step: int
    views: tuple[ReplayView, ...]
    """In the order of the record's sentences."""


@dataclass(frozen=True, kw_only=True)
class Start:
    """The model whose weights a training went on from, and how that one learnt, where it is known.

    Raises:
        ValueError: steps do not ascend.
    """

    model: str
    """PAIR/SYSTEM."""
    sha256: str
    """Of its file of weights, hexadecimal."""
    metric: Metric = "bleu"
    """Of its ``DevPoint.score``."""
    seconds: float = 0.0
    """Of its training; 0: not known."""
    losses: tuple[LossPoint, ...] = ()
    dev: tuple[DevPoint, ...] = ()

    def __post_init__(self) -> None:
        """Refuse curves that cannot be drawn."""
        check_ascending(self.losses, self.dev)


@dataclass(frozen=True, kw_only=True, eq=False)
class TrainingRecord:
    """The whole training of one model.

    Raises:
        ValueError: steps do not ascend, or a frame does not fit the sentences.
    """

    model: str
    """PAIR/SYSTEM."""
    fingerprint: str
    """Of the weights that came out; see ``ModelFacts``."""
    seed: int
    device: str
    """Such as "cpu" or "cuda"."""
    metric: Metric
    """Of ``DevPoint.score``."""
    steps: int
    """Updates that were planned; fewer were done where it stopped early."""
    seconds: float
    """Of training, measurements included."""
    losses: tuple[LossPoint, ...]
    dev: tuple[DevPoint, ...]
    sentences: tuple[ReplaySentence, ...]
    """Empty: no replay."""
    frames: tuple[ReplayFrame, ...]
    """By ascending step; the first is that of the untrained model."""
    started_from: Start | None = None
    """None: from random weights."""

    def __post_init__(self) -> None:
        """Refuse a record that cannot be drawn."""
        for name in ("seed", "steps", "seconds"):
            if getattr(self, name) < 0:
                raise ValueError(f"'{name}' is {getattr(self, name)}")
        check_ascending(self.losses, self.dev, self.frames)
        for frame in self.frames:
            if len(frame.views) != len(self.sentences):
                raise ValueError(f"{len(frame.views)} views, {len(self.sentences)} sentences")
            for view, sentence in zip(frame.views, self.sentences, strict=True):
                if view.attention.shape[1] not in (0, len(sentence.pieces)):
                    wanted = f"{len(view.pieces)} times {len(sentence.pieces)}"
                    raise ValueError(f"'attention' has {view.attention.size} bytes, not {wanted}")
                if len(view.surprisals) != len(sentence.reference_pieces):
                    raise ValueError("the surprisals do not fit the reference")


def check_ascending(*curves: Sequence[LossPoint | DevPoint | ReplayFrame]) -> None:
    """Refuse curves whose steps do not ascend from 0 or later.

    Raises:
        ValueError: one of them.
    """
    for points in curves:
        steps = [point.step for point in points]
        if steps != sorted(set(steps)) or min(steps, default=0) < 0:
            raise ValueError("the steps do not ascend from 0")


def check_numbers(record: LossPoint | DevPoint) -> None:
    """Refuse a point that holds anything but finite numbers.

    Raises:
        ValueError: naming the field.
    """
    for entry in fields(record):
        value = getattr(record, entry.name)
        if type(value) not in (int, float) or not math.isfinite(value) or value < 0:
            raise ValueError(f"'{entry.name}' is {value!r:.40}")

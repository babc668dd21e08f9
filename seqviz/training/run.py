"""A whole training: updates, looks at the model, checkpoints, and the best weights in the end.

A run that was killed goes on from its last checkpoint, and ends with the same weights as one that
was not. Knows nothing of files but the work folder.
"""

import hashlib
import math
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

import torch
from torch import Tensor

from seqviz.models.build import Model
from seqviz.models.checkpoint import fingerprint
from seqviz.records.training import (
    DevPoint,
    LossPoint,
    Metric,
    ReplayFrame,
    ReplaySentence,
    TrainingRecord,
)
from seqviz.text.tokenizer import Tokenizer
from seqviz.training.batches import Example
from seqviz.training.build import build_model
from seqviz.training.checkpoints import Checkpoints, mean_weights, mixed
from seqviz.training.events import Averaged, Event, Measured, Progress, Resumed
from seqviz.training.history import LossSum, frames_from, frames_to, points_from, points_to
from seqviz.training.loop import Trainer, Update, diverged
from seqviz.training.measure import Development, dev_loss, dev_score
from seqviz.training.observer import Observer
from seqviz.training.replay import choose_sentences, frame_steps, replay_frame
from seqviz.training.settings import TrainSettings
from seqviz.training.start import Begun, widened


@dataclass(frozen=True, kw_only=True)
class Material:
    """What a model learns from."""

    train: Sequence[Example]
    dev: Development
    source: Tokenizer
    target: Tokenizer
    fingerprint: str
    """Of all the data, and of the weights that are gone on from; a run goes on only with both."""
    begun: Begun | None = None
    """The model whose weights are gone on from; None: they are random."""


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What came out."""

    model: Model
    """With the best weights, ready to decode."""
    record: TrainingRecord
    score: float
    """Of these weights on the development set."""
    steps: tuple[int, ...]
    """After which the weights were taken; several: their mean."""
    stopped_early: bool


def train(
    settings: TrainSettings,
    material: Material,
    *,
    work: Path,
    device: str,
    on_event: Callable[[Event], None],
) -> Outcome:
    """Train a model, or go on with it.

    Args:
        settings: of the run; the vocabulary sizes are those of the tokenizers.
        material: what to learn from.
        work: the run's own folder.
        device: "cpu", "cuda" or "mps".
        on_event: called after every update and measurement; what it raises ends the run, which
            can be resumed.

    Raises:
        InputError: ``training_diverged``, ``file_unwritable``, ``checkpoint_other`` or
            ``checkpoint_corrupt``.
    """
    run = _Run(settings, material, work=work, device=device, on_event=on_event)
    return run.to_the_end()


@dataclass
class _History:
    """What has been seen so far."""

    losses: list[LossPoint] = field(default_factory=list)
    dev: list[DevPoint] = field(default_factory=list)
    frames: list[ReplayFrame] = field(default_factory=list)
    recent: LossSum = field(default_factory=LossSum)
    seconds: float = 0.0


class _Run:
    def __init__(
        self,
        settings: TrainSettings,
        material: Material,
        *,
        work: Path,
        device: str,
        on_event: Callable[[Event], None],
    ) -> None:
        self._settings, self._material, self._device = settings, material, device
        self._on_event = on_event
        torch.manual_seed(settings.seed)
        self._model = build_model(settings, source=material.source, target=material.target)
        if material.begun is not None:
            self._load(widened(material.begun.weights, self._model.state_dict()))
        self._trainer = Trainer(self._model, material.train, settings, device=device)
        self._observer = Observer(
            model=self._model, settings=settings, source=material.source, target=material.target
        )
        self._history = _History()
        self._clock = time.perf_counter()
        self._checkpoints = Checkpoints(work, run_key(settings, material))
        report = settings.report
        self._frames = frame_steps(settings.optimiser.steps, report.replay_frames)
        self._sentences: tuple[ReplaySentence, ...] = ()
        if self._frames:
            self._sentences = choose_sentences(
                self._observer, material.dev.pairs, report.replay_sentences
            )

    def to_the_end(self) -> Outcome:
        self._resume()
        self._clock = time.perf_counter() - self._history.seconds
        began, tokens = time.perf_counter(), 0
        first = self._trainer.step
        if not first and not self._history.frames:
            self._look(0)
        while not self._done():
            update = self._trainer.advance()
            tokens += update.tokens
            self._after(update)
            spent = time.perf_counter() - began
            left = self._settings.optimiser.steps - update.step
            self._on_event(
                Progress(
                    update,
                    self._settings.optimiser.steps,
                    tokens / spent,
                    left * spent / (update.step - first),
                )
            )
        return self._finish()

    def _resume(self) -> None:
        saved = self._checkpoints.read()
        if saved is None:
            return
        self._trainer.restore(saved["trainer"])
        self._history = _History(
            losses=points_from(LossPoint, saved["losses"]),
            dev=points_from(DevPoint, saved["dev"]),
            frames=frames_from(saved["frames"]),
            recent=LossSum(**saved["recent"]),
            seconds=saved["seconds"],
        )
        self._on_event(Resumed(self._trainer.step))

    def _after(self, update: Update) -> None:
        history, report, step = self._history, self._settings.report, update.step
        last = step == self._settings.optimiser.steps
        history.recent.add(update)
        if step % report.log_every == 0 or last:
            history.losses.append(history.recent.point(update, self._seconds()))
            history.recent = LossSum()
        if step in self._frames:
            self._look(step)
        if step % report.dev_every == 0 or last:
            self._measure(update)

    def _look(self, step: int) -> None:
        if self._sentences:
            self._history.frames.append(replay_frame(self._observer, self._sentences, step=step))

    def _measure(self, update: Update) -> None:
        step, seconds = update.step, round(self._seconds(), 2)
        loss = dev_loss(self._observer, self._material.dev)
        if not math.isfinite(loss):
            raise diverged(step, update.learning_rate)
        point = DevPoint(step=step, seconds=seconds, loss=loss, score=self._score())
        best = all(point.score > other.score for other in self._history.dev)
        self._history.dev.append(point)
        self._checkpoints.write_weights(step, self._model.state_dict())
        kept = {self._best().step, *self._last_steps()}
        self._checkpoints.write(
            {
                "trainer": self._trainer.state(),
                "losses": points_to(self._history.losses),
                "dev": points_to(self._history.dev),
                "frames": frames_to(self._history.frames),
                "recent": asdict(self._history.recent),
                "seconds": self._seconds(),
            }
        )
        self._checkpoints.keep_only(kept)
        self._on_event(Measured(point, best=best))

    def _score(self) -> float:
        most = self._settings.report.dev_sentences
        return dev_score(self._observer, self._material.dev, most=most)

    def _best(self) -> DevPoint:
        """The measurement with the best score, the first of equals."""
        return max(self._history.dev, key=lambda point: point.score)

    def _last_steps(self) -> tuple[int, ...]:
        count = self._settings.optimiser.average_last
        return tuple(point.step for point in self._history.dev[-count:])

    def _impatient(self) -> bool:
        patience, dev = self._settings.report.patience, self._history.dev
        return bool(patience) and bool(dev) and len(dev) - 1 - dev.index(self._best()) >= patience

    def _done(self) -> bool:
        return self._trainer.step >= self._settings.optimiser.steps or self._impatient()

    def _seconds(self) -> float:
        return time.perf_counter() - self._clock

    def _finish(self) -> Outcome:
        best, last = self._best(), self._last_steps()
        takes_last = self._settings.optimiser.result == "last"
        single = self._history.dev[-1] if takes_last else best
        steps: tuple[int, ...] = (single.step,)
        score = single.score
        self._load(self._checkpoints.read_weights(single.step))
        if len(last) > 1:
            self._load(mean_weights([self._checkpoints.read_weights(step) for step in last]))
            averaged = self._score()
            self._on_event(Averaged(last, averaged, best.score))
            if takes_last or averaged > score:
                steps, score = last, averaged
            else:
                self._load(self._checkpoints.read_weights(single.step))
        kept, begun = self._settings.optimiser.keep_start, self._material.begun
        if kept and begun is not None:
            self._load(mixed(begun.weights, self._model.state_dict(), kept))
            score = self._score()
        self._model.eval()
        return Outcome(
            model=self._model,
            record=self._record(),
            score=score,
            steps=steps,
            stopped_early=self._trainer.step < self._settings.optimiser.steps,
        )

    def _load(self, weights: Mapping[str, Tensor]) -> None:
        self._model.load_state_dict(weights)

    def _record(self) -> TrainingRecord:
        history = self._history
        metric: Metric = self._material.dev.metric
        return TrainingRecord(
            model=self._settings.name,
            fingerprint=fingerprint(self._model),
            seed=self._settings.seed,
            device=self._device,
            metric=metric,
            steps=self._settings.optimiser.steps,
            seconds=self._seconds(),
            losses=tuple(history.losses),
            dev=tuple(history.dev),
            sentences=self._sentences,
            frames=tuple(history.frames),
            started_from=begun.told if (begun := self._material.begun) else None,
        )


def run_key(settings: TrainSettings, material: Material) -> str:
    """Names all that a run depends on, besides the program."""
    return hashlib.sha256(f"{settings!r} {material.fingerprint}".encode()).hexdigest()

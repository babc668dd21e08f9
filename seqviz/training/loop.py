"""Updates of a model's weights: teacher forcing, cross-entropy, Adam. Knows nothing of text."""

import math
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from seqviz.errors import InputError
from seqviz.models.build import Model
from seqviz.training.batches import Batch, Example, collate, epoch_batches
from seqviz.training.settings import OptimiserSettings, TrainingPrecision, TrainSettings

_PRECISIONS: Mapping[TrainingPrecision, torch.dtype] = {
    "float32": torch.float32,
    "bfloat16": torch.bfloat16,
    "float16": torch.float16,
}


@dataclass(frozen=True, kw_only=True)
class Update:
    """What one update of the weights was."""

    step: int
    """Its number, from 1."""
    epoch: float
    """How often the examples have been seen, this update included."""
    loss: float
    """Mean cross-entropy with label smoothing, nats a target token."""
    learning_rate: float
    tokens: int
    """Target tokens of its batches."""
    seconds: float


def token_loss(logits: Tensor, batch: Batch, *, pad: int, label_smoothing: float = 0.0) -> Tensor:
    """Mean cross-entropy of the tokens to be predicted, nats.

    Args:
        logits: (B, T, V).
        batch: the targets; padding does not count.
        pad: its id.
        label_smoothing: share of the target distribution spread over the vocabulary (Szegedy et
            al. 2016, https://arxiv.org/abs/1512.00567, section 7).
    """
    return F.cross_entropy(
        logits.float().flatten(0, 1),
        batch.target_out.flatten(),
        ignore_index=pad,
        label_smoothing=label_smoothing,
    )


def diverged(step: int, rate: float) -> InputError:
    """``training_diverged``, found at a step with a learning rate."""
    return InputError("training_diverged", {"step": step, "rate": f"{rate:.2g}"})


class Trainer:
    """A model, its optimiser, and how far it is.

    On a CPU, with the same seed and number of threads, a run is the same to the last bit; also one
    that went on from ``state``. The random numbers are torch's own: seed them before the model is
    built.

    Attributes:
        model: what learns.
        step: updates done.
    """

    def __init__(
        self,
        model: Model,
        examples: Sequence[Example],
        settings: TrainSettings,
        *,
        device: str = "cpu",
    ) -> None:
        """Start at step 0.

        Args:
            model: freshly built, in float32.
            examples: not empty.
            settings: of the run.
            device: "cpu", "cuda" or "mps".
        """
        self.model = model.to(device)
        self.step = 0
        self._device, self._examples = device, examples
        self._seed, self._settings = settings.seed, settings.optimiser
        self._epoch, self._place = 0, 0
        self._batches = self._of_epoch()
        self._optimiser = torch.optim.Adam(
            model.parameters(),
            self._settings.learning_rate,
            betas=(self._settings.beta1, self._settings.beta2),
        )
        self._dtype = _PRECISIONS[self._settings.precision]
        self._scaler = torch.amp.GradScaler(device, enabled=self._dtype is torch.float16)

    def advance(self) -> Update:
        """Do one update.

        Raises:
            InputError: ``training_diverged``: the loss or its gradient is no number any more; the
                weights are those before this update.
        """
        started = time.perf_counter()
        batches = [self._next_batch() for _ in range(self._settings.accumulate)]
        rate = learning_rate(self.step + 1, self._settings)
        for group in self._optimiser.param_groups:
            group["lr"] = rate
        self._optimiser.zero_grad(set_to_none=True)
        tokens, value = sum(batch.tokens for batch in batches), 0.0
        for batch in batches:
            loss = self._loss(batch) * (batch.tokens / tokens)
            self._scaler.scale(loss).backward()  # type: ignore[no-untyped-call]  # torch's own
            value += float(loss.detach())
        if not (math.isfinite(value) and self._clip()):
            raise diverged(self.step + 1, rate)
        self._scaler.step(self._optimiser)
        self._scaler.update()
        self.step += 1
        return Update(
            step=self.step,
            epoch=self._epoch + self._place / len(self._batches),
            loss=value,
            learning_rate=rate,
            tokens=tokens,
            seconds=time.perf_counter() - started,
        )

    def _clip(self) -> bool:
        """Clip the gradient; whether it is finite.

        In float16, gradients overflow now and then: the scaler skips these updates by itself.
        """
        parameters = list(self.model.parameters())
        if self._settings.clip_norm:
            self._scaler.unscale_(self._optimiser)
            norm = nn.utils.clip_grad_norm_(parameters, self._settings.clip_norm)
        else:
            grads = [weight.grad for weight in parameters if weight.grad is not None]
            norm = nn.utils.get_total_norm(grads)
        return self._scaler.is_enabled() or math.isfinite(norm)

    def state(self) -> dict[str, Any]:
        """All that the next updates depend on, besides examples and settings."""
        return {
            "model": self.model.state_dict(),
            "optimiser": self._optimiser.state_dict(),
            "scaler": self._scaler.state_dict(),
            "step": self.step,
            "epoch": self._epoch,
            "place": self._place,
            "chance": torch.get_rng_state(),
            "device_chance": torch.cuda.get_rng_state() if self._device == "cuda" else None,
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        """Go on from ``state()`` of a trainer of the same examples and settings."""
        self.model.load_state_dict(state["model"])
        self._optimiser.load_state_dict(state["optimiser"])
        if self._scaler.is_enabled():
            self._scaler.load_state_dict(state["scaler"])
        self.step, self._epoch, self._place = state["step"], state["epoch"], state["place"]
        self._batches = self._of_epoch()
        torch.set_rng_state(state["chance"].cpu())
        if self._device == "cuda" and state["device_chance"] is not None:
            torch.cuda.set_rng_state(state["device_chance"].cpu())

    def _loss(self, batch: Batch) -> Tensor:
        self.model.train()
        with torch.autocast(self._device, self._dtype, enabled=self._dtype is not torch.float32):
            logits = self.model(batch.source, batch.lengths, batch.target_in)
        return token_loss(
            logits,
            batch,
            pad=self.model.special.pad,
            label_smoothing=self._settings.label_smoothing,
        )

    def _next_batch(self) -> Batch:
        if self._place == len(self._batches):
            self._epoch, self._place = self._epoch + 1, 0
            self._batches = self._of_epoch()
        chosen = [self._examples[place] for place in self._batches[self._place]]
        self._place += 1
        return collate(chosen, special=self.model.special, device=self._device)

    def _of_epoch(self) -> list[list[int]]:
        return epoch_batches(
            self._examples,
            batch_tokens=self._settings.batch_tokens,
            seed=self._seed,
            epoch=self._epoch,
        )


def learning_rate(step: int, settings: OptimiserSettings) -> float:
    """The learning rate of an update.

    It rises linearly for ``warmup_steps``, then falls along half a cosine to almost 0 at the last
    step (Loshchilov & Hutter 2017, https://arxiv.org/abs/1608.03983, without restarts), or with
    the inverse square root of the step (Vaswani et al. 2017, section 5.3).

    Args:
        step: from 1 to ``settings.steps``.
        settings: of the run.
    """
    warmup = settings.warmup_steps
    if step <= warmup:
        return settings.learning_rate * step / warmup
    if settings.schedule == "inverse-sqrt":
        return settings.learning_rate * math.sqrt(max(warmup, 1) / step)
    done = (step - warmup) / (settings.steps - warmup + 1)
    return settings.learning_rate * 0.5 * (1 + math.cos(math.pi * done))

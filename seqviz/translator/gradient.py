"""A few steps of gradient descent on one pair, on a copy of a model; the model itself stays.

What a lesson shows of training: the right token becomes more probable, and all others move. Plain
descent without momentum, θ ← θ − η ∇ loss, so that a step is what the formula says. All steps are
taken anew from the model's own weights, within the caller's process: ten steps of a toy take 0.05
seconds of a processor, where a process of its own takes 3 seconds and 230 MB before its first.
"""

from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import cast

import numpy as np
import torch
from torch import Tensor, nn

from seqviz.errors import InputError
from seqviz.models.build import Model
from seqviz.trace import Floats, Ints
from seqviz.trace.search import freeze
from seqviz.translator.translator import Translator

MOST_PARAMETERS = 200_000
"""Of a model that is copied and changed while somebody waits: a toy."""
MOST_UPDATES = 100
LARGEST_RATE = 10.0


@dataclass(frozen=True, kw_only=True, eq=False)
class GradientSteps:
    """What a target was given before and after every update. U updates, T tokens, V pieces."""

    target: Ints
    """(T,): the right tokens, EOS included."""
    pieces: tuple[str, ...]
    """(V,): of the vocabulary."""
    probs: Floats
    """(U + 1, T, V): p(token | right tokens before, source); NaN once the weights are no numbers.
    """
    losses: Floats
    """(U + 1,): sum of −log p over the target, in nats."""

    def __post_init__(self) -> None:
        """Make the arrays read-only."""
        freeze(self)


def gradient_steps(
    translator: Translator, text: str, target_text: str, *, rates: Sequence[float]
) -> GradientSteps:
    """Train a copy of a translator's model on one pair, from its own weights.

    Args:
        translator: of a small model.
        text: the sentence.
        target_text: what is right.
        rates: η of every update; the same ones lead to the same numbers.

    Raises:
        InputError: a text is empty, too long, or holds what the model does not know; an update
            too many, a rate out of range, or the model too large.
    """
    ids = translator.target.ids(target_text)
    if not ids:
        raise InputError("empty_target")
    _check("updates", len(rates), MOST_UPDATES)
    for rate in rates:
        _check("rate", rate, LARGEST_RATE)
    read, target = translator.read(text), (*ids, translator.facts.eos)
    unknown = (*read.unknown(translator.facts.unk), *translator.unknown_in_target(target_text))
    if unknown:
        raise InputError("learn_unknown", {"pieces": ", ".join(dict.fromkeys(unknown))})
    found = translator.work(lambda model: _descended(cast(Model, model), (read.ids, target), rates))
    probs, losses = found.value
    spell = translator.target.tokenizer.piece
    return GradientSteps(
        target=np.array(target, np.int32),
        pieces=tuple(spell(token) for token in range(probs.shape[-1])),
        probs=probs.numpy(),
        losses=losses.numpy(),
    )


def _check(option: str, found: float, high: float) -> None:
    if not 0 <= found <= high:
        facts = {"option": option, "found": found, "low": 0, "high": high}
        raise InputError("option_out_of_range", facts)


def _descended(
    model: Model, pair: tuple[Sequence[int], Sequence[int]], rates: Sequence[float]
) -> tuple[Tensor, Tensor]:
    """Probabilities (U + 1, T, V) and losses (U + 1,) of a copy that is trained."""
    size = sum(parameter.numel() for parameter in model.parameters())
    if size > MOST_PARAMETERS:
        facts = {"found": f"{size:,}", "limit": f"{MOST_PARAMETERS:,}"}
        raise InputError("model_too_large", facts)
    learner = deepcopy(model).cpu().float().eval().requires_grad_()
    source, target = pair
    ids, right = torch.tensor([source]), torch.tensor(target)
    fed = torch.tensor([[model.special.bos, *target[:-1]]])
    weights = list(learner.parameters())
    probs, losses = [], []
    for rate in (*rates, None):
        with torch.enable_grad():
            logits = learner(ids, torch.tensor([len(source)]), fed)[0]  # (T, V)
            loss = nn.functional.cross_entropy(logits, right, reduction="sum")
        probs.append(logits.detach().softmax(-1))
        losses.append(loss.detach())
        if rate is not None:
            slopes = torch.autograd.grad(loss, weights, materialize_grads=True)
            for weight, slope in zip(weights, slopes, strict=True):
                weight.data -= rate * slope
    return torch.stack(probs), torch.stack(losses)

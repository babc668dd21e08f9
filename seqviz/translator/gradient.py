"""A few steps of gradient descent on one pair, on a copy of a model; the model itself stays.

What a lesson shows of training: the right token becomes more probable, and all others move. Plain
descent without momentum, θ ← θ − η ∇ loss, so that a step is what the formula says.
"""

import copy
from collections.abc import Sequence
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

MOST_PARAMETERS = 2_000_000
"""Of a model that is copied and changed while somebody waits."""
MOST_UPDATES = 100


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
    """(U + 1,): mean of −log p over the target, in nats."""

    def __post_init__(self) -> None:
        """Make the arrays read-only."""
        freeze(self)


def gradient_steps(
    translator: Translator, text: str, target_text: str, *, rate: float, updates: int
) -> GradientSteps:
    """Train a copy of a translator's model on one pair.

    Args:
        translator: of a small model.
        text: the sentence.
        target_text: what is right.
        rate: η.
        updates: how many.

    Raises:
        InputError: a text is empty or too long, an update too many, or the model too large.
    """
    ids = translator.target.ids(target_text)
    if not ids:
        raise InputError("empty_target")
    if not 1 <= updates <= MOST_UPDATES:
        facts = {"option": "updates", "found": updates, "low": 1, "high": MOST_UPDATES}
        raise InputError("option_out_of_range", facts)
    source, target = translator.read(text).ids, (*ids, translator.facts.eos)
    probs, losses = translator.work(
        lambda model: _descended(cast(Model, model), source, target, rate=rate, updates=updates)
    )
    spell = translator.target.tokenizer.piece
    return GradientSteps(
        target=np.array(target, np.int32),
        pieces=tuple(spell(token) for token in range(probs.shape[-1])),
        probs=probs.numpy(),
        losses=losses.numpy(),
    )


def _descended(
    model: Model, source: Sequence[int], target: Sequence[int], *, rate: float, updates: int
) -> tuple[Tensor, Tensor]:
    """Probabilities (U + 1, T, V) and losses (U + 1,) of a copy that is trained."""
    size = sum(parameter.numel() for parameter in model.parameters())
    if size > MOST_PARAMETERS:
        facts = {"found": f"{size:,}", "limit": f"{MOST_PARAMETERS:,}"}
        raise InputError("model_too_large", facts)
    learner = copy.deepcopy(model).cpu().float().eval().requires_grad_()
    ids, right = torch.tensor([source]), torch.tensor(target)
    fed = torch.tensor([[model.special.bos, *target[:-1]]])
    optimiser = torch.optim.SGD(learner.parameters(), rate)
    probs, losses = [], []
    for update in range(updates + 1):
        with torch.enable_grad():
            logits = learner(ids, torch.tensor([len(source)]), fed)[0]  # (T, V)
            loss = nn.functional.cross_entropy(logits, right)
        probs.append(logits.detach().softmax(-1))
        losses.append(loss.detach())
        if update < updates:
            optimiser.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call] # torch's own
            optimiser.step()
    return torch.stack(probs), torch.stack(losses)

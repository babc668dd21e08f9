"""Examples in token ids, and batches of them of about the same length.

The batches of an epoch depend on the seed and the epoch alone, so that a resumed run goes on with
the very batches that it would have had.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn.utils.rnn import pad_sequence

from seqviz.models.base import SpecialTokens

SPECIAL = SpecialTokens()
"""Ids that all models trained here have."""
JITTER = 3.0
"""Tokens by which lengths are blurred, so that batches differ from epoch to epoch."""


@dataclass(frozen=True, slots=True)
class Example:
    """A sentence pair in token ids; both sides end in EOS."""

    source: tuple[int, ...]
    target: tuple[int, ...]

    @property
    def width(self) -> int:
        """Tokens of the longer side."""
        return max(len(self.source), len(self.target))


@dataclass(frozen=True, slots=True)
class Batch:
    """Examples side by side, padded at the end. B sentences, S source and T target tokens."""

    source: Tensor
    """(B, S)."""
    lengths: Tensor
    """(B,): of the sources."""
    target_in: Tensor
    """(B, T): start token first, what the decoder is fed (teacher forcing)."""
    target_out: Tensor
    """(B, T): what it has to predict, EOS last."""
    tokens: int
    """Target tokens without padding."""


def epoch_batches(
    examples: Sequence[Example], *, batch_tokens: int, seed: int, epoch: int
) -> list[list[int]]:
    """All examples once, those of about the same length together, in random order.

    Args:
        examples: not empty.
        batch_tokens: most padded tokens of a batch on its longer side; an example that is longer
            has a batch to itself.
        seed: of the run.
        epoch: from 0.

    Returns:
        places in ``examples``.
    """
    chance = random.Random(f"{seed} {epoch}")
    blurred = [len(e.source) + len(e.target) + JITTER * chance.random() for e in examples]
    batches: list[list[int]] = []
    batch: list[int] = []
    width = 0
    for place in sorted(range(len(examples)), key=blurred.__getitem__):
        wider = max(width, examples[place].width)
        if batch and wider * (len(batch) + 1) > batch_tokens:
            batches.append(batch)
            batch, wider = [], examples[place].width
        batch.append(place)
        width = wider
    batches.append(batch)
    chance.shuffle(batches)
    return batches


def collate(
    examples: Sequence[Example], *, special: SpecialTokens, device: torch.device | str
) -> Batch:
    """Put examples side by side on a device."""
    sources = [torch.tensor(example.source) for example in examples]
    targets = [torch.tensor(example.target) for example in examples]
    fed = [torch.tensor((special.bos, *example.target[:-1])) for example in examples]

    def padded(rows: list[Tensor]) -> Tensor:
        return pad_sequence(rows, batch_first=True, padding_value=special.pad).to(device)

    return Batch(
        source=padded(sources),
        lengths=torch.tensor([len(example.source) for example in examples], device=device),
        target_in=padded(fed),
        target_out=padded(targets),
        tokens=sum(len(example.target) for example in examples),
    )

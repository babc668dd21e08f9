"""How editing the attention changes every next-token distribution along one given target."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
from torch import Tensor

from seqviz.decoding.forced import decode_forced
from seqviz.decoding.record import Decoding, OnStep
from seqviz.models.base import M, Seq2SeqModel, State
from seqviz.options import DecodeOptions
from seqviz.trace import Floats


@dataclass(frozen=True, kw_only=True, eq=False)
class Shift:
    """Two forced decodings of one target, and how far apart they are; see ``DistributionShift``."""

    plain: Decoding
    edited: Decoding
    total_variation: Floats
    kl: Floats

    @property
    def is_finite(self) -> bool:
        """Of both decodings."""
        return self.plain.is_finite and self.edited.is_finite


def decode_shift(
    model: Seq2SeqModel[M, State],
    source_ids: Sequence[int],
    target_ids: Sequence[int],
    *,
    options: DecodeOptions,
    on_step: OnStep | None = None,
) -> Shift:
    """Score a target without and with the interventions of the options.

    Raises:
        InputError: as ``decode_forced``.
    """
    seen: tuple[list[Tensor], list[Tensor]] = ([], [])
    plain, edited = (
        decode_forced(
            model,
            source_ids,
            target_ids,
            options=chosen,
            on_step=on_step,
            observe=distributions.append,
        )
        for chosen, distributions in zip(
            (replace(options, interventions=()), options), seen, strict=True
        )
    )
    return Shift(
        plain=plain,
        edited=edited,
        total_variation=_of_steps(total_variation, *seen),
        kl=_of_steps(kl_divergence, *seen),
    )


def total_variation(before: Tensor, after: Tensor) -> Tensor:
    """½ Σ |p − q| of two distributions given as log-probabilities, (V,) to ()."""
    moved = (before.double().exp() - after.double().exp()).abs().sum(dim=-1) / 2
    return moved.clamp(max=1.0)  # float32 probabilities may sum to a hair more than 1


def kl_divergence(before: Tensor, after: Tensor) -> Tensor:
    """Σ p log (p / q) in nats, p = before and q = after as log-probabilities, (V,) to ().

    0 log 0 = 0; infinite where q rules out what p does not.
    """
    p, ratio = before.double().exp(), before.double() - after.double()
    return torch.where(p > 0, p * ratio, 0.0).sum(dim=-1).clamp(min=0.0)


def _of_steps(
    distance: Callable[[Tensor, Tensor], Tensor], before: list[Tensor], after: list[Tensor]
) -> Floats:
    """The distance at every step, (T,); on the CPU, for MPS has no double precision."""
    pairs = zip(before, after, strict=True)
    return np.array([distance(p.cpu(), q.cpu()).item() for p, q in pairs], np.float32)

"""How editing the attention changes every next-token distribution along one given target."""

from collections.abc import Sequence
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
    before, after = (torch.stack(distributions) for distributions in seen)
    return Shift(
        plain=plain,
        edited=edited,
        total_variation=_numbers(total_variation(before, after)),
        kl=_numbers(kl_divergence(before, after)),
    )


def total_variation(before: Tensor, after: Tensor) -> Tensor:
    """½ Σ |p − q| of distributions given as log-probabilities, (T, V) to (T,)."""
    return (before.double().exp() - after.double().exp()).abs().sum(dim=-1) / 2


def kl_divergence(before: Tensor, after: Tensor) -> Tensor:
    """Σ p log (p / q) in nats, p = before and q = after as log-probabilities, (T, V) to (T,).

    0 log 0 = 0; infinite where q rules out what p does not.
    """
    p, ratio = before.double().exp(), before.double() - after.double()
    return torch.where(p > 0, p * ratio, 0.0).sum(dim=-1).clamp(min=0.0)


def _numbers(values: Tensor) -> Floats:
    numbers: Floats = values.cpu().numpy().astype(np.float32)
    return numbers

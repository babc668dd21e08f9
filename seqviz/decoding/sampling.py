"""Drawing the next token of every live prefix at random.

Temperature, then top-k, then top-p (Holtzman et al. 2020, https://arxiv.org/abs/1904.09751, section
3.1), in the order of ``transformers``. The numbers come from one seeded generator on the CPU, so
that a GPU draws what the CPU draws. Letters in shapes as in ``step``.
"""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from seqviz.decoding.step import Candidates, Live, ranks_of
from seqviz.options import Sampling
from seqviz.trace import Fate


@dataclass(frozen=True, kw_only=True)
class Kept:
    """What of every slot's distribution could be drawn."""

    counts: Tensor
    """(B, W) int64: so many of the most probable tokens that are allowed."""
    mass: Tensor
    """(B, W): their probability at the sampling temperature."""
    tokens: Tensor
    """(B, W, V): all tokens, most probable first."""
    cumulative: Tensor
    """(B, W, V), float64 where the device has it: running sum of the probabilities, 1 from the last
    kept token on.
    """


def kept_tokens(log_probs: Tensor, sampling: Sampling) -> Kept:
    """Cut the distribution of every slot.

    Args:
        log_probs: (B, W, V); −inf for tokens that are not allowed.
        sampling: temperature, top-k and top-p.
    """
    possible = log_probs.nan_to_num(nan=-torch.inf, neginf=-torch.inf)
    values, tokens = possible.sort(dim=-1, descending=True, stable=True)
    wide = values.to(torch.float32 if values.device.type == "mps" else torch.float64)
    tiny = torch.finfo(wide.dtype).tiny
    probs = (wide / sampling.temperature).softmax(dim=-1).nan_to_num(nan=0.0)
    place = torch.arange(values.shape[-1], device=values.device)
    kept = probs.masked_fill(place >= (sampling.top_k or len(place)), 0.0)
    shares = kept / kept.sum(dim=-1, keepdim=True).clamp(min=tiny)
    before = shares.cumsum(dim=-1) - shares
    cut = (before >= sampling.top_p) & (place > 0)
    kept = kept.masked_fill(cut, 0.0)
    mass = kept.sum(dim=-1, keepdim=True)
    return Kept(
        counts=(kept > 0).sum(dim=-1),
        mass=mass.squeeze(-1).float(),
        tokens=tokens,
        cumulative=(kept / mass.clamp(min=tiny)).cumsum(dim=-1),
    )


class Sampler:
    """Draws the steps of one decoding; the same seed draws the same."""

    def __init__(self, sampling: Sampling, samples: int) -> None:
        """Begin at the seed."""
        self._sampling, self._samples = sampling, samples
        self._numbers = np.random.default_rng(sampling.seed)

    def draw(
        self, live: Live, log_probs: Tensor, allowed: Tensor, *, eos: int
    ) -> tuple[Candidates, Kept]:
        """One next token for every sample that lives on.

        Args:
            live: the samples so far, (1, W); at the first step one prefix that all continue.
            log_probs: the model's own, (1, W, V).
            allowed: the same, −inf for tokens that are not allowed.
            eos: the token that ends a target.

        Returns:
            one candidate a sample, the more probable first; and what could be drawn.
        """
        kept = kept_tokens(allowed, self._sampling)
        drawn = torch.from_numpy(self._numbers.random(self._samples)).to(kept.cumulative)
        parents = torch.arange(self._samples, device=log_probs.device)[None]
        if live.tokens.shape[1] < self._samples:
            parents = torch.zeros_like(parents)
        rows = parents.unsqueeze(2).expand(-1, -1, log_probs.shape[-1])
        cumulative = kept.cumulative.gather(1, rows)  # (1, K, V)
        places = torch.searchsorted(cumulative, drawn[None, :, None], right=True)
        last = (kept.counts.gather(1, parents) - 1).clamp(min=0).unsqueeze(2)
        tokens = kept.tokens.gather(1, rows).gather(2, places.minimum(last)).squeeze(2)
        possible = allowed.gather(1, rows).gather(2, tokens.unsqueeze(2)).squeeze(2)
        sums = (live.cumulative.gather(1, parents) + possible).nan_to_num(
            nan=-torch.inf, neginf=-torch.inf
        )
        return _ranked(parents, tokens, possible, sums=sums, log_probs=log_probs, eos=eos), kept


def _ranked(
    parents: Tensor, tokens: Tensor, own: Tensor, *, sums: Tensor, log_probs: Tensor, eos: int
) -> Candidates:
    """The drawn tokens as candidates, the more probable sample first."""
    best, order = sums.sort(dim=-1, descending=True, stable=True)
    parents, tokens, own = (part.gather(1, order) for part in (parents, tokens, own))
    possible, ended = best > -torch.inf, tokens == eos
    fates = possible.to(torch.int8) * int(Fate.KEPT)
    fates.masked_fill_(possible & ended, int(Fate.FINISHED))
    going_on = possible & ~ended
    return Candidates(
        tokens=tokens,
        parents=parents,
        log_probs=own,
        cumulative=best,
        ranks=ranks_of(log_probs, parents, tokens),
        fates=fates,
        slots=(going_on.cumsum(dim=-1) - 1).masked_fill_(~going_on, -1),
    )

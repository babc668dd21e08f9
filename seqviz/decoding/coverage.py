"""How much attention every source token has received along the live prefixes, and its penalty.

Wu et al. 2016, https://arxiv.org/abs/1609.08144, section 7: β Σ_j log min(c_j, 1). Attention is the
mean over layers and heads; the EOS of the source is left out, for it is nothing to translate.
Letters in shapes as in ``step``, S source tokens.
"""

from dataclasses import dataclass, replace

import torch
from torch import Tensor

from seqviz.models.base import State, StepOutput
from seqviz.options import SMALLEST_COVERAGE


@dataclass(frozen=True, kw_only=True)
class Coverage:
    """What the source tokens of B sentences have received in W slots each."""

    received: Tensor
    """(B, W, S) float32."""
    counted: Tensor
    """(B, 1, S) bool: real tokens other than EOS."""
    beta: float

    def after(self, parents: Tensor, output: StepOutput[State]) -> "Coverage":
        """With the attention of one more step, whose slots continue ``parents`` (B, W')."""
        assert output.cross_attention is not None, "the decoder asks only models that attend"
        seen = output.cross_attention.float().mean(dim=(2, 3))  # (B, W', S)
        before = self.received.gather(1, parents.unsqueeze(2).expand_as(seen))
        return replace(self, received=before + seen)

    def terms(self) -> Tensor:
        """The penalty of every slot, (B, W); at most 0."""
        logs = self.received.clamp(SMALLEST_COVERAGE, 1.0).log()
        return self.beta * logs.masked_fill(~self.counted, 0.0).sum(dim=2)

    def keep(self, sentences: Tensor) -> "Coverage":
        """Go on with these sentences only; (B',) int64."""
        return replace(self, received=self.received[sentences], counted=self.counted[sentences])


def no_coverage(mask: Tensor, beta: float) -> Coverage | None:
    """Before the first step; None without a penalty.

    Args:
        mask: True where the source holds a real token, (B, S).
        beta: the weight of the penalty.
    """
    if beta == 0:
        return None
    ends = mask.sum(dim=1, keepdim=True) - 1
    counted = mask & (torch.arange(mask.shape[1], device=mask.device) != ends)
    received = torch.zeros(counted.unsqueeze(1).shape, device=mask.device)
    return Coverage(received=received, counted=counted.unsqueeze(1), beta=beta)

"""The parts that both kinds of models, or both stacks of a Transformer, share."""

import math
from collections.abc import Callable
from functools import partial

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from seqviz.models.attention import Attended
from seqviz.models.settings import Activation, NormOrder, SinusoidLayout
from seqviz.models.through import Block

_LAPLACE = 0.707107, 0.282095 * math.sqrt(2)


def _laplace(x: Tensor) -> Tensor:
    """Ma et al. 2022, https://arxiv.org/abs/2209.10655, section 3.2."""
    mean, width = _LAPLACE
    return 0.5 * (1 + torch.erf((x - mean) / width))


_ACTIVATIONS: dict[Activation, Callable[[Tensor], Tensor]] = {
    "relu": F.relu,
    "gelu": F.gelu,
    "silu": F.silu,
    "gelu_clipped": lambda x: F.gelu(x).clamp(-10, 10),
    "gelu_tanh": partial(F.gelu, approximate="tanh"),
    "hardswish": F.hardswish,
    "laplace": _laplace,
    "leaky_relu": F.leaky_relu,
    "linear": lambda x: x,
    "mish": F.mish,
    "quick_gelu": lambda x: x * torch.sigmoid(1.702 * x),
    "relu2": lambda x: F.relu(x).square(),
    "relu6": F.relu6,
    "sigmoid": torch.sigmoid,
    "sqrt_softplus": lambda x: F.softplus(x).sqrt(),
    "tanh": torch.tanh,
}
"""As the table ``ACT2FN`` of ``transformers`` has them."""


def sinusoids(length: int, width: int, *, layout: SinusoidLayout, device: torch.device) -> Tensor:
    """Positions as sine and cosine of falling frequencies, (length, width).

    Vaswani et al. 2017, https://arxiv.org/abs/1706.03762, section 3.5. Marian keeps all sines in
    the first half of the columns ("halves"); the paper alternates them ("interleaved").
    """
    rates = 10_000 ** (-torch.arange(0, width, 2, dtype=torch.float64, device=device) / width)
    angles = torch.arange(length, dtype=torch.float64, device=device)[:, None] * rates
    waves = [angles.sin(), angles.cos()]  # (length, width / 2) each
    table = torch.cat(waves, 1) if layout == "halves" else torch.stack(waves, 2).flatten(1)
    return table.float()


class Output(nn.Module):
    """Logits = W h + b, where W may be the target embedding and b may be absent."""

    def __init__(self, width: int, vocabulary: int, *, tied: bool, bias: bool) -> None:
        super().__init__()
        self.weight = None if tied else nn.Parameter(torch.empty(vocabulary, width))
        self.bias = nn.Parameter(torch.zeros(vocabulary)) if bias else None
        if self.weight is not None:
            nn.init.normal_(self.weight, std=width**-0.5)

    def forward(self, hidden: Tensor, embedding: Tensor) -> Tensor:
        """Logits (…, V) of hidden states (…, D), given the target embedding (V, D)."""
        weight = embedding if self.weight is None else self.weight
        return F.linear(hidden, weight, self.bias)  # (…, V)


class ResidualNorm(nn.LayerNorm):
    """The norm of a residual block: x + f(norm(x)) ("pre") or norm(x + f(x)) ("post").

    Xiong et al. 2020, https://arxiv.org/abs/2002.04745, figure 1.
    """

    def __init__(self, width: int, order: NormOrder, dropout: float) -> None:
        super().__init__(width)
        self.first = order == "pre"
        self.dropout = dropout

    def enter(self, x: Tensor) -> Tensor:
        """What the block reads."""
        return self(x) if self.first else x

    def leave(self, x: Tensor, change: Tensor) -> Tensor:
        """What follows the block."""
        total = x + (F.dropout(change, self.dropout) if self.training else change)
        return total if self.first else self(total)

    def block(self, x: Tensor, seen: Attended) -> Block:
        """A block of attention that reads what ``enter`` makes of x."""
        after = self.leave(x, seen.context.view_as(x))
        return Block(seen, before=x, after=after, norm=None if self.first else self)


class FeedForward(nn.Module):
    """W₂ f(W₁ x). Vaswani et al. 2017, section 3.3, with a choice of f."""

    def __init__(
        self, width: int, inner_width: int, *, activation: Activation, dropout: float
    ) -> None:
        super().__init__()
        self.inner = nn.Linear(width, inner_width)
        self.outer = nn.Linear(inner_width, width)
        self.activation = _ACTIVATIONS[activation]
        self.dropout = dropout

    def forward(self, x: Tensor) -> Tensor:
        """(…, D) to (…, D)."""
        inner = self.activation(self.inner(x))
        if self.training:
            inner = F.dropout(inner, self.dropout)
        changed: Tensor = self.outer(inner)
        return changed


def embed(table: Tensor, ids: Tensor, *, scaled: bool) -> Tensor:
    """Rows of an embedding table, times the square root of the width if ``scaled``."""
    rows = F.embedding(ids, table)
    return rows * math.sqrt(table.shape[1]) if scaled else rows


def slot_rows(parents: Tensor, slots: int) -> Tensor:
    """Rows of a (B · slots)-row table that hold slots ``parents`` (B, K'), as (B · K')."""
    offsets = torch.arange(parents.shape[0], device=parents.device)[:, None] * slots
    return (parents + offsets).flatten()

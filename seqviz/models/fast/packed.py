"""One weight matrix in the order that oneDNN's float32 kernels read, beside the weight itself.

Skip this to understand the model: its products are those of ``F.linear``, sooner on a CPU.

With a few rows, as in a step of a beam, a plain product spends most of its time reordering the
weight; this does so once. The operators are private to torch, so every copy is tried when it is
made, and a copy is used only as long as its weight is what it was. Knows no models.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

import torch
import torch.nn.functional as F
from torch import Tensor

ROWS_EXPECTED = 16
"""For which oneDNN chooses the order; from 5 to 64 it makes no difference, 1 is slow for others."""
TRIED_ROWS = (1, 5)
TOLERANCE = 1e-4
"""Of what a tried product may differ by, relative to its largest value."""


@dataclass(frozen=True, slots=True, eq=False)
class PackedWeight:
    """A copy of a weight (D', D) and what tells whether the weight has changed since.

    Copied or pickled it becomes None: a copied model is not packed.
    """

    weight: Tensor
    values: Tensor
    """What the weight held: kept, so that no other values can come to lie at their address."""
    version: int
    blocks: Tensor
    """As oneDNN reads it."""
    single: Tensor
    """(D', D), for products of one row: with its longer side stored together, which reads
    faster; the weight itself where that is so already."""

    def serves(self, x: Tensor, weight: Tensor) -> bool:
        """Whether ``x`` times ``weight`` may be computed from this copy."""
        return (
            weight is self.weight
            and weight._version == self.version
            and weight.data_ptr() == self.values.data_ptr()
            and x.dtype is torch.float32
        )

    def times(self, x: Tensor, bias: Tensor | None) -> Tensor:
        """``x`` (…, D) times the transposed weight, plus the bias (D',)."""
        if x.numel() == x.shape[-1]:
            return F.linear(x, self.single, bias)
        return _multiply(x, self.blocks, bias)

    def __reduce__(self) -> tuple[type[None], tuple[()]]:
        """No copy: see above."""
        return type(None), ()


def linear(
    x: Tensor, weight: Tensor, *, bias: Tensor | None, packed: PackedWeight | None
) -> Tensor:
    """``F.linear``, from the packed copy where there is one that may be used."""
    if packed is None or torch.is_grad_enabled() or not packed.serves(x, weight):
        return F.linear(x, weight, bias)
    return packed.times(x, bias)


@torch.no_grad()
def pack_weight(weight: Tensor) -> PackedWeight | None:
    """A packed copy of a float32 weight (D', D) on the CPU; None where there can be none.

    There can be none if this torch lacks the operators, or they fail, or their products are not
    those of ``F.linear``.
    """
    if weight.device.type != "cpu" or weight.dtype != torch.float32 or weight.is_inference():
        return None
    values = weight.detach()
    try:
        packed = PackedWeight(
            weight=weight,
            values=values,
            version=weight._version,
            blocks=_reorder(values),
            single=_long_side_together(values),
        )
        return packed if all(_agrees(packed, rows) for rows in TRIED_ROWS) else None
    except (AttributeError, RuntimeError, TypeError):
        return None


def _reorder(weight: Tensor) -> Tensor:
    reorder = cast(Callable[..., Tensor], torch.ops.mkldnn._reorder_linear_weight)
    return reorder(weight, ROWS_EXPECTED)


def _multiply(x: Tensor, blocks: Tensor, bias: Tensor | None) -> Tensor:
    multiply = cast(Callable[..., Tensor], torch.ops.mkldnn._linear_pointwise)
    return multiply(x, blocks, bias, "none", [], "")


def _long_side_together(weight: Tensor) -> Tensor:
    rows, columns = weight.shape
    return weight.t().contiguous().t() if rows > columns else weight


def _agrees(packed: PackedWeight, rows: int) -> bool:
    """Whether products of numbers that are no one's (and not random) are those of ``F.linear``."""
    columns = packed.weight.shape[1]
    probe = torch.arange(rows * columns, dtype=torch.float32).sin().view(rows, columns)
    expected = F.linear(probe, packed.weight)
    found = packed.times(probe, None)
    if found.shape != expected.shape:
        return False
    allowed = TOLERANCE * float(expected.abs().max())
    return bool((found - expected).abs().max() <= allowed)

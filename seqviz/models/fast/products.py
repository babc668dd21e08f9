"""The ways in which a CPU can multiply a few rows by a weight, each with a copy that it reads fast.

Skip this to understand the model: all of them compute ``F.linear`` in float32.

Two of them are private or deprecated operators of torch: whoever asks for a way tries it first.
Knows no models.
"""

import threading
import warnings
from collections.abc import Callable
from typing import cast

import torch
import torch.nn.functional as F
from torch import Tensor

ROWS_EXPECTED = 16
"""For which oneDNN chooses the order; from 5 to 64 it makes no difference, 1 is slow for others."""
LEVELS = 127
"""Of a row stored as int8; see ``quantised``."""

Product = Callable[[Tensor, Tensor | None], Tensor]
"""``x`` (…, D) times the transposed weight, plus a bias (D',) or none."""

_first = threading.Lock()


def halves(weight: Tensor) -> Product | None:
    """FBGEMM reads the weight as float16, half the memory to go through, and computes in float32.

    Only where nothing is lost: the weights were stored as float16, or as int8 with a scale a row.
    """
    found = exact_halves(weight)
    if found is None:
        return None
    half, scale = found
    multiply = _by_halves(half)
    if scale is None:
        return multiply

    def scaled(x: Tensor, bias: Tensor | None) -> Tensor:
        levels = multiply(x, None)
        return levels.mul_(scale) if bias is None else torch.addcmul(bias, levels, scale)

    return scaled


def _by_halves(half: Tensor) -> Product:
    """By a weight of numbers that float16 can hold."""
    multiply, nothing = torch.fbgemm_linear_fp16_weight_fp32_activation, half.new_zeros(len(half))
    with _first, warnings.catch_warnings():  # that the operators may go one day
        warnings.simplefilter("ignore")
        blocks = torch.fbgemm_pack_gemm_matrix_fp16(half)
        multiply(half[:1], blocks, nothing)
    return lambda x, bias: multiply(x, blocks, nothing if bias is None else bias)


def blocked(weight: Tensor) -> Product:
    """OneDNN reads the weight in an order of its own."""
    reorder = cast(Callable[..., Tensor], torch.ops.mkldnn._reorder_linear_weight)
    multiply = cast(Callable[..., Tensor], torch.ops.mkldnn._linear_pointwise)
    blocks = reorder(weight, ROWS_EXPECTED)
    return lambda x, bias: multiply(x, blocks, bias, "none", [], "")


def plain(weight: Tensor) -> Product:
    """A plain product, without a copy."""
    return lambda x, bias: F.linear(x, weight, bias)


def has_bfloat16() -> bool:
    """Whether this CPU multiplies bfloat16 by itself, and torch knows how (AVX512-BF16)."""
    try:
        return torch.cpu._is_avx512_bf16_supported() and bool(
            torch.ops.mkldnn._is_mkldnn_bf16_supported()
        )
    except (AttributeError, RuntimeError):
        return False


def rounded(weight: Tensor) -> Product:
    """Weight, input and sums rounded to bfloat16, all else in float32: other numbers than before.

    Half the work where ``has_bfloat16``.
    """
    multiply = blocked(weight.bfloat16())
    return lambda x, bias: _biased(multiply(x.bfloat16(), None), bias)


def imitated(weight: Tensor) -> Product:
    """The numbers of ``rounded`` on any CPU, but no sooner than those of ``plain``."""
    wide = weight.bfloat16().float()
    return lambda x, bias: _biased(F.linear(x.bfloat16().float(), wide).bfloat16(), bias)


def _biased(sums: Tensor, bias: Tensor | None) -> Tensor:
    return sums.float() if bias is None else sums + bias


def exact_halves(weight: Tensor) -> tuple[Tensor, Tensor | None] | None:
    """Float32 numbers that float16 can hold, and the scale of each row; None: there are none.

    Returns:
        (D', D) and (D',), or None for scales of 1; their product is the weight, bit by bit.
    """
    if torch.equal(weight.half().float(), weight):
        return weight, None
    scale = weight.abs().amax(dim=1, keepdim=True) / LEVELS
    scale = scale.where(scale > 0, 1.0)
    levels, found = (weight / scale).round(), scale.clone()
    for near in (torch.nextafter(scale, 2 * scale), torch.nextafter(scale, scale / 2)):
        wrong = (levels * found != weight).any(dim=1)
        found[wrong] = near[wrong]
    return (levels, found[:, 0]) if torch.equal(levels * found, weight) else None

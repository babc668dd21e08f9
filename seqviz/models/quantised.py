"""How weights are stored: as float16, or every matrix as int8 with one scale a row.

A matrix NAME stored as int8 has a companion NAME.scale; its values are NAME · NAME.scale[row].
Knows nothing of files.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor

Storage = Literal["float16", "int8"]

FLOATS = ("F16", "BF16", "F32")
SCALE = ".scale"
LARGEST = 127
MOST_LISTED = 3
"""Of several problems, or of the names in one."""
SHORTEST_ROW = 16
"""Shorter rows stay float16: their scales would take what int8 saves."""


@dataclass(frozen=True)
class Stored:
    """A tensor of a file, as the file's header describes it."""

    dtype: str
    shape: list[int]


def encoded(weights: Mapping[str, Tensor], storage: Storage) -> dict[str, Tensor]:
    """The tensors to write for these weights, contiguous and on the CPU.

    Raises:
        ValueError: a weight is not finite in float16.
    """
    tensors: dict[str, Tensor] = {}
    for name, tensor in weights.items():
        half = tensor.detach().to("cpu", torch.float16).contiguous()
        if not half.isfinite().all():
            raise ValueError(f"'{name}' holds values that float16 cannot")
        if storage == "int8" and tensor.dim() > 1 and tensor[0].numel() >= SHORTEST_ROW:
            tensors[name], tensors[name + SCALE] = quantised(tensor.detach().to("cpu"))
        else:
            tensors[name] = half
    return tensors


def quantised(matrix: Tensor) -> tuple[Tensor, Tensor]:
    """Round a matrix to 255 levels a row, spread evenly up to the row's largest magnitude.

    Args:
        matrix: finite, (rows, …).

    Returns:
        int8 of the same shape, from -127 to 127, and float32 (rows,) scales, at least 0. A value
        is off by half its row's scale at most.
    """
    rows = matrix.to(torch.float32).flatten(1)
    scale = rows.abs().amax(dim=1) / LARGEST
    steps = rows / torch.where(scale > 0, scale, 1)[:, None]
    levels = steps.round().clamp(-LARGEST, LARGEST).to(torch.int8)
    return levels.reshape(matrix.shape).contiguous(), scale


def dequantised(levels: Tensor, scale: Tensor) -> Tensor:
    """The float32 values of an int8 matrix; the inverse of ``quantised``, up to its rounding."""
    rows = levels.flatten(1).to(torch.float32) * scale.to(torch.float32)[:, None]
    return rows.reshape(levels.shape)


def misfits(expected: Mapping[str, Tensor], found: Mapping[str, Stored]) -> list[str]:
    """What is wrong with a file's names, shapes and types; empty: it can be read.

    Args:
        expected: the model's weights; only their shapes matter.
        found: what the file holds.
    """
    wanted = {name: list(tensor.shape) for name, tensor in expected.items()}
    for name in expected.keys() & found.keys():
        if found[name].dtype == "I8":
            wanted[name + SCALE] = wanted[name][:1]
    problems = []
    if missing := sorted(wanted.keys() - found.keys()):
        problems.append(f"missing: {listed(missing)}")
    if unexpected := sorted(found.keys() - wanted.keys()):
        problems.append(f"unexpected: {listed(unexpected)}")
    for name in sorted(wanted.keys() & found.keys()):
        stored, shape = found[name], wanted[name]
        types = (*FLOATS, "I8") if name in expected and len(shape) > 1 else FLOATS
        if stored.shape != shape:
            problems.append(f"'{name}' is {stored.shape}, expected {shape}")
        elif stored.dtype not in types:
            problems.append(f"'{name}' is {stored.dtype}, expected one of {', '.join(types)}")
    return problems


def decoded(name: str, read: Callable[[str], Tensor]) -> Tensor:
    """One weight in float32, no longer a view of the file.

    Args:
        name: of the weight.
        read: the file's tensor of that name; ``misfits`` has found nothing.

    Raises:
        ValueError: a value is no number, or a scale is negative.
    """
    tensor = read(name)
    if tensor.dtype == torch.int8:
        scale = read(name + SCALE)
        if not (scale >= 0).all():
            raise ValueError(f"'{name + SCALE}' holds a scale that is negative or no number")
        tensor = dequantised(tensor, scale)
    else:
        tensor = tensor.to(torch.float32, copy=True)
    if not tensor.isfinite().all():
        raise ValueError(f"'{name}' holds values that are no numbers")
    return tensor


def listed(names: Sequence[str]) -> str:
    """The first few, and how many more there are."""
    shown, more = ", ".join(names[:MOST_LISTED]), len(names) - MOST_LISTED
    return shown if more <= 0 else f"{shown} and {more} more"


def joined(problems: Sequence[str]) -> str:
    """The first few of several reasons, and how many more there are."""
    shown, more = "; ".join(problems[:MOST_LISTED]), len(problems) - MOST_LISTED
    return shown if more <= 0 else f"{shown}; and {more} more"

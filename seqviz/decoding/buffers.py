"""Room for every step of a recorded search, reserved once for the longest search that may come.

On a CPU, what is not written costs no memory. Knows shapes only: nothing about how candidates are
chosen or what becomes of the record.
"""

from dataclasses import dataclass
from math import prod

import torch
from torch import Tensor

from seqviz.errors import InputError
from seqviz.models.base import State, StepOutput
from seqviz.trace import Search
from seqviz.trace.columns import PACKED, columns

COLUMNS = {name: each for name, each in columns(Search).items() if each.shape != PACKED}
FLOAT_BYTES = torch.float32.itemsize
_MEGABYTE = 1_000_000

Rows = dict[str, tuple[tuple[int, ...], torch.dtype]]


@dataclass(frozen=True, kw_only=True)
class Extent:
    """How far a search may reach."""

    steps: int
    """The most steps that it may take."""
    slots: int
    """K: the most prefixes that are alive at one step."""
    candidates: int
    """C: continuations that are recorded at every step."""
    distribution_size: int
    """N: next tokens to be recorded for every prefix; a smaller vocabulary has fewer."""
    source_length: int
    """S: tokens of the source."""
    attention: bool = True
    """Record what the model returns beside its predictions."""
    sampled: bool = False
    """Record what could be drawn."""
    penalised: bool = False
    """Record the coverage penalty."""


@dataclass(frozen=True, kw_only=True)
class Layout:
    """Names, shapes and types of all buffers; the names are those of ``trace.Search``."""

    rows: Rows
    """One row a step."""
    packed: tuple[int, ...] | None
    """(K, L, H) of the decoder self-attention, of which step t holds t + 1 columns."""
    steps: int

    @property
    def bytes(self) -> int:
        """Of all buffers together."""
        rows = sum(prod(shape) * dtype.itemsize for shape, dtype in self.rows.values())
        return rows + self.packed_size * FLOAT_BYTES

    @property
    def packed_size(self) -> int:
        """Floats of the packed decoder self-attention."""
        return 0 if self.packed is None else prod(self.packed) * triangle(self.steps)


def layout_of(extent: Extent, output: StepOutput[State]) -> Layout:
    """The buffers for a search whose steps look like ``output``, whatever its source length."""
    from_model = model_rows(output) if extent.attention else {}
    there = {"always": True, "sampling": extent.sampled}
    sizes = {
        "T": extent.steps,
        "K": extent.slots,
        "C": extent.candidates,
        "N": min(extent.distribution_size, output.logits.shape[-1]),
    }
    rows: Rows = {}
    for name, column in COLUMNS.items():
        if name in from_model:
            sizes |= zip(column.shape[2:], from_model[name].shape[2:], strict=True)
            sizes["S"] = extent.source_length
        if there.get(column.when, name in from_model):
            shape = tuple(sizes[letter] for letter in column.shape)
            rows[name] = (shape, getattr(torch, column.dtype))
    if extent.penalised:
        rows["coverage_terms"] = ((extent.steps, extent.slots), torch.float32)
    weights = output.self_attention if extent.attention else None
    packed = None if weights is None else (extent.slots, *weights.shape[2:4])
    return Layout(rows=rows, packed=packed, steps=extent.steps)


def model_rows(output: StepOutput[State]) -> dict[str, Tensor]:
    """What the model returned for every slot, by its name in ``trace.Search``, each (B, W, …)."""
    norms = None if output.context is None else output.context.float().norm(dim=-1)
    values = {
        "cross_attention": output.cross_attention,
        "raw_scores": output.scores,
        "context_norms": norms,
        "decoder_states": output.hidden,
    }
    return {name: value for name, value in values.items() if value is not None}


def encoder_bytes(weights: Tensor | None, source_length: int) -> int:
    """What the encoder's self-attention (B, L, H, …) takes for a source of that length."""
    if weights is None:
        return 0
    return prod(weights.shape[1:3]) * source_length**2 * FLOAT_BYTES


def check_memory(found: int, limit: int) -> None:
    """Refuse a record that could become larger than ``limit`` bytes.

    Raises:
        InputError: ``too_much_memory``.
    """
    if found > limit:
        megabytes = {"found": -(-found // _MEGABYTE), "limit": limit // _MEGABYTE}
        raise InputError("too_much_memory", megabytes)


def triangle(steps: int) -> int:
    """Columns of packed self-attention in that many steps: 1 + 2 + … + steps."""
    return steps * (steps + 1) // 2


def reserve(layout: Layout, device: torch.device) -> "Buffers":
    """Room for what ``layout`` says, on ``device``."""
    rows = {
        name: torch.empty(shape, dtype=dtype, device=device)
        for name, (shape, dtype) in layout.rows.items()
    }
    rows["candidate_fates"].zero_()
    return Buffers(
        columns=rows,
        weights=torch.empty(layout.packed_size, device=device),
        unit=0 if layout.packed is None else prod(layout.packed),
    )


@dataclass(frozen=True, kw_only=True, eq=False)
class Buffers:
    """The tensors of a record; unwritten places hold anything, except that fates are ABSENT."""

    columns: dict[str, Tensor]
    """One row a step, by their names in ``trace.Search``."""
    weights: Tensor
    """Packed decoder self-attention."""
    unit: int
    """K · L · H of it; 0: there is none."""

    @property
    def bytes(self) -> int:
        """What is reserved."""
        return self.weights.nbytes + sum(rows.nbytes for rows in self.columns.values())

    def write(self, step: int, name: str, values: Tensor) -> None:
        """Write the first places of one row; ``values`` (W, …)."""
        self.columns[name][step, : len(values)] = values

    def write_packed(self, step: int, weights: Tensor) -> None:
        """Write one step's decoder self-attention, (W, L, H, t + 1)."""
        slots, *trailing = weights.shape
        self._place(step).view(-1, *trailing)[:slots] = weights

    def _place(self, step: int) -> Tensor:
        return self.weights[self.unit * triangle(step) : self.unit * triangle(step + 1)]

    def has(self, name: str) -> bool:
        """Whether there is such a buffer; some models have no such thing to record."""
        return name in self.columns

    def rows(self, name: str, steps: int) -> Tensor:
        """The first steps of a buffer, on the CPU."""
        return _own(self.columns[name][:steps].cpu(), self.columns[name])

    def packed(self, steps: int) -> Tensor | None:
        """The decoder self-attention of the first steps, on the CPU; None: there is none."""
        if not self.unit:
            return None
        return _own(self.weights[: self.unit * triangle(steps)].cpu(), self.weights)


def _own(used: Tensor, reserved: Tensor) -> Tensor:
    """A copy where less than half was used, so that a kept record does not hold the whole room."""
    return used.clone() if 2 * used.nbytes < reserved.nbytes else used

"""One step of a recurrent decoder, written out, with packed weights.

Skip this to understand the model: ``nn.LSTM`` and ``nn.GRU`` give the same numbers.

Over one step and a few rows, ``nn.LSTM`` and ``nn.GRU`` spend most of their time on products with
weights in an order that is slow to read. Letters in shapes: R rows, D width.
"""

from typing import Any

import torch
from torch import Tensor, nn

from seqviz.models.fast.packed import PackedWeight, linear


def packed_step(
    cells: nn.LSTM | nn.GRU,
    x: Tensor,
    *,
    recurrent: tuple[Tensor, ...],
    packed: tuple[PackedWeight, ...],
) -> tuple[Tensor, tuple[Tensor, ...]]:
    """What ``cells`` make of one input a row, in one direction and without dropout.

    Args:
        cells: one layer or several, with biases.
        x: (R, D_input).
        recurrent: (layers, R, D); for an LSTM hidden and cell.
        packed: of every layer the weight for its input, then for its state.

    Returns:
        The top layer's states (R, D), and ``recurrent`` after the step.
    """
    after: list[tuple[Tensor, ...]] = []
    for layer, (for_input, for_state, input_bias, state_bias) in enumerate(cells.all_weights):
        before = tuple(part[layer] for part in recurrent)
        read = linear(x, for_input, bias=input_bias, packed=packed[2 * layer])
        kept = linear(before[0], for_state, bias=state_bias, packed=packed[2 * layer + 1])
        after.append((_lstm if isinstance(cells, nn.LSTM) else _gru)(read, kept, before))
        x = after[-1][0]
    return x, tuple(torch.stack(layers) for layers in zip(*after, strict=True))


class PackedLstm(nn.LSTM):
    """``nn.LSTM`` with packed weights, for single steps outside training."""

    packed: tuple[PackedWeight, ...]

    def forward(self, x: Tensor, before: Any) -> Any:  # type: ignore[override]  # both are given
        """States (R, T, D) for inputs (R, T, D_input), and hidden and cell after them."""
        if self.training or x.shape[1] > 1:
            return super().forward(x, before)
        top, after = packed_step(self, x[:, 0], recurrent=before, packed=self.packed)
        return top[:, None], after


class PackedGru(nn.GRU):
    """``nn.GRU`` with packed weights, for single steps outside training."""

    packed: tuple[PackedWeight, ...]

    def forward(self, x: Tensor, before: Any) -> Any:  # type: ignore[override]  # both are given
        """States (R, T, D) for inputs (R, T, D_input), and the state after them."""
        if self.training or x.shape[1] > 1:
            return super().forward(x, before)
        top, after = packed_step(self, x[:, 0], recurrent=(before,), packed=self.packed)
        return top[:, None], after[0]


def packed_cells(
    plain: nn.LSTM | nn.GRU, packed: tuple[PackedWeight, ...]
) -> PackedLstm | PackedGru:
    """The same network with packed weights; its parameters are the same objects.

    Args:
        plain: not to be used any more.
        packed: as in ``packed_step``.
    """
    kind: Any = PackedLstm if isinstance(plain, nn.LSTM) else PackedGru
    cells: PackedLstm | PackedGru = kind.__new__(kind)
    cells.__dict__.update(plain.__dict__)
    cells.packed = packed
    return cells


def _lstm(read: Tensor, kept: Tensor, before: tuple[Tensor, ...]) -> tuple[Tensor, ...]:
    """Hidden and cell, (R, D) each, after a step whose products are (R, 4 D) each.

    Order and equations of https://docs.pytorch.org/docs/stable/generated/torch.nn.LSTM.html.
    """
    let_in, keep, new, let_out = (read + kept).chunk(4, -1)  # (R, D) each
    cell = torch.addcmul(keep.sigmoid() * before[1], let_in.sigmoid(), new.tanh())
    return let_out.sigmoid() * cell.tanh(), cell


def _gru(read: Tensor, kept: Tensor, before: tuple[Tensor, ...]) -> tuple[Tensor, ...]:
    """The state (R, D) after a step whose products are (R, 3 D) each.

    Order and equations of https://docs.pytorch.org/docs/stable/generated/torch.nn.GRU.html.
    """
    (reset, update, new), (old_reset, old_update, old_new) = read.chunk(3, -1), kept.chunk(3, -1)
    candidate = torch.addcmul(new, (reset + old_reset).sigmoid(), old_new).tanh()
    return (torch.lerp(candidate, before[0], (update + old_update).sigmoid()),)

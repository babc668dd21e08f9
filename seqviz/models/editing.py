"""Carry out edits of the cross-attention: from the scores of one layer to the weights it reads by.

Pure functions of tensors; nothing stays anywhere. Letters in shapes as in ``attention``: H heads, Q
queries, S memory positions; with one head the axis H may be missing.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from seqviz.errors import InputError
from seqviz.options.intervention import EditKind, Intervention


@dataclass(frozen=True, slots=True)
class LayerEdits:
    """What is done to one layer of a decoder at one step."""

    layer: int
    """Its number, from 0."""
    heads: int
    """H: how many heads the layer has."""
    edits: tuple[Intervention, ...]
    """In order; each edits at least one head of this layer."""

    def chosen(self, edit: Intervention, device: torch.device) -> Tensor:
        """True for the heads that it edits, (H, 1, 1)."""
        named = edit.heads_of(self.layer, self.heads)
        marks = [head in named for head in range(self.heads)]
        return torch.tensor(marks, device=device).view(-1, 1, 1)


RowEdits = tuple[LayerEdits | None, ...]
"""Of one layer at every step of a target that passes at once; None: a step without edits."""
Edits = LayerEdits | RowEdits


def row_edits(
    steps: Sequence[Sequence[Intervention]], layer: int, *, heads: int
) -> RowEdits | None:
    """Those that edit this layer; None: no step has any.

    Args:
        steps: all edits of each step.
        layer: its number, from 0.
        heads: how many it has.
    """
    rows = tuple(edits_in_layer(edits, layer, heads=heads) for edits in steps)
    return rows if any(rows) else None


def edits_in_layer(edits: Sequence[Intervention], layer: int, *, heads: int) -> LayerEdits | None:
    """Those that edit this layer; None: it works as if there were no edits.

    Args:
        edits: all of them made at this step.
        layer: its number, from 0.
        heads: how many it has.
    """
    touching = tuple(edit for edit in edits if edit.heads_of(layer, heads))
    return LayerEdits(layer, heads, touching) if touching else None


def check_edits(
    edits: Sequence[Intervention], *, layers: int, heads: int, source_length: int, attends: bool
) -> None:
    """Refuse edits that name what a model or a sentence does not have.

    Args:
        edits: for all steps of one decoding.
        layers: L of the model's recorded attention.
        heads: H of the same.
        source_length: tokens of the sentence, EOS included.
        attends: whether the model has attention at all.

    Raises:
        InputError: ``no_attention``, ``edit_outside`` or ``edit_row_length``.
    """
    if edits and not attends:
        raise InputError("no_attention")
    for edit in edits:
        for layer, head in edit.heads:
            _check_inside("layer", layer, layers)
            _check_inside("head", head, heads)
        for source in edit.sources:
            _check_inside("source token", source, source_length)
        if edit.kind == "set" and len(edit.weights) != source_length:
            facts = {"found": len(edit.weights), "count": source_length}
            raise InputError("edit_row_length", facts)


def edited_weights(scores: Tensor, edits: Edits) -> Tensor:
    """The softmax of the scores with the edits made, as ``Intervention`` says.

    Args:
        scores: (…, H, Q, S): before the softmax, −inf on padding.
        edits: at least one; or those of each of the Q queries.

    Returns:
        weights in the shape and type of ``scores``: rows sum to 1; to 0 in ablated heads, and where
        nothing is left to read. Exactly 0 on padding and muted tokens. Heads that no edit names
        have the weights they would have without edits.
    """
    if isinstance(edits, tuple):
        rows = zip(torch.split(scores, 1, -2), edits, strict=True)
        found = [edited_weights(row, own) if own else row.softmax(-1) for row, own in rows]
        return torch.cat(found, -2)
    edited_heads = [(edit, edits.chosen(edit, scores.device)) for edit in edits.edits]
    wide = scores.to(torch.promote_types(scores.dtype, torch.float32))  # float16 ends at 65,504
    for edit, chosen in edited_heads:
        if edit.kind == "mute":
            wide = wide.masked_fill(chosen & _muted(edit, wide), -torch.inf)
        elif edit.kind == "sharpen":
            wide = torch.where(chosen, wide / edit.temperature, wide)
    readable = wide != -torch.inf
    weights = wide.softmax(-1).masked_fill(~readable, 0.0)  # NaN where a whole row is muted
    for edit, chosen in edited_heads:
        rewrite = _REWRITES.get(edit.kind)
        if rewrite is not None:
            weights = torch.where(chosen, rewrite(edit, weights, readable), weights)
    return weights.to(scores.dtype)


def _muted(edit: Intervention, scores: Tensor) -> Tensor:
    """True for the positions that it mutes, (S,)."""
    marks = [position in edit.sources for position in range(scores.shape[-1])]
    return torch.tensor(marks, device=scores.device)


def _uniform(edit: Intervention, weights: Tensor, readable: Tensor) -> Tensor:
    return _normalised(readable.to(weights.dtype))


def _shuffled(edit: Intervention, weights: Tensor, readable: Tensor) -> Tensor:
    """The weights of readable positions in an order drawn from the seed alone.

    The numbers are drawn on the CPU, and those of the first positions do not depend on how many
    follow: every device and every batch shuffles alike.
    """
    generator = torch.Generator().manual_seed(edit.seed)
    drawn = torch.rand(weights.shape[-1], generator=generator).to(weights.device)
    places = (~readable).byte().argsort(dim=-1, stable=True)  # readable ones first, in order
    order = drawn.where(readable, 1.0).argsort(dim=-1, stable=True)  # readable ones first, drawn
    return torch.zeros_like(weights).scatter(-1, places, weights.gather(-1, order))


def _set(edit: Intervention, weights: Tensor, readable: Tensor) -> Tensor:
    """The row by hand; what is less than 1e-38 of its largest weight counts as 0."""
    largest = max(edit.weights) or 1.0
    row = weights.new_zeros(weights.shape[-1])
    given = [weight / largest for weight in edit.weights[: len(row)]]
    row[: len(given)] = torch.tensor(given, device=row.device)
    return _normalised(row.where(readable, 0.0))


def _ablated(edit: Intervention, weights: Tensor, readable: Tensor) -> Tensor:
    return torch.zeros_like(weights)


def _normalised(rows: Tensor) -> Tensor:
    """Rows (…, S) divided by their sums; those of zeros stay."""
    sums = rows.sum(-1, keepdim=True)
    return rows / sums.where(sums > 0, 1.0)


_REWRITES: dict[EditKind, Callable[[Intervention, Tensor, Tensor], Tensor]] = {
    "uniform": _uniform,
    "shuffle": _shuffled,
    "set": _set,
    "ablate": _ablated,
}
"""How weights are rewritten, given which positions may be read, both (…, H, Q, S)."""


def _check_inside(what: str, found: int, count: int) -> None:
    if found >= count:
        raise InputError("edit_outside", {"what": what, "found": found, "count": count})

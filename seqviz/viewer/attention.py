"""Attention for the viewer: levels, and no more rows than the payload may hold.

A row is what one live prefix saw at one step; hypotheses that start alike share their rows. Letters
in shapes: T steps, K slots, L layers, H heads, S source tokens.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from seqviz.analysis.attention import Kind, default_layer, missing_attention
from seqviz.trace import Ints, Trace
from seqviz.viewer.columns import packed_columns

LEVELS = 65_535
"""A weight is kept as a whole number of these parts."""
MOST_OF_BEST = 1_500_000
"""Weights of the best hypothesis, all heads apart; where it has more, the heads' means are kept."""
KINDS: tuple[Kind, ...] = ("cross", "encoder", "decoder")

Array = NDArray[np.floating[Any]]


def packed_attention(trace: Trace, paths: Sequence[Ints], *, room: int) -> dict[str, Any]:
    """All that the viewer shows of attention, as JSON.

    Args:
        trace: the decoding.
        paths: slots (T,) of hypotheses, best first; later ones are left out where room ends.
        room: weights of all hypotheses together; the best one is kept whole all the same.

    Returns:
        "rows": step · K + slot of every kept row, in order; "averaged": heads were; "missing":
        why a kind is not there; "kinds": per kind its layers, heads, first layer to show;
        "columns": per kind its levels, whose rows are (L, H, width), the width being S, or
        step + 1 for the decoder, and "raw" where there are scores before the softmax, rows of S.
    """
    missing = {kind: missing_attention(trace, kind) for kind in KINDS}
    averaged = bool(paths) and _size(trace, row_keys(trace, paths[0])) > MOST_OF_BEST
    rows = _chosen_rows(trace, paths, room)
    kinds: dict[Kind, dict[str, int]] = {}
    columns: dict[str, tuple[str, Array]] = {}
    for kind in KINDS:
        if missing[kind] is None:
            weights = [_heads(row, averaged=averaged) for row in _rows(trace, kind, rows)]
            layers, heads = weights[0].shape[:2]
            kinds[kind] = {"layers": layers, "heads": heads, "layer": default_layer(trace, kind)}
            columns[kind] = ("w", _levels(weights))
    if missing_attention(trace, raw=True) is None and trace.search.raw_scores is not None:
        steps, slots = np.divmod(np.array(rows), trace.search.slots)
        columns["raw"] = ("f", trace.search.raw_scores[steps, slots])  # (rows, S)
    return {
        "rows": rows,
        "averaged": averaged,
        "missing": {kind: code for kind, code in missing.items() if code},
        "kinds": kinds,
        "columns": packed_columns(columns),
    }


def row_keys(trace: Trace, path: Ints) -> list[int]:
    """Step · K + slot of every row that a path of slots reads."""
    return [step * trace.search.slots + int(slot) for step, slot in enumerate(path)]


def _chosen_rows(trace: Trace, paths: Sequence[Ints], room: int) -> list[int]:
    """Rows of as many hypotheses, best first, as there is room for."""
    chosen: dict[int, None] = {}
    for path in paths:
        more = chosen | dict.fromkeys(row_keys(trace, path))
        if chosen and _size(trace, more) > room:
            break
        chosen = more
    return list(chosen)


def _size(trace: Trace, keys: Sequence[int] | dict[int, None]) -> int:
    """Weights of these rows and of the encoder's, all heads apart."""
    steps = np.array(list(keys)) // trace.search.slots
    width = len(steps) * len(trace.source.ids) * (trace.search.cross_attention is not None)
    width += int((steps + 1).sum()) * (trace.search.self_attention is not None)
    encoder = trace.encoder_self_attention
    return width * trace.model.layers * trace.model.heads + (0 if encoder is None else encoder.size)


def _levels(weights: Sequence[Array]) -> Array:
    """All of them, one after the other, as whole numbers of ``LEVELS`` parts."""
    flat = np.concatenate([row.ravel() for row in weights])
    levels: Array = np.rint(np.clip(flat, 0, 1) * LEVELS)
    return levels


def _heads(row: Array, *, averaged: bool) -> Array:
    """(L, H, width) as it is, or as means of the heads, (L, 1, width)."""
    return row.mean(1, keepdims=True) if averaged else row


def _rows(trace: Trace, kind: Kind, rows: Sequence[int]) -> list[Array]:
    """Every row as (L, H, width); the encoder's are those of the source tokens."""
    search, model = trace.search, trace.model
    if kind == "encoder":
        assert trace.encoder_self_attention is not None
        return list(np.moveaxis(trace.encoder_self_attention, 2, 0))
    found: list[Array] = []
    for step, slot in (divmod(row, search.slots) for row in rows):
        at_step = (
            search.cross_attention[step]
            if kind == "cross" and search.cross_attention is not None
            else search.self_attention_at(step, model.layers, model.heads)
        )
        assert at_step is not None
        found.append(at_step[slot])
    return found

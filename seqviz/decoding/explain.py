"""Take one step of a recorded decoding apart: computed again along its prefix, and compared.

Nothing is shown that differs from the record. Letters in shapes as in ``trace.computation``.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

import numpy as np
import torch

from seqviz.decoding.computing import (
    Spell,
    contexts_of,
    mixed_by_heads,
    numbers,
    optional,
    prediction_of,
    weighing_of,
)
from seqviz.decoding.following import OpenModel, Path, followed, path_to, source_of
from seqviz.decoding.place import Place, check_within
from seqviz.errors import InputError
from seqviz.models.attention import Attended
from seqviz.models.looked import Looked
from seqviz.options.intervention import Intervention
from seqviz.trace import Floats, Trace
from seqviz.trace.computation import (
    SMALL,
    ComputationKind,
    Numbers,
    Prediction,
    StepComputation,
    Weighing,
)
from seqviz.trace.pieces import START_PIECE

TOLERANCE = 1e-4
"""Most that a weight, or a log-probability in nats, may differ from the record."""
_HALF = 2.0**-11
"""Most that rounding to half precision changes, of a number's size."""


def explain_step(model: OpenModel, trace: Trace, place: Place, *, spell: Spell) -> StepComputation:
    """Compute a step of a decoding again, in parts, with the edits that were in force.

    Args:
        model: the one that decoded.
        trace: what it recorded.
        place: which step, and which head.
        spell: how tokens are spelled.

    Raises:
        InputError: ``option_out_of_range``: there is no such step, layer, head or hypothesis;
            ``explain_differs``: the numbers are not those of the record; ``explain_tokens``: it
            names tokens that the model lacks.
    """
    try:
        with torch.inference_mode():
            if place.read == "encoder":
                return _of_encoder(model, trace, place)
            return _of_decoder(model, trace, place, spell=spell)
    except IndexError as error:  # each family has embeddings of its own, which all say it so
        raise InputError("explain_tokens") from error


def _of_encoder(model: OpenModel, trace: Trace, place: Place) -> StepComputation:
    check_within("step", place.step, len(trace.source.ids))
    row = _row(model.look_at_source(*source_of(trace)), place, query=place.step)
    recorded = trace.encoder_self_attention
    return StepComputation(
        kind="encoder",
        step=place.step,
        layer=row.layer,
        head=row.head,
        row_token=trace.source.pieces[place.step],
        fed_token="",
        column_tokens=trace.source.pieces,
        weighing=row.weighing,
        **vars(row.heads),
        source=None,
        state=None,
        before=None,
        handed=None,
        prediction=None,
        edits=(),
        weight_deviation=_weights_compared(
            row, None if recorded is None else recorded[..., place.step, :]
        ),
        log_prob_deviation=None,
    )


def _of_decoder(model: OpenModel, trace: Trace, place: Place, *, spell: Spell) -> StepComputation:
    path = path_to(trace, place.rank).until(place.step)
    (looked,) = followed(model, trace, path, first=place.step)
    prediction = prediction_of(looked, path.tokens[-1], spell)
    edits = trace.options.edits_at(place.step) if place.read == "cross" else ()
    row = _row(looked.seen.get(place.read, ()), place, edits=edits)
    fed = (START_PIECE, *(spell(token) for token in path.tokens[:-1]))
    recurrent = trace.model.kind == "rnn"
    return StepComputation(
        kind=cast(ComputationKind, trace.model.attention if recurrent else place.read),
        step=place.step,
        layer=row.layer,
        head=row.head,
        row_token=spell(path.tokens[-1]),
        fed_token=fed[-1],
        column_tokens=fed if place.read == "decoder" else trace.source.pieces,
        weighing=row.weighing,
        **vars(row.heads),
        source=optional(looked.source),
        state=optional(looked.state),
        before=_states_before(trace, place, path),
        handed=optional(looked.handed),
        prediction=prediction,
        edits=row.edits,
        weight_deviation=_weights_compared(row, _recorded(trace, place, path)),
        log_prob_deviation=_log_probs_compared(trace, path, looked, shown=prediction),
    )


@dataclass(frozen=True, kw_only=True)
class _Heads:
    """What a layer makes of all its heads; see ``StepComputation``."""

    contexts: Numbers | None = None
    block: Numbers | None = None
    mixed: Numbers | None = None
    mixing: Numbers | None = None
    mixing_bias: Numbers | None = None


@dataclass(frozen=True, kw_only=True)
class _Row:
    """One row of the attention of one head, and what its layer makes of all heads."""

    layer: int
    head: int
    heads: _Heads
    edits: tuple[str, ...] = ()
    weighing: Weighing | None = None


def _row(
    seen: Sequence[Attended], place: Place, *, edits: Sequence[Intervention] = (), query: int = 0
) -> _Row:
    """The row of a query; without attention there is one layer of one head, and nothing in it."""
    layer = max(0, len(seen) - 1) if place.layer is None else place.layer
    check_within("layer", layer, len(seen) or 1)
    question = seen[layer].question if seen else None
    several = question is not None and question.query.ndim == len("BHQD")
    heads = question.query.shape[1] if question is not None and several else 1
    head = 0 if place.head is None else place.head
    check_within("head", head, heads)
    if question is None:
        return _Row(layer=layer, head=head, heads=_Heads())
    made = tuple(edit for edit in edits if head in edit.heads_of(layer, heads))
    return _Row(
        layer=layer,
        head=head,
        edits=tuple(edit.kind for edit in made),
        weighing=weighing_of(seen[layer], (0, head) if several else (0,), query, edits=made),
        heads=_heads(seen[layer], query) if several else _Heads(),
    )


def _heads(seen: Attended, query: int) -> _Heads:
    contexts = contexts_of(seen, query)
    mixed, mixing, bias = mixed_by_heads(seen, contexts)
    return _Heads(
        contexts=contexts,
        block=mixed.sum(0) + (0.0 if bias is None else bias),
        mixed=mixed,
        mixing=mixing if mixed.shape[1] <= SMALL else None,
        mixing_bias=bias,
    )


def _recorded(trace: Trace, place: Place, path: Path) -> Floats | None:
    """The weights of all layers and heads at that step, (L, H, S)."""
    search, model = trace.search, trace.model
    if place.read == "decoder":
        found = search.self_attention_at(place.step, model.layers, model.heads)
    else:
        found = None if search.cross_attention is None else search.cross_attention[place.step]
    return None if found is None else found[path.slots[-1]]


def _states_before(trace: Trace, place: Place, path: Path) -> Numbers | None:
    """Of a recurrent decoder, (t, D)."""
    recorded = trace.search.decoder_states
    steps = np.arange(place.step)
    return None if recorded is None else recorded[steps, path.slots[:-1]].astype(np.float64)


def _weights_compared(row: _Row, recorded: Floats | None) -> float | None:
    if row.weighing is None or recorded is None:
        return None
    return _compared(row.weighing.weights, recorded[row.layer, row.head])


def _log_probs_compared(
    trace: Trace, path: Path, looked: Looked, *, shown: Prediction
) -> float | None:
    """With the recorded distribution of the prefix."""
    step = len(path.tokens) - 1
    tokens = trace.search.next_tokens[step, path.slots[-1]]
    there = tokens >= 0
    if not there.any():
        return None
    found = numbers(torch.log_softmax(looked.logits.double(), -1))
    found[list(shown.tokens)] = shown.log_probs
    recorded = trace.search.next_log_probs[step, path.slots[-1]][there]
    return _compared(found[tokens[there]], recorded)


def _compared(found: Numbers, recorded: Floats) -> float:
    """The largest difference; what a file rounded to half precision may differ by that much more.

    Raises:
        InputError: ``explain_differs``: it is above ``TOLERANCE``.
    """
    away = np.abs(found - recorded)
    rounded = np.array_equal(recorded, recorded.astype(np.float16).astype(np.float32))
    if not (away <= TOLERANCE + (_HALF * np.abs(recorded) if rounded else 0.0)).all():
        facts = {"found": f"{away.max():.2g}", "limit": f"{TOLERANCE:g}"}
        raise InputError("explain_differs", facts)
    return float(away.max())

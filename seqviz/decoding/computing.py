"""From what a model saw at one step to the numbers of a ``StepComputation``; shapes as there."""

from collections.abc import Callable, Sequence
from math import prod

import numpy as np
import torch
from torch import Tensor

from seqviz.models.attention import Attended
from seqviz.models.looked import Looked
from seqviz.options.intervention import Intervention
from seqviz.trace.computation import SMALL, Numbers, Prediction, Weighing

Spell = Callable[[int], str]
"""From a target token to its piece."""

LISTED = 10
"""Most probable tokens of a prediction."""
UNSHIFTED = 30.0
"""Exponents up to this size are taken as they are."""
_REWRITING = ("uniform", "shuffle", "set", "ablate")
"""Edits that write weights; the others change the scores."""


def weighing_of(
    seen: Attended, at: tuple[int, ...], row: int, *, edits: Sequence[Intervention]
) -> Weighing:
    """One row of one head.

    Args:
        seen: by its layer.
        at: sentence, and head where there are several.
        row: the query's.
        edits: of this head.
    """
    question = seen.question
    assert question is not None and seen.weights is not None
    query = numbers(question.query[at][row])
    keys, values = numbers(question.memory.keys[at]), numbers(question.memory.values[at])
    energies = optional(question.energies)
    products = query * keys if energies is None else energies * np.tanh(query + keys)  # (S, d)
    added = None
    if question.added is not None:
        added = numbers(question.added.expand(1, *question.query.shape[1:3], -1)[at][row])
    scores = products.sum(1) * question.scaling + (0.0 if added is None else added)
    temperature = prod(edit.temperature for edit in edits if edit.kind == "sharpen")
    mutes = {place for edit in edits if edit.kind == "mute" for place in edit.sources}
    muted = tuple(sorted(mutes))
    exponents = scores / temperature
    exponents[list(muted)] = -np.inf
    read = exponents[np.isfinite(exponents)]
    shift = float(read.max()) if (np.abs(read) > UNSHIFTED).any() else 0.0
    exp = np.exp(exponents - shift)
    rewritten = any(edit.kind in _REWRITING for edit in edits)
    total = exp.sum() or 1.0
    weights = numbers(seen.weights[at][row]) if rewritten else exp / total
    contributions = weights[:, None] * values
    return Weighing(
        query=query,
        keys=keys,
        values=values,
        energies=energies,
        scaling=question.scaling,
        added=added,
        products=products,
        scores=scores,
        temperature=temperature,
        muted=muted,
        shift=shift,
        exp=exp,
        weights=weights,
        rewritten=rewritten,
        contributions=contributions,
        context=contributions.sum(0),
    )


def contexts_of(attended: Attended, row: int) -> Numbers:
    """Of all heads, (H, E)."""
    question = attended.question
    assert question is not None and attended.weights is not None
    weights, values = numbers(attended.weights[0, :, row]), numbers(question.memory.values[0])
    found: Numbers = np.einsum("hs,hse->he", weights, values)
    return found


def mixed_by_heads(
    attended: Attended, contexts: Numbers
) -> tuple[Numbers, Numbers, Numbers | None]:
    """What each head adds to the layer's output, (H, D), W_O by heads, (H, D, E), and its bias."""
    assert attended.output is not None
    heads, width = contexts.shape
    whole = numbers(attended.output.weight)  # (D, H · E)
    maps = whole.reshape(len(whole), heads, width).swapaxes(0, 1)  # (H, D, E)
    return np.matvec(maps, contexts), maps, optional(attended.output.bias)


def prediction_of(looked: Looked, taken: int, spell: Spell) -> Prediction:
    """The most probable next tokens, and how they come about."""
    logits = numbers(looked.logits)
    order = np.argsort(-logits, kind="stable")[:LISTED].tolist()
    tokens = tuple(order if taken in order else (*order, taken))
    places = torch.tensor(tokens, device=looked.table.device)
    rows = numbers(looked.table[places])
    biases = np.zeros(len(tokens)) if looked.bias is None else numbers(looked.bias[places])
    combined = numbers(looked.combined)
    parts = vectors = constant = weights = None
    if looked.parts:
        vectors = np.array([numbers(part.vector) for part in looked.parts])
        maps = np.array([numbers(part.weight) for part in looked.parts])
        parts = np.einsum("pij,pj->pi", maps, vectors)
        constant = numbers(looked.constant)
        combined = np.tanh(parts.sum(0) + constant)
        weights = maps if maps.shape[-1] <= SMALL else None
    chosen_logits = rows @ combined + biases
    top = logits.max()
    log_normaliser = float(top + np.log(np.exp(logits - top).sum()))
    return Prediction(
        combined=combined,
        part_names=tuple(part.name for part in looked.parts),
        parts=parts,
        constant=constant,
        weights=weights,
        vectors=vectors,
        tokens=tokens,
        pieces=tuple(spell(token) for token in tokens),
        chosen=tokens.index(taken),
        rows=rows,
        biases=biases,
        logits=chosen_logits,
        log_probs=chosen_logits - log_normaliser,
        log_normaliser=log_normaliser,
        vocabulary=len(logits),
    )


def optional(values: Tensor | None) -> Numbers | None:
    """As ``numbers``; None stays."""
    return None if values is None else numbers(values)


def numbers(values: Tensor | None) -> Numbers:
    """What must be there, as float64 on the CPU."""
    assert values is not None
    return values.detach().double().cpu().numpy()

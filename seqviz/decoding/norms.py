"""Lengths of the vectors that the decoder reads: see ``trace.evidence.AttentionNorms``.

Letters in shapes as there; D width, d width of a head.
"""

import numpy as np
import torch

from seqviz.decoding.computing import numbers
from seqviz.decoding.following import OpenModel, followed, path_to
from seqviz.errors import InputError
from seqviz.models.looked import Looked
from seqviz.trace import Trace
from seqviz.trace.computation import Numbers
from seqviz.trace.evidence import AttentionNorms


def attention_norms(model: OpenModel, trace: Trace, rank: int) -> AttentionNorms:
    """Of every layer and head along a hypothesis, with the edits of the decoding.

    Raises:
        InputError: ``align_no_attention``: the model has none; there is no such hypothesis.
    """
    if not model.attends:
        raise InputError("align_no_attention", {"model": trace.model.name})
    with torch.inference_mode():
        steps = list(followed(model, trace, path_to(trace, rank)))
        weights = np.stack([_weights(looked) for looked in steps], 2)  # (L, H, T, S)
        heads, layers = [], []
        for layer, alphas in enumerate(weights):
            read = read_vectors(steps[0], layer)  # (H, S, D)
            products = np.einsum("hsd,ksd->shk", read, read)
            heads.append(alphas * np.linalg.norm(read, axis=-1)[:, None])
            squares = np.einsum("hts,shk,kts->ts", alphas, products, alphas, optimize=True)
            layers.append(np.sqrt(squares.clip(0)))
    return AttentionNorms(heads=np.stack(heads), layers=np.stack(layers))


def read_vectors(looked: Looked, layer: int) -> Numbers:
    """f(x) of every source token in every head of the cross-attention, (H, S, D).

    Weighted and summed over heads and tokens they are what the layer reads, but for a bias that
    does not depend on the source.
    """
    seen = looked.seen["cross"][layer]
    assert seen.question is not None
    values = numbers(seen.question.memory.values[0])
    if seen.output is None:
        (context,) = (part for part in looked.parts if part.name == "context")
        return (values @ numbers(context.weight).T)[None]
    heads, _, width = values.shape  # (H, S, d)
    maps = numbers(seen.output.weight).reshape(-1, heads, width)  # (D, H, d)
    found: Numbers = np.einsum("hse,dhe->hsd", values, maps)
    return found


def _weights(looked: Looked) -> Numbers:
    """Of all layers and heads at one step, (L, H, S)."""
    layers = [numbers(seen.weights) for seen in looked.seen["cross"]]
    return np.stack([weights.reshape(-1, weights.shape[-1]) for weights in layers])

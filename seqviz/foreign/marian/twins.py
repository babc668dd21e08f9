"""Which embeddings of a Marian file are one and the same, as ``transformers`` decides it.

A file may hold a table under up to four names, whatever its config.json says of them.
"""

from collections.abc import Mapping
from dataclasses import replace

import torch
from torch import Tensor

from seqviz.foreign.weights import StoredWeight, first_names
from seqviz.models.settings import TransformerSettings

ENCODER, DECODER = "model.encoder.embed_tokens.weight", "model.decoder.embed_tokens.weight"
SHARED, HEAD = "model.shared.weight", "lm_head.weight"
TABLES = (SHARED, ENCODER, DECODER, HEAD)

Tables = Mapping[str, Tensor]
Shapes = Mapping[str, tuple[int, ...]]


def table_shapes(settings: TransformerSettings) -> dict[str, tuple[int, ...]]:
    """The tables that such a model has, and their shapes."""
    source = settings.source_vocabulary, settings.width
    target = settings.target_vocabulary, settings.width
    shared = {SHARED: source} if settings.shared_embeddings else {}
    return {**shared, ENCODER: source, DECODER: target, HEAD: target}


def stored_names(stored: Mapping[str, StoredWeight], shapes: Shapes) -> dict[str, str]:
    """For every table of the files, the first name of those that are one in them."""
    return first_names({name: stored[name] for name in shapes if name in stored}, shapes)


def tell_apart(
    held: Mapping[str, str], read: Tables, settings: TransformerSettings
) -> tuple[TransformerSettings, dict[str, Tensor]]:
    """What is tied in the end, and the tables by the names that a model of these settings has.

    Args:
        held: of ``stored_names``.
        read: those that it names.
        settings: with ``shared_embeddings`` and ``tied_output`` as config.json has them.

    Returns:
        the settings with those of the weights; tables that nothing says are left out.
    """
    told = _tied if settings.tied_output else _untied
    same = told(held, read, settings)
    encoder, decoder, head = (same.get(name) for name in (ENCODER, DECODER, HEAD))
    shape = replace(
        settings,
        shared_embeddings=encoder is not None and encoder == decoder,
        tied_output=head is not None and head == decoder,
    )
    named = {SHARED if shape.shared_embeddings else ENCODER: encoder}
    named |= {} if shape.shared_embeddings else {DECODER: decoder}
    named |= {} if shape.tied_output else {HEAD: head}
    return shape, {name: read[one] for name, one in named.items() if one is not None}


def _tied(held: Mapping[str, str], read: Tables, settings: TransformerSettings) -> dict[str, str]:
    """As ``PreTrainedModel.tie_weights`` does it: twins that differ are not tied.

    Returns:
        for every table that is stored or tied to one that is, where its numbers are read.
    """
    same, shared = dict(held), settings.shared_embeddings
    pairs = [(name, SHARED) for name in (HEAD, DECODER, ENCODER)] if shared else [(HEAD, DECODER)]
    for place, (twin, first) in enumerate(pairs):
        if twin in same and first in same:
            if torch.equal(read[same[twin]], read[same[first]]):
                same[twin] = same[first]
        elif twin in same:
            same[first] = same[twin]
        else:
            others = (other for other, _ in pairs[place + 1 :] if other in same)
            if (known := first if first in same else next(others, None)) is not None:
                same[twin] = same[known]
    return same


def _untied(held: Mapping[str, str], read: Tables, settings: TransformerSettings) -> dict[str, str]:
    """Each is its own; a shared one stands for those that are missing, if none contradicts it.

    So releases of ``transformers`` before the fifth wrote them.
    """
    same = dict(held)
    if settings.shared_embeddings and SHARED in same:
        sides = [name for name in (ENCODER, DECODER) if name in same]
        if all(torch.equal(read[same[name]], read[same[SHARED]]) for name in sides):
            same |= dict.fromkeys((ENCODER, DECODER), same[SHARED])
    return same

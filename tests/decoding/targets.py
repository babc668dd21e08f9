"""The token ids of everything that a decoding found."""

import numpy as np

from seqviz.decoding.record import Decoding
from tests.decoding.scripted import Ids


def targets(decoding: Decoding) -> list[Ids]:
    """Of every hypothesis, best first, each by its own walk back."""
    search = decoding.search
    found = []
    for step, candidate in zip(decoding.steps, decoding.candidates, strict=True):
        _, chosen = search.path(int(step), int(candidate))
        found.append(tuple(search.candidate_tokens[np.arange(len(chosen)), chosen].tolist()))
    return found

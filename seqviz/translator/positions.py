"""What tells a Transformer where a token stands: the table that it adds to its embeddings."""

from typing import Protocol, runtime_checkable

import torch
from torch import Tensor

from seqviz.errors import InputError
from seqviz.models.transformer import Side
from seqviz.trace import Floats
from seqviz.translator.translator import Translator


@runtime_checkable
class Positioned(Protocol):
    """A model that adds something of its own to every position."""

    def positions(self, side: Side, length: int, device: torch.device) -> Tensor:
        """See ``Transformer.positions``."""


def source_positions(translator: Translator, length: int) -> Floats | None:
    """What marks the first positions of a source, (length, D).

    None: the model reads one token after the other, does not tell, or reads no such length.
    """

    def table(model: object) -> Floats | None:
        if not isinstance(model, Positioned):
            return None
        try:
            found = model.positions("source", length, torch.device(translator.device))
        except InputError:
            return None
        values: Floats = found.detach().float().cpu().numpy()
        return values

    return translator.work(table).value

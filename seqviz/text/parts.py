"""What a Translator is made of, whoever trained the model."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

import torch

from seqviz.models.base import Seq2SeqModel
from seqviz.models.checkpoint import Weighted
from seqviz.text.codec import Codec


class LoadedModel(Seq2SeqModel[Any, Any], Weighted, Protocol):
    """A model that can be moved and whose weights can be told."""

    def to(self, where: torch.dtype, /) -> Any:
        """Turn its weights into another type, in place."""


@dataclass(frozen=True, kw_only=True)
class Parts:
    """A model and how it reads and writes."""

    codec: Codec
    load_model: Callable[[str], LoadedModel]
    """Loads the weights onto a device, ready to decode; may be called again."""
    notices: tuple[str, ...] = ()
    """Codes of what every Trace of this model has to say; see ``Trace.notices``."""

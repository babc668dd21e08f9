"""What a Translator is made of, whoever trained the model."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import torch
from torch import Tensor

from seqviz.codec import Codec
from seqviz.models.base import Seq2SeqModel


class LoadedModel(Seq2SeqModel[Any, Any], Protocol):
    """A model that can be moved and whose weights can be told."""

    def to(self, where: torch.device | torch.dtype | str) -> Any:
        """Move it to a device, or turn its weights into another type; in place."""

    def state_dict(self) -> Mapping[str, Tensor]:
        """Its weights by name."""


@dataclass(frozen=True, kw_only=True)
class Parts:
    """A model and how it reads and writes."""

    codec: Codec
    load_model: Callable[[str], LoadedModel]
    """Loads the weights onto a device, ready to decode; may be called again."""
    notices: tuple[str, ...] = ()
    """Codes of what every Trace of this model has to say; see ``Trace.notices``."""

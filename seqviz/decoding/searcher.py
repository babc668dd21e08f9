"""The way a search goes: replayed from a captured step where there is one, else step by step."""

from collections.abc import Sequence
from typing import Any

from seqviz.decoding.beam import check_options, check_source, decode_beam
from seqviz.decoding.cuda_graphs import captured_searches
from seqviz.decoding.record import Decoding, OnStep
from seqviz.models.base import Seq2SeqModel
from seqviz.options import DecodeOptions


class Searcher:
    """Searches with one model, and with CUDA graphs where that is a Transformer on such a GPU."""

    def __init__(self, model: Seq2SeqModel[Any, Any], device: str) -> None:
        """Capture nothing yet."""
        self._model = model
        self._captured = captured_searches(model, device)

    def search(
        self,
        model: Seq2SeqModel[Any, Any],
        source_ids: Sequence[int],
        options: DecodeOptions,
        *,
        on_step: OnStep | None = None,
    ) -> Decoding:
        """What ``decode_beam`` returns, with this model or with a copy of it elsewhere."""
        if self._captured is not None and model is self._model:
            check_source(source_ids)
            check_options(model, len(source_ids), options)
            found = self._captured.decode(tuple(source_ids), options, on_step)
            if found is not None:
                return found
        return decode_beam(model, source_ids, options, on_step=on_step)

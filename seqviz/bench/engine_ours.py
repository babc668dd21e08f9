"""Our search as an engine: on the benchmark's random model, or on a shipped one."""

import time
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.torch import load_file

from seqviz.bench.engine import Facts, Job, Opening, serve
from seqviz.bench.torch_engine import TorchEngine
from seqviz.decoding.corpus import CorpusResult, decode_corpus
from seqviz.decoding.paths import hypothesis_tokens
from seqviz.decoding.record import Decoding
from seqviz.decoding.searcher import Searcher
from seqviz.foreign.marian.names import from_marian, transformer_settings
from seqviz.models.base import Seq2SeqModel, SpecialTokens
from seqviz.models.build import Model
from seqviz.models.checkpoint import load_model
from seqviz.models.fast.packing import pack_linears
from seqviz.models.transformer import Transformer
from seqviz.options import DecodeOptions
from seqviz.translator import load

_WHOLE_BATCH = 2**40
"""Tokens: the benchmark makes the batches, the same for every engine."""


class OurEngine(TorchEngine):
    """One sentence is searched as ``Translator`` does it; a batch goes to ``decode_corpus``."""

    def __init__(self, opening: Opening) -> None:
        """Read the model; for a shipped one, time it as a visitor's first request would."""
        super().__init__(opening)
        self._trained = Path(opening.folder, "settings.json").is_file()
        started = time.perf_counter()
        if self._trained:
            load(opening.folder, opening.device)
        seconds = time.perf_counter() - started
        model: Model = (
            load_model(opening.folder, self._device)
            if self._trained
            else _random_model(opening, self._device)
        )
        self._model: Seq2SeqModel[Any, Any] = model
        self._searcher = Searcher(model, opening.device)
        self.facts = Facts(
            vocabulary=model.settings.source_vocabulary,
            eos=model.special.eos,
            opening_seconds=seconds,
        )

    def run(self, job: Job) -> Decoding | list[CorpusResult]:
        """Targets of exactly the length asked for: a trained model could end earlier."""
        record = self._record and not job.batched
        options = DecodeOptions(
            beam_size=job.beam_size,
            max_length=job.length,
            min_length=job.length if self._trained else 0,
            record_attention=record,
            distribution_size=DecodeOptions().distribution_size if record else 0,
        )
        if job.batched:
            return decode_corpus(self._model, job.sources, options, batch_tokens=_WHOLE_BATCH)
        (source,) = job.sources
        return self._searcher.search(self._model, source, options)

    def targets(self, result: Decoding | list[CorpusResult]) -> list[list[int]]:
        """The best target of every sentence."""
        if isinstance(result, Decoding):
            return hypothesis_tokens(result.search, result.steps[:1], result.candidates[:1])
        return [list(found.tokens) for found in result]

    def record_bytes(self, result: Decoding | list[CorpusResult]) -> int:
        """The size of all arrays of a search; a corpus is not recorded."""
        if not isinstance(result, Decoding):
            return 0
        arrays = [*vars(result.search).values(), result.encoder_self_attention]
        return sum(array.nbytes for array in arrays if isinstance(array, np.ndarray))


def _random_model(opening: Opening, device: torch.device) -> Transformer:
    config = opening.config
    settings = transformer_settings(config)
    special = SpecialTokens(
        pad=config["pad_token_id"],
        bos=config["decoder_start_token_id"],
        eos=config["eos_token_id"],
    )
    model = Transformer(settings, special)
    model.load_state_dict(from_marian(load_file(opening.weights), settings))
    model.eval().to(device)
    pack_linears(model)
    return model


if __name__ == "__main__":
    serve(OurEngine)

"""Our search as an engine: on the benchmark's random model, or on a shipped one."""

import json
import time
from pathlib import Path
from typing import Any

import numpy as np
import torch

from seqviz.bench.engine import Engine, Facts, Job, Opening, Targets, serve
from seqviz.bench.random_model import SPECIAL
from seqviz.decoding.corpus import decode_corpus
from seqviz.decoding.paths import hypothesis_tokens
from seqviz.decoding.searcher import Searcher
from seqviz.foreign.marian.names import transformer_settings
from seqviz.foreign.marian.weights import load_marian
from seqviz.models.base import Seq2SeqModel
from seqviz.models.checkpoint import load_model
from seqviz.options import DecodeOptions
from seqviz.translator import load

_WHOLE_BATCH = 2**40
"""Tokens: the benchmark makes the batches, the same for every engine."""


class OurEngine(Engine):
    """One sentence is searched as ``Translator`` does it; a batch goes to ``decode_corpus``."""

    def __init__(self, opening: Opening) -> None:
        """Read the model; for a shipped one, time it as a visitor's first request would."""
        torch.set_num_threads(opening.threads)
        folder = Path(opening.folder)
        self._record, self._trained = opening.record, (folder / "settings.json").is_file()
        started = time.perf_counter()
        if self._trained:
            load(opening.folder, opening.device)
        seconds = time.perf_counter() - started
        self._model: Seq2SeqModel[Any, Any]
        if self._trained:
            self._model = load_model(folder, opening.device)
        else:
            shape = transformer_settings(json.loads((folder / "config.json").read_bytes()))
            self._model = load_marian(folder, shape, special=SPECIAL, device=opening.device)
        self._searcher = Searcher(self._model, opening.device)
        self.facts = Facts(
            vocabulary=self._model.settings.source_vocabulary,
            eos=self._model.special.eos,
            opening_seconds=seconds,
        )

    def run(self, job: Job) -> tuple[Targets, int]:
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
            batch = decode_corpus(self._model, job.sources, options, batch_tokens=_WHOLE_BATCH)
            return [list(found.tokens) for found in batch], 0
        (source,) = job.sources
        result = self._searcher.search(self._model, source, options)
        arrays = [*vars(result.search).values(), result.encoder_self_attention]
        size = sum(array.nbytes for array in arrays if isinstance(array, np.ndarray))
        return hypothesis_tokens(result.search, result.steps[:1], result.candidates[:1]), size


if __name__ == "__main__":
    serve(OurEngine)

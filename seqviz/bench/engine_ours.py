"""Our search as an engine: on the benchmark's random model, or on a shipped one."""

import time
from collections.abc import Sequence
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.torch import load_file

from seqviz.bench.protocol import Facts, Job, Opening, serve
from seqviz.bench.shape import WEIGHTS_FILE, read_config
from seqviz.bench.torch_engine import prepare_torch, wait_for
from seqviz.decoding.corpus import CorpusResult, decode_corpus
from seqviz.decoding.forced import decode_forced
from seqviz.decoding.paths import hypothesis_tokens
from seqviz.decoding.record import Decoding
from seqviz.decoding.searcher import Searcher
from seqviz.foreign.marian.names import from_marian, transformer_settings
from seqviz.models.base import Seq2SeqModel, SpecialTokens
from seqviz.models.checkpoint import Model, load_model
from seqviz.models.fast.packing import pack_linears
from seqviz.models.transformer import Transformer
from seqviz.options import DecodeOptions
from seqviz.translator import load

_WHOLE_BATCH = 2**40
"""Tokens: the benchmark makes the batches, the same for every engine."""

Found = Decoding | list[CorpusResult]


class OurEngine:
    """One sentence is searched as ``Translator`` does it; a batch goes to ``decode_corpus``."""

    def __init__(self, opening: Opening) -> None:
        """Read the model; for a shipped one, time it as a visitor's first request would."""
        self._device = prepare_torch(opening)
        self._record = opening.record
        started = time.perf_counter()
        self._trained = Path(opening.folder, "settings.json").is_file()
        if self._trained:
            load(opening.folder, opening.device)
            self._opening_seconds = time.perf_counter() - started
            model: Model = load_model(opening.folder, self._device)
        else:
            model = _random_model(opening.folder, self._device)
            self._opening_seconds = time.perf_counter() - started
        self._model: Seq2SeqModel[Any, Any] = model
        self._searcher = Searcher(model, opening.device)
        self._vocabulary = model.settings.source_vocabulary

    @property
    def facts(self) -> Facts:
        """See ``protocol.Engine``."""
        return Facts(
            version=metadata.version("torch"),
            vocabulary=self._vocabulary,
            eos=self._model.special.eos,
            opening_seconds=self._opening_seconds,
        )

    def run(self, job: Job) -> Found:
        """See ``protocol.Engine``."""
        if job.batched:
            options = self._options(job, record=False)
            return decode_corpus(self._model, job.sources, options, batch_tokens=_WHOLE_BATCH)
        (source,) = job.sources
        options = self._options(job, record=self._record)
        return self._searcher.search(self._model, source, options)

    def targets(self, result: Found) -> list[list[int]]:
        """See ``protocol.Engine``."""
        if isinstance(result, Decoding):
            return hypothesis_tokens(result.search, result.steps[:1], result.candidates[:1])
        return [list(found.tokens) for found in result]

    def kept_bytes(self, result: Found) -> int:
        """See ``protocol.Engine``."""
        if not isinstance(result, Decoding):
            return 0
        arrays = [*vars(result.search).values(), result.encoder_self_attention]
        return sum(array.nbytes for array in arrays if isinstance(array, np.ndarray))

    def log_prob(self, source: Sequence[int], target: Sequence[int]) -> float:
        """See ``protocol.Engine``."""
        options = DecodeOptions(record_attention=False)
        return float(decode_forced(self._model, source, target, options=options).log_probs[0])

    def wait(self) -> None:
        """See ``protocol.Engine``."""
        wait_for(self._device)

    def _options(self, job: Job, *, record: bool) -> DecodeOptions:
        """Targets of exactly the length asked for: a trained model could end earlier."""
        return DecodeOptions(
            beam_size=job.beam_size,
            max_length=job.length,
            min_length=job.length if self._trained else 0,
            record_attention=record,
            distribution_size=DecodeOptions().distribution_size if record else 0,
        )


def _random_model(folder: str, device: torch.device) -> Transformer:
    config = read_config(folder)
    settings = transformer_settings(config)
    special = SpecialTokens(
        pad=config["pad_token_id"],
        bos=config["decoder_start_token_id"],
        eos=config["eos_token_id"],
    )
    model = Transformer(settings, special)
    model.load_state_dict(from_marian(load_file(Path(folder, WEIGHTS_FILE)), settings))
    model.eval().to(device)
    pack_linears(model)
    return model


if __name__ == "__main__":
    serve(OurEngine)

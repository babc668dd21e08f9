"""The engines: each a function that opens a model on a device with some threads.

"record" asks for all that a search can hand over, of one sentence: never of a batch.
A peer's library is imported by its own engine alone: it may be absent.
"""

import json
from collections.abc import Mapping
from functools import cache, partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn.utils.rnn import pad_sequence

from seqviz.bench.plan import (
    ATTENTIONS,
    CTRANSLATE2,
    OURS,
    PRODUCTS,
    TRANSFORMERS,
    UNRECORDED,
)
from seqviz.bench.process import Engine, Job, Kind, Targets
from seqviz.bench.random_model import EOS, PAD, SPECIAL, UNK
from seqviz.catalog import read_entry
from seqviz.decoding.corpus import decode_corpus
from seqviz.decoding.paths import hypothesis_tokens
from seqviz.decoding.searcher import Searcher
from seqviz.foreign.marian.names import transformer_settings
from seqviz.foreign.marian.weights import load_marian
from seqviz.models.fast.packed import Products, fastest, packable
from seqviz.models.fast.products import plain
from seqviz.options import DecodeOptions
from seqviz.translator.loading import parts_of

_WHOLE_BATCH = 2**40
"""Tokens: the benchmark makes the batches, the same for every engine."""


def ours(folder: str, device: str, threads: int, *, record: bool = True) -> Engine:
    """Our search on the random model."""
    return _searching(_random_model(folder, device, threads), device, record=record)


@cache
def _random_model(folder: str, device: str, threads: int) -> Any:
    """One for all engines of a process."""
    torch.set_num_threads(threads)  # before the fastest products are looked for
    shape = transformer_settings(json.loads(Path(folder, "config.json").read_bytes()))
    return load_marian(Path(folder), shape, special=SPECIAL, device=device)


def shipped(folder: str, device: str, threads: int, *, record: bool = True) -> Engine:
    """Our search on a shipped model, opened as for a visitor's first request.

    It could end a target before the length that is asked for; it is made not to.
    """
    model = _shipped_model(folder, device, threads)
    return _searching(model, device, record=record, could_end=True)


@cache
def _shipped_model(folder: str, device: str, threads: int) -> Any:
    """See ``_random_model``."""
    torch.set_num_threads(threads)
    return parts_of(read_entry(Path(folder))).load_model(device)


def _searching(model: Any, device: str, *, record: bool, could_end: bool = False) -> Engine:
    """One sentence is searched as a ``Translator`` does it; a batch goes to ``decode_corpus``."""
    searcher = Searcher(model, device)

    def translate(job: Job) -> tuple[Targets, int]:
        keep = record and not job.batched
        options = DecodeOptions(
            beam_size=job.beam_size,
            max_length=job.length,
            min_length=job.length if could_end else 0,
            record_attention=keep,
            distribution_size=DecodeOptions().distribution_size if keep else 0,
        )
        if job.batched:
            batch = decode_corpus(model, job.sources, options, batch_tokens=_WHOLE_BATCH)
            return [list(found.tokens) for found in batch], 0
        (source,) = job.sources
        result = searcher.search(model, source, options)
        arrays = [*vars(result.search).values(), result.encoder_self_attention]
        size = sum(array.nbytes for array in arrays if isinstance(array, np.ndarray))
        return hypothesis_tokens(result.search, result.steps[:1], result.candidates[:1]), size

    return Engine(translate, (model.settings.source_vocabulary, model.special.eos))


def transformers(folder: str, device: str, threads: int, *, record: bool = True) -> Engine:
    """``generate`` of a MarianMTModel; attention weights need its "eager" attention."""
    from transformers import GenerationConfig, MarianMTModel  # noqa: PLC0415 (it may be absent)

    torch.set_num_threads(threads)
    attention = "eager" if record else "sdpa"
    model: Any = MarianMTModel.from_pretrained(folder, attn_implementation=attention)
    model.to(device)

    def translate(job: Job) -> tuple[Targets, int]:
        rows = [torch.tensor(source) for source in job.sources]
        sources = pad_sequence(rows, batch_first=True, padding_value=PAD).to(device)
        keep = record and not job.batched
        options = GenerationConfig(
            num_beams=job.beam_size,
            max_new_tokens=job.length,
            do_sample=False,
            early_stopping=False,
            length_penalty=1.0,
            pad_token_id=PAD,
            eos_token_id=EOS,
            decoder_start_token_id=PAD,
            output_attentions=keep,
            output_scores=keep,
            return_dict_in_generate=keep,
        )
        with torch.inference_mode():
            found = model.generate(
                sources, attention_mask=(sources != PAD).long(), generation_config=options
            )
        targets: Tensor = found.sequences if keep else found
        return targets[:, 1:].tolist(), 0

    return Engine(translate)


def ctranslate2(folder: str, device: str, threads: int) -> Engine:
    """CTranslate2 in float32, which records nothing; tokens are spelled as their ids.

    Its own converter lays out the weights. It is the one of BART, for Marian's would take PAD
    away, whose embedding starts a target here.
    """
    import ctranslate2 as library  # noqa: PLC0415 (it may be absent)
    from ctranslate2.converters.transformers import BartLoader  # noqa: PLC0415 (it too)
    from transformers import MarianMTModel  # noqa: PLC0415 (it too)

    if device == "cuda" and not library.get_cuda_device_count():
        raise ImportError("it sees no CUDA device")
    model: Any = MarianMTModel.from_pretrained(folder)
    model.config.normalize_before = model.config.normalize_embedding = False
    spec = BartLoader().get_model_spec(model)
    tokens = [str(token) for token in range(model.config.vocab_size)]
    spec.register_source_vocabulary(tokens)
    spec.register_target_vocabulary(tokens)
    spec.config.bos_token = spec.config.decoder_start_token = str(PAD)
    spec.config.eos_token, spec.config.unk_token = str(EOS), str(UNK)
    spec.validate()
    spec.optimize()
    with TemporaryDirectory() as own_folder:
        spec.save(own_folder)
        translator = library.Translator(
            own_folder, device=device, compute_type="float32", intra_threads=threads
        )

    def translate(job: Job) -> tuple[Targets, int]:
        found = translator.translate_batch(
            [[str(token) for token in source] for source in job.sources],
            beam_size=job.beam_size,
            max_decoding_length=job.length,
        )
        return [[int(token) for token in sentence.hypotheses[0]] for sentence in found], 0

    return Engine(translate)


def products(folder: str, device: str, threads: int) -> Engine:
    """Every weight of the decoder multiplied once a step, and nothing else; it finds no targets.

    By as many rows as there are prefixes, each by the product that ours would take. Weights of a
    map's shape do for it.
    """
    torch.set_num_threads(threads)
    shape = transformer_settings(json.loads(Path(folder, "config.json").read_bytes()))
    width, inner = shape.width, shape.decoder_stack.inner_width
    one_layer = [(3 * width, width), *[(width, width)] * 3, (inner, width), (width, inner)]
    shapes = [*one_layer * shape.decoder_layers, (shape.target_vocabulary, width)]
    weights = [torch.rand(size, device=device) for size in shapes]
    maps = [fastest(each) if packable(each) else Products(*[plain(each)] * 3) for each in weights]

    @torch.inference_mode()
    def translate(job: Job) -> tuple[Targets, int]:
        rows = len(job.sources) * job.beam_size
        inputs = {size: torch.rand(rows, size, device=device) for size in (width, inner)}
        step = [
            (ways.of(rows), inputs[weight.shape[1]])
            for ways, weight in zip(maps, weights, strict=True)
        ]
        for _ in range(job.length):
            for multiply, x in step:
                found = multiply(x, None)
        found.sum().item()  # another device has not come so far yet
        return [], 0

    return Engine(translate)


ENGINES: Mapping[str, Kind] = {
    OURS: ours,
    UNRECORDED: partial(ours, record=False),
    ATTENTIONS: transformers,
    TRANSFORMERS: partial(transformers, record=False),
    CTRANSLATE2: ctranslate2,
    PRODUCTS: products,
}
"""On the random model; ours is the first."""
SHIPPED: Mapping[str, Kind] = {OURS: shipped, UNRECORDED: partial(shipped, record=False)}
"""On a shipped model."""

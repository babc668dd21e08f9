"""A Translator: two tokenizers, a model and its name; text in, a Trace out.

Knows nothing about how a trace is shown. It never changes after loading, so threads may share it.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import torch

from seqviz.catalog import ModelEntry, resolve
from seqviz.decoding.beam import check_source, decode_beam
from seqviz.decoding.corpus import OnProgress, decode_corpus
from seqviz.decoding.forced import decode_forced
from seqviz.decoding.paths import hypothesis_tokens, tokens_in
from seqviz.decoding.record import Decoding, OnStep, record_bytes
from seqviz.errors import InputError, ModelError
from seqviz.models.base import Seq2SeqModel
from seqviz.models.checkpoint import Model, fingerprint, load_model
from seqviz.models.rnn import Rnn
from seqviz.options import DecodeOptions
from seqviz.tokenizer import Tokenizer, prepare_text
from seqviz.trace import Hypotheses, ModelFacts, Source, Trace


@dataclass(frozen=True, kw_only=True)
class Translation:
    """The best translation of one of many sentences, found without recording the search."""

    text: str
    log_prob: float
    """Sum of log-probabilities, EOS included where it was produced; nats."""
    score: float
    """``log_prob`` divided by the normaliser of the length; higher is better."""
    tokens: int
    """Target tokens, EOS counted where it was produced."""


def available_devices() -> tuple[str, ...]:
    """The devices of this machine, fastest first; "cpu" is always the last."""
    devices = []
    if torch.cuda.is_available():
        devices.append("cuda")
    if torch.backends.mps.is_available():
        devices.append("mps")
    return (*devices, "cpu")


def use_threads(count: int) -> None:
    """Let the models of this process compute with that many CPU threads."""
    torch.set_num_threads(count)


def choose_device(name: str = "auto") -> str:
    """The device that a name stands for; "auto" is the fastest.

    Raises:
        InputError: this machine has no such device.
    """
    devices = available_devices()
    if name == "auto":
        return devices[0]
    if name not in devices:
        choices = ", ".join(("auto", *devices))
        raise InputError("device_unavailable", {"found": name, "choices": choices})
    return name


def load(
    name_or_folder: str | Path, device: str = "auto", models: str | Path | None = None
) -> "Translator":
    """Load a model and its tokenizers.

    Args:
        name_or_folder: PAIR/SYSTEM, such as "de-en/transformer", or a model's own folder.
        device: "auto", "cpu", "cuda" or "mps".
        models: the folder that holds PAIR/SYSTEM folders; None: the environment variable
            SEQVIZ_MODELS, else the models that came with the program.

    Raises:
        ModelError: there is no such model, or one of its files is missing or damaged.
        InputError: this machine has no such device.
    """
    return Translator(resolve(str(name_or_folder), models), choose_device(device))


class Translator:
    """A loaded model that translates text; see ``load``.

    Attributes:
        entry: the model's description on disk.
        facts: what a Trace says about the model.
        device: where it computes: "cpu", "cuda" or "mps".
    """

    def __init__(self, entry: ModelEntry, device: str) -> None:
        """Load the files that ``entry`` names.

        Raises:
            ModelError: a file is missing, damaged, or does not fit the others.
        """
        self.entry, self.device = entry, device
        self._source_tokenizer = Tokenizer(entry.source_model)
        self._target_tokenizer = Tokenizer(entry.target_model)
        model = load_model(entry.folder, device)
        shape = model.settings
        _check_size(entry.source_model, self._source_tokenizer, shape.source_vocabulary)
        _check_size(entry.target_model, self._target_tokenizer, shape.target_vocabulary)
        self._model: Seq2SeqModel[Any, Any] = model
        self.facts = _facts(entry, model)

    def translate(
        self,
        text: str,
        options: DecodeOptions | None = None,
        *,
        beam_size: int | None = None,
        on_step: OnStep | None = None,
    ) -> Trace:
        """Translate one sentence and record the whole search.

        Args:
            text: the sentence, as typed.
            options: how to search and what to record; None: the defaults.
            beam_size: replaces the one in ``options``; 1 is greedy decoding.
            on_step: called before every step with its number and the most steps there can be;
                what it raises, such as ``DecodingCancelled``, ends the search.

        Raises:
            InputError: the sentence is empty or too long, an option is out of its range, or the
                record would take too much memory.
        """
        started = time.perf_counter()
        chosen = _with_beam_size(options, beam_size)
        source = self.read(text)
        decoding = decode_beam(self._model, source.ids, chosen, on_step=on_step)
        return self._trace(source, chosen, decoding, started=started)

    def force(
        self,
        text: str,
        target_text: str,
        options: DecodeOptions | None = None,
        *,
        on_step: OnStep | None = None,
    ) -> Trace:
        """Score a given translation and record every step; see ``translate``.

        Raises:
            InputError: a text is empty or too long, or the record would take too much memory.
        """
        started = time.perf_counter()
        chosen = options or DecodeOptions()
        source = self.read(text)
        ids = self._target_tokenizer.encode(prepare_text(target_text)).ids
        target = (*ids, self._model.special.eos)
        decoding = decode_forced(self._model, source.ids, target, options=chosen, on_step=on_step)
        return self._trace(source, chosen, decoding, started=started)

    def translate_all(
        self,
        texts: Sequence[str],
        options: DecodeOptions | None = None,
        *,
        on_progress: OnProgress | None = None,
    ) -> list[Translation]:
        """Translate many sentences in batches, without recording.

        Args:
            texts: one sentence each.
            options: how to search; None: the defaults.
            on_progress: called with the number of sentences done and of all sentences; what it
                raises ends the work.

        Returns:
            one translation a sentence, in their order.

        Raises:
            InputError: a sentence is empty (its number is named) or too long.
        """
        sources = [self._read_line(text, number) for number, text in enumerate(texts, start=1)]
        results = decode_corpus(
            self._model,
            [source.ids for source in sources],
            options or DecodeOptions(),
            on_progress=on_progress,
        )
        return [
            Translation(
                text=self._text(result.tokens),
                log_prob=result.log_prob,
                score=result.score,
                tokens=len(result.tokens),
            )
            for result in results
        ]

    def read(self, text: str) -> Source:
        """The sentence as the model reads it, EOS at the end.

        Raises:
            InputError: it is empty or too long.
        """
        prepared = prepare_text(text)
        encoding = self._source_tokenizer.encode(prepared)
        if not encoding.ids:
            raise InputError("empty_text")
        eos, end = self._model.special.eos, len(prepared)
        source = Source(
            text=prepared,
            ids=(*encoding.ids, eos),
            pieces=(*encoding.pieces, self._source_tokenizer.piece(eos)),
            spans=(*encoding.spans, (end, end)),
        )
        check_source(source.ids)
        return source

    def memory_bytes(self, text: str, options: DecodeOptions | None = None) -> int:
        """The most bytes that the record of this search can take, known before it starts.

        Raises:
            InputError: the sentence is empty or too long.
        """
        return record_bytes(self._model, len(self.read(text).ids), options or DecodeOptions())

    def _read_line(self, text: str, number: int) -> Source:
        try:
            return self.read(text)
        except InputError as error:
            if error.code != "empty_text":
                raise
            raise InputError("line_empty", {"line": number, "name": "the texts"}) from error

    def _text(self, tokens: Sequence[int]) -> str:
        special = self._model.special
        silent = (special.pad, special.bos, special.eos)
        return self._target_tokenizer.decode([token for token in tokens if token not in silent])

    def _trace(
        self, source: Source, options: DecodeOptions, decoding: Decoding, *, started: float
    ) -> Trace:
        milliseconds = 1000 * (time.perf_counter() - started)
        search = decoding.search
        prefixes = hypothesis_tokens(search, decoding.steps, decoding.candidates)
        return Trace(
            source=source,
            model=self.facts,
            options=options,
            search=search,
            hypotheses=Hypotheses(
                steps=decoding.steps,
                candidates=decoding.candidates,
                finished=decoding.finished,
                log_probs=decoding.log_probs,
                lengths=decoding.lengths,
                normalisers=decoding.normalisers,
                scores=decoding.scores,
                texts=tuple(self._text(tokens) for tokens in prefixes),
            ),
            encoder_self_attention=decoding.encoder_self_attention,
            vocabulary={token: self._target_tokenizer.piece(token) for token in tokens_in(search)},
            device=self.device,
            milliseconds=milliseconds,
            stopped_by=decoding.stopped_by,
            forced=decoding.stopped_by == "forced",
        )


def _with_beam_size(options: DecodeOptions | None, beam_size: int | None) -> DecodeOptions:
    chosen = options or DecodeOptions()
    return chosen if beam_size is None else replace(chosen, beam_size=beam_size)


def _check_size(file: Path, tokenizer: Tokenizer, expected: int) -> None:
    if len(tokenizer) != expected:
        reason = f"it has {len(tokenizer)} pieces, the model {expected}"
        raise ModelError("file_corrupt", {"file": str(file), "reason": reason})


def _facts(entry: ModelEntry, model: Model) -> ModelFacts:
    return ModelFacts(
        name=entry.name,
        kind=entry.kind,
        attention=entry.attention,
        source_language=entry.source_language,
        target_language=entry.target_language,
        layers=model.layers,
        heads=model.heads,
        reverses_source=isinstance(model, Rnn) and model.settings.reverse_source,
        parameters=entry.parameters,
        fingerprint=fingerprint(model),
        eos=model.special.eos,
        unk=model.special.unk,
    )

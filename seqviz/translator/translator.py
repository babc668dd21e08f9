"""A Translator: a model, how it reads and writes, and its name; text in, a Trace out.

Knows nothing about how a trace is shown. It never changes after loading, so threads may share it.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import TypeVar, cast

from seqviz.catalog import ModelEntry
from seqviz.decoding.batch import SERVED
from seqviz.decoding.beam import check_source
from seqviz.decoding.buffers import FLOAT_BYTES
from seqviz.decoding.constraints import fitted
from seqviz.decoding.corpus import OnProgress, decode_corpus
from seqviz.decoding.explain import explain_step
from seqviz.decoding.following import OpenModel
from seqviz.decoding.forced import decode_forced, forced_bytes
from seqviz.decoding.place import Node, Place, check_explains, check_hypothesis
from seqviz.decoding.record import Decoding, OnStep, record_bytes
from seqviz.decoding.searcher import Searcher
from seqviz.decoding.shift import decode_shift
from seqviz.errors import InputError
from seqviz.options import DecodeOptions, Precision
from seqviz.text.codec import started
from seqviz.text.spelling import TargetTokens
from seqviz.trace import DistributionShift, Source, Trace
from seqviz.trace.computation import Read, StepComputation
from seqviz.trace.notices import BFLOAT16_SLOW, HALF_PRECISION
from seqviz.translator.assembly import Run, build_trace, model_facts
from seqviz.translator.devices import dtype_of, fits_in, lacks_bfloat16, take_precision
from seqviz.translator.doubts import Decoded, confidence_in, doubts, written
from seqviz.translator.evidence import Evidence
from seqviz.translator.fallback import Found, ModelOnDevice, load_somewhere
from seqviz.translator.loading import parts_of
from seqviz.translator.translation import Translation, best_of

Value = TypeVar("Value")
OnSize = Callable[[int], None]
"""Called with a number of bytes."""


class Translator:
    """A loaded model that translates text; ``seqviz.load`` makes one.

    Attributes:
        entry: the model's description on disk.
        facts: what a Trace says about the model.
        device: where it computes: "cpu", "cuda" or "mps".
        precision: of its numbers.
        codec: how it reads.
        target: how it spells what it writes.
        work: lets a function use the model, which it may not change; see ``ModelOnDevice.run``.
    """

    def __init__(self, entry: ModelEntry, device: str, *, precision: Precision = "float32") -> None:
        """Load the files that ``entry`` names.

        Raises:
            ModelError: a file is missing, damaged, or does not fit the others.
            InputError: there is no such precision.
        """
        parts = parts_of(entry)
        loaded = load_somewhere(parts.load_model, device)
        self.entry, self.device = entry, loaded.device
        self.codec, model = parts.codec, loaded.value
        self.target = TargetTokens(tokenizer=parts.codec.target, special=parts.codec.special)
        self.facts = model_facts(entry, model)
        fits = fits_in(model, dtype_of(precision))
        self.precision = precision if fits else "float32"
        slow = lacks_bfloat16(self.device, self.precision)
        told = ((HALF_PRECISION, not fits), (BFLOAT16_SLOW, slow))
        self._notices = (*loaded.notices, *(code for code, true in told if true))
        take_precision(model, self.device, self.precision)
        exact = self.precision == "float32"
        self._model = ModelOnDevice(model, self.device, parts.load_model, exact=exact)
        self._searcher, self.work = Searcher(model, self.device), self._model.run

    def translate(
        self,
        text: str,
        options: DecodeOptions | None = None,
        *,
        beam_size: int | None = None,
        on_step: OnStep | None = None,
        on_size: OnSize | None = None,
        on_text: Callable[[str], None] | None = None,
    ) -> Trace:
        """Translate one sentence and record the whole search.

        Args:
            text: the sentence, as typed.
            options: how to search and what to record; None: the defaults.
            beam_size: replaces the one in ``options``; 1 is greedy decoding.
            on_step: called before every step with its number and the most steps there can be;
                what it raises, such as ``DecodingCancelled``, ends the search.
            on_size: called before the search with the most bytes that its record can take.
            on_text: called with the translation where its record comes later, from a backend.

        Raises:
            InputError: the sentence is empty or too long, an option is out of its range or not for
                this model, or the record would take too much memory.
        """
        started = time.perf_counter()
        asked = options or DecodeOptions()
        if beam_size is not None:
            asked = replace(asked, beam_size=beam_size)
        chosen = self.resolved(asked)
        source = self._read(text, chosen)
        if on_size is not None:
            on_size(self._model.run(lambda one: record_bytes(one, len(source.ids), chosen)).value)
        decoding = self._model.run(
            lambda model: self._searcher.search(model, source.ids, chosen, on_step=on_step),
            lambda found: found.is_finite,
        )
        return self.traced(source, chosen, decoding, started=started)

    def force(
        self,
        text: str,
        target_text: str,
        options: DecodeOptions | None = None,
        *,
        on_step: OnStep | None = None,
        on_size: OnSize | None = None,
    ) -> Trace:
        """Score a given translation and record every step; see ``translate``.

        Raises:
            InputError: a text is empty or too long, or the record would take too much memory.
        """
        ids = self.prefix_ids(target_text)
        if not ids:
            raise InputError("empty_target")
        rules = self.codec.rules(options or DecodeOptions())
        target = (*started(ids, rules), self.codec.special.eos)
        return self.force_tokens(text, target, options, on_step=on_step, on_size=on_size)

    def force_tokens(
        self,
        text: str,
        target_ids: Sequence[int],
        options: DecodeOptions | None = None,
        *,
        on_step: OnStep | None = None,
        on_size: OnSize | None = None,
    ) -> Trace:
        """Score exactly these tokens, EOS among them where it is wanted; see ``force``.

        Raises:
            InputError: as ``force``; or the vocabulary lacks a token.
        """
        started = time.perf_counter()
        chosen = self.resolved(options or DecodeOptions())
        source = self._read(text, chosen)
        if on_size is not None:
            on_size(self._forced_bytes(source, target_ids, chosen))
        decoding = self._model.run(
            lambda model: decode_forced(
                model, source.ids, target_ids, options=chosen, on_step=on_step
            ),
            lambda found: found.is_finite,
        )
        return self.traced(source, chosen, decoding, started=started)

    def without_source(self, trace: Trace, rank: int = 0) -> Trace:
        """Score a hypothesis as if there were no sentence: p(y | ∅), the source being EOS alone.

        ``analysis.contrast.source_contrast`` sets it beside p(y | x). A model that reads the name
        of a language beside EOS reads it here too; edits of the attention are left out.

        Args:
            trace: of this model.
            rank: of the hypothesis.

        Raises:
            InputError: there is no such hypothesis, or the trace is of another model.
        """
        check_hypothesis(trace, rank, facts=self.facts)
        started = time.perf_counter()
        chosen = self.resolved(replace(trace.options, interventions=(), beta=0.0))
        source, target = self.codec.empty(chosen), trace.target(rank)
        decoding = self._model.run(
            lambda model: decode_forced(model, source.ids, target, options=chosen),
            lambda found: found.is_finite,
        )
        return self.traced(source, chosen, decoding, started=started)

    def shift(
        self,
        text: str,
        target_ids: Sequence[int],
        options: DecodeOptions,
        *,
        on_step: OnStep | None = None,
        on_size: OnSize | None = None,
    ) -> DistributionShift:
        """How the interventions of the options change what is predicted along these tokens.

        ``on_size`` is told of both records, and of the distributions that are compared.

        Raises:
            InputError: as ``force_tokens``.
        """
        started = time.perf_counter()
        options = self.resolved(options)
        source = self._read(text, options)
        if on_size is not None:
            compared = FLOAT_BYTES * len(target_ids) * len(self.target.tokenizer)
            on_size(2 * (self._forced_bytes(source, target_ids, options) + compared))
        found = self._model.run(
            lambda model: decode_shift(
                model, source.ids, target_ids, options=options, on_step=on_step
            ),
            lambda found: found.is_finite,
        )
        without = replace(options, interventions=())
        return DistributionShift(
            plain=self.traced(source, without, found.of(found.value.plain), started=started),
            edited=self.traced(source, options, found.of(found.value.edited), started=started),
            total_variation=found.value.total_variation,
            kl=found.value.kl,
        )

    def explain(
        self,
        trace: Trace,
        step: int,
        rank: int | Node = 0,
        *,
        read: Read = "cross",
        layer: int | None = None,
        head: int | None = None,
    ) -> StepComputation:
        """Take one step of a translation apart, down to its vectors.

        It is computed again along the prefix, with the edits of the trace, and compared: what is
        returned differs from the record by 1e-4 at most.

        Args:
            trace: of this model.
            step: from 0; for "encoder" the place of a source token.
            rank: of the hypothesis; or a node of the tree, as its step and candidate.
            read: the source ("cross"), in a Transformer also the tokens written so far ("decoder"),
                or the source by itself ("encoder").
            layer: from 0; None: the last.
            head: from 0; None: the first.

        Raises:
            InputError: there is no such step, hypothesis, layer or head; the trace is of another
                model, or of half precision; or the numbers are not those of the record.
        """
        place = Place(step=step, rank=rank, read=read, layer=layer, head=head)
        check_explains(trace, place, facts=self.facts, precision=self.precision)
        spell = self.target.tokenizer.piece
        found = self.work(lambda m: explain_step(cast(OpenModel, m), trace, place, spell=spell))
        return found.value

    def evidence(self, trace: Trace, rank: int = 0) -> Evidence:
        """What went into a hypothesis of a trace; nothing is computed before it is asked for.

        Raises:
            InputError: as ``without_source``.
        """
        return Evidence(self, trace, rank)

    def _forced_bytes(
        self, source: Source, target_ids: Sequence[int], options: DecodeOptions
    ) -> int:
        lengths = len(source.ids), len(target_ids)
        return self._model.run(lambda model: forced_bytes(model, *lengths, options=options)).value

    def unknown_in_target(self, text: str) -> tuple[str, ...]:
        """What of a typed target, or the start of one, the vocabulary lacks, each once."""
        return self.target.unknown(text)

    def unknown_in_instruction(self, options: DecodeOptions) -> tuple[str, ...]:
        """As ``unknown_in_target``; who takes an instruction has one vocabulary for both sides."""
        return self.target.unknown(options.instruction)

    def prefix_ids(self, text: str) -> tuple[int, ...]:
        """A typed target, or the start of one; see ``TargetTokens.ids``."""
        return self.target.ids(text)

    def token_ids(self, text: str) -> tuple[int, ...]:
        """The tokens that are spelled exactly so; see ``TargetTokens.spelled``."""
        return self.target.spelled(text)

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
        chosen = self.resolved(options or DecodeOptions())
        sources = [self._read_line(text, line, chosen) for line, text in enumerate(texts, start=1)]
        if chosen.beyond(SERVED):
            return list(self._one_by_one(texts, chosen, on_progress))
        ids = [source.ids for source in sources]
        found = self._model.run(
            lambda model: decode_corpus(model, ids, chosen, on_progress=on_progress),
            lambda found: all(result.is_finite for result in found),
        )
        return [
            Translation(
                text=self.target.text(result.tokens),
                log_prob=result.log_prob,
                score=result.score,
                tokens=len(result.tokens),
                finished=self._ended(source, result.tokens, chosen),
                unknown=source.unknown(self.facts.unk, instructed=chosen.instructed),
                confidence=confidence_in(self.entry, chosen, result.mean),
                notices=self._notices_of(source, chosen, found.notices, of=result),
            )
            for source, result in zip(sources, found.value, strict=True)
        ]

    def _ended(self, source: Source, tokens: Sequence[int], options: DecodeOptions) -> bool:
        """Whether a target ended before the maximum length ended it; see ``Trace.cut_off``."""
        length = len(source.ids)
        limit = fitted(options, self._model.model, length).length_limit(length)
        forced = options.rules.ends and len(tokens) == limit
        return tokens[-1] == self.codec.special.eos and not forced

    def _one_by_one(
        self, texts: Sequence[str], options: DecodeOptions, on_progress: OnProgress | None
    ) -> Iterator[Translation]:
        unrecorded = replace(options, record_attention=False, distribution_size=0)
        for number, text in enumerate(texts, start=1):
            yield best_of(self.translate(text, unrecorded), options.n_best)
            if on_progress is not None:
                on_progress(number, len(texts))

    def read(self, text: str, options: DecodeOptions | None = None) -> Source:
        """The sentence as the model reads it, EOS at the end.

        Raises:
            InputError: it is empty or too long, or the model lacks a language of the options.
        """
        source = self.codec.read(text, options or DecodeOptions())
        check_source(source.ids)
        return source

    def resolved(self, options: DecodeOptions) -> DecodeOptions:
        """The options as this model takes them: in token ids, with the rules of its makers."""
        options, rules = self.target.resolved(options), self.codec.rules(options)
        return replace(options, rules=rules, prefix=started(options.prefix, rules))

    def _read(self, text: str, options: DecodeOptions) -> Source:
        self.target.check((*options.prefix, *options.banned))
        return self.read(text, options)

    def _read_line(self, text: str, number: int, options: DecodeOptions) -> Source:
        try:
            return self.read(text, options)
        except InputError as error:
            if error.code != "empty_text":
                raise
            raise InputError("line_empty", {"line": number, "name": "the texts"}) from error

    def traced(
        self, source: Source, options: DecodeOptions, found: Found[Decoding], *, started: float
    ) -> Trace:
        """A recorded search as a Trace; ``started`` is when its work began."""
        return build_trace(
            source,
            found.value,
            facts=self.facts,
            options=options,
            target=self.target,
            run=Run(
                device=found.device,
                milliseconds=1000 * (time.perf_counter() - started),
                notices=self._notices_of(source, options, found.notices, of=found.value),
                precision="float32" if found.notices else self.precision,
            ),
        )

    def _notices_of(
        self, source: Source, options: DecodeOptions, found: tuple[str, ...], *, of: Decoded
    ) -> tuple[str, ...]:
        told, best = self.codec.notices(source.text, options), written(of, self.target)
        doubted = doubts(self.entry, source, options, unk=self.facts.unk, best=best)
        return tuple(dict.fromkeys((*self._notices, *told, *doubted, *found)))

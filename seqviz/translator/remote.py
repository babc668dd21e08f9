"""A Translator whose model computes at a backend; it reads and spells here, and asks for the rest.

Knows nothing about HTTP but the paths; ``seqviz.api`` answers.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from seqviz.catalog import ModelEntry
from seqviz.catalog.mirror import mirror_at
from seqviz.decoding.corpus import OnProgress
from seqviz.decoding.place import Node, Place, check_explains, check_hypothesis
from seqviz.decoding.record import OnStep
from seqviz.errors import InputError, ModelError
from seqviz.options import DecodeOptions, Precision
from seqviz.options.declared import unusual
from seqviz.text.spelling import TargetTokens
from seqviz.trace import DistributionShift, ModelFacts, Trace
from seqviz.trace.computation import Read, StepComputation
from seqviz.trace.file import trace_from_bytes
from seqviz.trace.packed import packed, unpacked
from seqviz.translator.evidence import Evidence
from seqviz.translator.fallback import Found, Model
from seqviz.translator.loading import parts_of
from seqviz.translator.remote_evidence import RemoteEvidence
from seqviz.translator.remote_many import Many
from seqviz.translator.translation import Translation
from seqviz.translator.translator import OnSize, Translator

PATIENCE_SECONDS = 60.0
"""So long a backend that is busy is asked again."""
LOOK_SECONDS = 0.5
BUSY = ("server_busy", "server_often")
"""What a backend says that may be asked again."""

Value = TypeVar("Value")


class RemoteTranslator(Translator):
    """A model of a backend, with the interface of one that is here.

    What needs the weights themselves, ``work``, is refused; ``translator.corpus`` and
    ``translator.scoring`` ask by ``of_many``.
    """

    def __init__(self, entry: ModelEntry, *, precision: Precision = "float32") -> None:
        """Have the backend load the model, and fetch how it reads.

        Raises:
            ModelError: the backend is away, or has no such model.
            InputError: ``not_over_network``: another precision is asked for.
        """
        assert entry.remote is not None
        mirror = mirror_at(entry.remote.address)
        if precision != "float32":
            raise InputError("not_over_network", {"address": mirror.backend.address})
        lent = mirror.borrow(entry.name)
        parts = parts_of(lent.entry)
        self.entry, self.device = lent.entry, lent.device
        self.codec = parts.codec
        self.target = TargetTokens(tokenizer=parts.codec.target, special=parts.codec.special)
        self._backend = mirror.backend
        self.facts = self._read_as(ModelFacts, lent.facts)
        self.precision = self._read_as(Precision, lent.precision)
        self.work = self._no_work

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
        """See ``Translator.translate``; the backend keeps to its own limit of memory.

        Raises:
            SeqVizError: as there; or the backend is away, or busy for a minute.
        """
        asked = options or DecodeOptions()
        if beam_size is not None:
            asked = replace(asked, beam_size=beam_size)
        return self._traced("/v1/trace", text, asked, more={}, on_step=on_step, on_text=on_text)

    def force_tokens(
        self,
        text: str,
        target_ids: Sequence[int],
        options: DecodeOptions | None = None,
        *,
        on_step: OnStep | None = None,
        on_size: OnSize | None = None,
    ) -> Trace:
        """See ``Translator.force_tokens`` and ``translate``.

        Raises:
            SeqVizError: as ``translate``.
        """
        asked, more = options or DecodeOptions(), {"target_ids": [int(one) for one in target_ids]}
        return self._traced("/v1/force", text, asked, more=more, on_step=on_step)

    def without_source(self, trace: Trace, rank: int = 0) -> Trace:
        """See ``Translator.without_source``.

        Raises:
            SeqVizError: as ``translate``.
        """
        check_hypothesis(trace, rank, facts=self.facts)
        found: Trace = self._part(Trace, trace, rank, part="without_source")
        return found

    def shift(
        self,
        text: str,
        target_ids: Sequence[int],
        options: DecodeOptions,
        *,
        on_step: OnStep | None = None,
        on_size: OnSize | None = None,
    ) -> DistributionShift:
        """See ``Translator.shift``; it does not tell how far it is.

        Raises:
            SeqVizError: as ``translate``.
        """
        self._read(text, self.resolved(options))
        body = {"text": text, "target_ids": [int(one) for one in target_ids]}
        return self._asked(DistributionShift, "/v1/shift", body, options=options)

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
        """See ``Translator.explain``.

        Raises:
            SeqVizError: as ``translate``.
        """
        place = Place(step=step, rank=rank, read=read, layer=layer, head=head)
        check_explains(trace, place, facts=self.facts, precision=self.precision)
        body = {
            **_of(trace),
            "step": step,
            "rank": rank,
            "read": read,
            "layer": layer,
            "head": head,
        }
        return self._asked(StepComputation, "/v1/explain", body, options=trace.options)

    def evidence(self, trace: Trace, rank: int = 0) -> Evidence:
        """See ``Translator.evidence``."""
        return RemoteEvidence(self, trace, rank, ask=self._part)

    def of_many(
        self,
        kind: type[Value],
        asked: Many,
        options: DecodeOptions,
        *,
        on_progress: OnProgress | None = None,
    ) -> list[Value]:
        """One answer for each of many sentences.

        Args:
            kind: of the answers.
            asked: about the sentences.
            options: of the decoding.
            on_progress: called after every request with the number of sentences done and of all,
                and some times a second while the backend is busy; what it raises ends the work.

        Raises:
            SeqVizError: as ``translate``.
        """
        found: list[Value] = []

        def tell() -> None:
            if on_progress is not None:
                on_progress(len(found), len(asked.works))

        for end, body in asked.parts():
            answer = self._asked(dict[str, Any], asked.path, body, options=options, meanwhile=tell)
            each = self._read_as(Sequence[Any], answer.get(asked.answers))
            found += [self._read_as(kind, one) for one in each]
            if len(found) != end:
                raise self._odd(ValueError("it gave another number of answers"))
            tell()
        return found

    def translate_all(
        self,
        texts: Sequence[str],
        options: DecodeOptions | None = None,
        *,
        on_progress: OnProgress | None = None,
    ) -> list[Translation]:
        """See ``Translator.translate_all``; they are sent some at a time.

        Raises:
            SeqVizError: as ``translate``.
        """
        asked = options or DecodeOptions()
        chosen = self.resolved(asked)
        sources = [self._read_line(text, line, chosen) for line, text in enumerate(texts, start=1)]
        many = Many(
            path="/v1/translate",
            given={"texts": texts},
            works=[chosen.work(len(source.ids)) for source in sources],
            answers="translations",
        )
        return self.of_many(Translation, many, asked, on_progress=on_progress)

    def _part(self, kind: Any, trace: Trace, rank: int, *, part: str) -> Any:
        """A part of the evidence about a hypothesis."""
        body = {**_of(trace), "rank": rank, "part": part}
        return self._asked(kind, "/v1/evidence", body, options=trace.options)

    def _no_work(
        self, work: Callable[[Model], Value], is_finite: Callable[[Value], bool] = lambda _: True
    ) -> Found[Value]:
        raise InputError("not_over_network", {"address": self._backend.address})

    def _traced(
        self,
        path: str,
        text: str,
        options: DecodeOptions,
        *,
        more: Mapping[str, object],
        on_step: OnStep | None,
        on_text: Callable[[str], None] | None = None,
    ) -> Trace:
        chosen = self.resolved(options)
        length = len(self._read(text, chosen).ids)
        step, limit = 0, chosen.length_limit(length)

        def on_news(news: Mapping[str, Any]) -> None:
            nonlocal step, limit
            step, limit = news.get("step", step), news.get("limit", limit)
            if not (type(step) is type(limit) is int and step >= 0 and limit > 0):
                raise self._odd(ValueError("it tells no step"))
            if on_step is not None and news.get("event") == "progress":
                on_step(step, limit)
            if on_text is not None and news.get("event") == "result":
                on_text(self._text_of(news))

        body = {"model": self.entry.name, "text": text, **more, **_options(options)}
        content = self._patiently(
            lambda: self._backend.stream(path, body, on_news),
            lambda: on_news({"event": "progress"}),
        )
        return trace_from_bytes(content, name=self._backend.address)

    def _asked(
        self,
        kind: type[Value],
        path: str,
        body: Mapping[str, object],
        *,
        options: DecodeOptions,
        meanwhile: Callable[[], None] = lambda: None,
    ) -> Value:
        whole = {"model": self.entry.name, **body, **_options(options)}
        answer = self._patiently(lambda: self._backend.post(path, whole), meanwhile)
        found: Value = self._read_as(kind, answer)
        return found

    def _patiently(self, ask: Callable[[], Value], meanwhile: Callable[[], None]) -> Value:
        """Ask again while the backend is busy, at the times that it names."""
        until = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                return ask()
            except InputError as error:
                if error.code not in BUSY or time.monotonic() > until:
                    raise
                seconds = error.facts["seconds"]
            again = time.monotonic() + (seconds if isinstance(seconds, int | float) else 0)
            while True:
                meanwhile()
                time.sleep(LOOK_SECONDS)
                if not time.monotonic() < min(again, until):  # nor where it is no number
                    break

    def _text_of(self, news: Mapping[str, Any]) -> str:
        """Of the best hypothesis, which comes before the record."""
        try:
            return str(news["hypotheses"][0]["text"])
        except (KeyError, IndexError, TypeError) as error:
            raise self._odd(error) from error

    def _read_as(self, kind: Any, raw: object) -> Any:
        try:
            return unpacked(kind, raw)
        except ValueError as error:
            raise self._odd(error) from error

    def _odd(self, error: Exception) -> ModelError:
        return ModelError("backend_odd", {"address": self._backend.address, "reason": str(error)})


def _of(trace: Trace) -> dict[str, object]:
    """How a backend finds a trace again, or makes it anew."""
    given = {"target_ids": list(trace.target())} if trace.forced else {}
    return {"text": trace.source.text, **given}


def _options(options: DecodeOptions) -> dict[str, object]:
    """Those that are not at their defaults; rules are the model's own."""
    return {name: packed(getattr(options, name)) for name in unusual(options, {"rules"})}

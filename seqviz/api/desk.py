"""The work of the API: what is asked of a Translator, in turn, and for several at once.

Runs in threads; knows nothing about HTTP.
"""

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import cast

from seqviz.api import bodies
from seqviz.api.limits import Limits
from seqviz.api.line import Done, Line
from seqviz.api.shelf import Translators
from seqviz.api.told import Told
from seqviz.errors import InputError, SeqVizError
from seqviz.options import DecodeOptions
from seqviz.server.companions import Companion, Companions, wait_for
from seqviz.server.metrics import Metrics
from seqviz.server.store import TraceStore
from seqviz.trace import DistributionShift, Trace
from seqviz.trace.computation import StepComputation
from seqviz.translator import Translator
from seqviz.translator.together import Wanted, served_together, translate_together
from seqviz.translator.translation import Translation

MOST_TOGETHER = 16
MOST_TOKENS_TOGETHER = 2048
"""Padded source tokens times beam size, of recorded searches."""
MOST_LISTS_TOGETHER, MOST_LISTED_TOKENS = 64, 32_768
"""Requests for translations alone, which are put into batches of the right size anyway."""


@dataclass(frozen=True)
class _Search:
    """A recorded search that somebody waits for."""

    text: str
    key: Hashable
    told: Told


@dataclass
class _List:
    """Translations that somebody waits for."""

    texts: tuple[str, ...]
    source: int
    """Tokens of all texts."""
    told: Told
    found: list[Translation] | None = None


class Desk:
    """Where requests are worked on."""

    def __init__(self, translators: Translators, limits: Limits, metrics: Metrics) -> None:
        """Nothing is asked yet."""
        self._translators, self._limits = translators, limits
        self.line = Line(places=limits.decoders, most=limits.waiting, metrics=metrics)
        self._searches = Companions[_Search](most=MOST_TOGETHER, most_tokens=MOST_TOKENS_TOGETHER)
        self._lists = Companions[_List](most=MOST_LISTS_TOGETHER, most_tokens=MOST_LISTED_TOKENS)
        self._kept = TraceStore()

    def key_of(self, body: bodies.Decode, options: DecodeOptions) -> Hashable:
        """Under what the trace of a request is kept, which holds all that it depends on.

        Raises:
            ModelError: there is no such model.
        """
        target = (body.target, body.target_ids) if isinstance(body, bodies.Force) else ()
        return self._translators.version(body.model), body.model, body.text, options, target

    def translate(
        self, body: bodies.Translate, options: DecodeOptions, told: Told
    ) -> list[Translation]:
        """Translations of all texts; who waits for the same model and options is served along.

        Raises:
            SeqVizError: a text or an option is refused, or the server is busy.
        """
        texts = body.texts if body.text is None else (body.text,)
        if not texts or (body.text is not None and body.texts):
            raise InputError("request_wrong", {"reason": "it must have either 'text' or 'texts'"})
        if len(texts) > self._limits.texts:
            facts = {"found": len(texts), "limit": self._limits.texts}
            raise InputError("texts_many", facts)
        loaded = self._translators.translator(body.model)
        lengths = [_length(loaded, one, options, place=place) for place, one in enumerate(texts)]
        self._limits.check_work(*map(options.work, lengths))
        group = body.model, self._translators.version(body.model), options
        tokens = max(lengths) * len(lengths) * options.beam_size
        wanted = _List(texts, sum(lengths), told)
        with (
            self._lists.waiting(wanted, group, tokens) as companion,
            self.line.turn(told) as done,
        ):
            wait_for(companion, told.wait)
            with self._lists.taken_along(companion) as together:
                asked = [one.request for one in together]
                if asked:
                    _translate_lists(loaded, asked, options, done=done)
            if wanted.found is None:  # who took this one along could not
                _translate_lists(loaded, [wanted], options, done=done)
        return cast(list[Translation], wanted.found)

    def trace(self, body: bodies.Decode, options: DecodeOptions, told: Told) -> Trace:
        """A recorded search; who waits for the same model and options is decoded together.

        Raises:
            SeqVizError: as ``translate``.
        """
        key = self.key_of(body, options)
        found = self._kept.get(key)
        if found is not None:
            return cast(Trace, found)
        loaded = self._translators.translator(body.model)
        length = _length(loaded, body.text, options)
        self._limits.check_work(options.work(length))

        def alone() -> Trace:
            return loaded.translate(
                body.text, options, on_step=told.step, on_size=self._limits.check_size
            )

        if not served_together(options):
            return self._made(key, alone, told)
        group = body.model, self._translators.version(body.model), options
        search = _Search(body.text, key, told)
        with (
            self._searches.waiting(search, group, length * options.beam_size) as companion,
            self.line.turn(told) as done,
        ):
            wait_for(companion, told.wait)
            with self._searches.taken_along(companion) as together:
                if len(together) > 1:
                    return self._along(loaded, together, options, done=done)
            found = self._kept.get(key)
            return self._keep(key, alone(), done) if found is None else cast(Trace, found)

    def force(self, body: bodies.Force, options: DecodeOptions, told: Told) -> Trace:
        """A given translation, scored and recorded.

        Raises:
            SeqVizError: as ``translate``.
        """
        if bool(body.target) == bool(body.target_ids):
            reason = "it must have either 'target' or 'target_ids'"
            raise InputError("request_wrong", {"reason": reason})
        key = self.key_of(body, options)
        found = self._kept.get(key)
        if found is not None:
            return cast(Trace, found)
        loaded = self._translators.translator(body.model)

        def score() -> Trace:
            on_size = self._limits.check_size
            if body.target:
                return loaded.force(
                    body.text, body.target, options, on_step=told.step, on_size=on_size
                )
            return loaded.force_tokens(
                body.text, body.target_ids, options, on_step=told.step, on_size=on_size
            )

        return self._made(key, score, told)

    def shift(self, body: bodies.Shift, options: DecodeOptions, told: Told) -> DistributionShift:
        """What edits change along a given translation.

        Raises:
            SeqVizError: as ``translate``.
        """
        loaded = self._translators.translator(body.model)
        with self.line.turn(told):
            return loaded.shift(
                body.text,
                body.target_ids,
                options,
                on_step=told.step,
                on_size=self._limits.check_size,
            )

    def explain(self, body: bodies.Explain, options: DecodeOptions, told: Told) -> StepComputation:
        """One step of a hypothesis, with every number.

        Raises:
            SeqVizError: as ``translate``.
        """
        trace, loaded = self._hypothesis(body, options, told)
        with self.line.turn(told):
            return loaded.explain(
                trace, body.step, body.rank, read=body.read, layer=body.layer, head=body.head
            )

    def evidence(self, body: bodies.Evidence, options: DecodeOptions, told: Told) -> object:
        """One part of the evidence about a hypothesis.

        Raises:
            SeqVizError: as ``translate``.
        """
        if not isinstance(body.rank, int):
            raise InputError("request_wrong", {"reason": "'rank' is no whole number"})
        trace, loaded = self._hypothesis(body, options, told)
        with self.line.turn(told):
            if body.part == "without_source":
                return loaded.without_source(trace, body.rank)
            found = loaded.evidence(trace, body.rank)
            if body.part in ("gradient", "occlusion"):
                return found.attribution(body.part)
            return getattr(found, body.part)()

    def _hypothesis(
        self, body: bodies.Hypothesis, options: DecodeOptions, told: Told
    ) -> tuple[Trace, Translator]:
        """The search of which somebody asks: kept, or made again."""
        what = {"model": body.model, "text": body.text}
        trace = (
            self.force(bodies.Force(**what, target_ids=body.target_ids), options, told)
            if body.target_ids
            else self.trace(bodies.Decode(**what), options, told)
        )
        return trace, self._translators.translator(body.model)

    def _along(
        self,
        loaded: Translator,
        together: list[Companion[_Search]],
        options: DecodeOptions,
        *,
        done: Done,
    ) -> Trace:
        """Decode for the first, and for those whom he takes along."""

        def step(one: Companion[_Search]) -> Callable[[int, int], None]:
            def told(step: int, limit: int) -> None:
                one.stay()
                one.request.told.step(step, limit)

            return told

        wanted = [Wanted(text=one.request.text, on_step=step(one)) for one in together]
        most = self._limits.record_bytes
        found = translate_together(loaded, wanted, options, max_bytes=most)
        for one, trace in zip(together, found, strict=True):
            if isinstance(trace, Trace):
                self._keep(one.request.key, trace, done)
        if isinstance(found[0], SeqVizError):
            raise found[0]
        return found[0]

    def _made(self, key: Hashable, make: Callable[[], Trace], told: Told) -> Trace:
        with self.line.turn(told) as done:
            return self._keep(key, make(), done)

    def _keep(self, key: Hashable, trace: Trace, done: Done) -> Trace:
        self._kept.put(key, trace)
        done.together += 1
        done.source += len(trace.source.ids)
        done.target += int(trace.hypotheses.lengths[0])
        return trace


def _length(
    loaded: Translator, text: str, options: DecodeOptions, *, place: int | None = None
) -> int:
    """Tokens of a sentence, which is refused here, and not once others wait for it, too."""
    try:
        return len(loaded.read(text, options).ids)
    except InputError as error:
        if error.code != "empty_text" or place is None:
            raise
        raise InputError("line_empty", {"line": place + 1, "name": "the texts"}) from error


def _translate_lists(
    loaded: Translator, asked: list[_List], options: DecodeOptions, *, done: Done
) -> None:
    """Translate what several ask for as one list; it goes on while one of them waits."""

    def stay(*_: int) -> None:
        for one in asked:
            if not one.told.has_left:
                return
        asked[0].told.step(0, 1)  # says so

    texts = [text for one in asked for text in one.texts]
    each = iter(loaded.translate_all(texts, options, on_progress=stay))
    for one in asked:
        one.found = [next(each) for _ in one.texts]
    done.together, done.source = len(texts), sum(one.source for one in asked)
    done.target = sum(found.tokens for one in asked for found in one.found or ())

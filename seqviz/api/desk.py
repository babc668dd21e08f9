"""The work of the API: what is asked of a Translator, in turn, and for several at once.

Runs in threads; knows nothing about HTTP.
"""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Any, cast

from seqviz.api import bodies
from seqviz.api.folders import loaded_model
from seqviz.api.limits import Limits
from seqviz.api.line import Done, Line
from seqviz.api.lists import Lists, length_of
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
from seqviz.translator.together import (
    MOST_TOGETHER,
    MOST_TOKENS_TOGETHER,
    Wanted,
    served_together,
    translate_together,
)


@dataclass(frozen=True)
class _Search:
    """A recorded search that somebody waits for."""

    text: str
    key: Hashable
    told: Told


class Desk(Lists):
    """Where requests are worked on."""

    def __init__(self, translators: Translators, limits: Limits, metrics: Metrics) -> None:
        """Nothing is asked yet."""
        line = Line(places=limits.decoders, most=limits.waiting, metrics=metrics)
        super().__init__(translators, limits, line)
        self._searches = Companions[_Search](most=MOST_TOGETHER, most_tokens=MOST_TOKENS_TOGETHER)
        self._kept = TraceStore()

    def key_of(self, body: bodies.Decode, options: DecodeOptions) -> Hashable:
        """Under what the trace of a request is kept, which holds all that it depends on.

        Raises:
            ModelError: there is no such model.
        """
        target = (body.target, body.target_ids) if isinstance(body, bodies.Force) else ()
        return self._translators.version(body.model), body.model, body.text, options, target

    def model(self, name: str) -> dict[str, Any]:
        """A model, loaded, and how it reads; see ``folders.loaded_model``.

        Raises:
            ModelError: as there.
        """
        return loaded_model(self._translators, name)

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
        length = length_of(loaded, body.text, options)
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
                    return _or_raise(self._along(loaded, together, options, done=done)[0])
            found = self._kept.get(key)
            return self._keep(key, alone(), done) if found is None else cast(Trace, found)

    def kept(self, body: bodies.Decode, options: DecodeOptions) -> Trace | None:
        """A search that was made before, and is still kept.

        Raises:
            ModelError: there is no such model.
        """
        return cast(Trace | None, self._kept.get(self.key_of(body, options)))

    def length(self, body: bodies.Decode, options: DecodeOptions) -> int:
        """Tokens of a sentence, which may be searched.

        Raises:
            SeqVizError: it, or its work, is refused.
        """
        found = length_of(self._translators.translator(body.model), body.text, options)
        self._limits.check_work(options.work(found))
        return found

    def traces(
        self, asked: Sequence[tuple[bodies.Decode, Told]], options: DecodeOptions
    ) -> list[Trace | SeqVizError]:
        """Recorded searches as one batch, for a caller who gathers it himself.

        Args:
            asked: of one model, each of a ``length``.
            options: of all of them; see ``served_together``.

        Returns:
            one a search, in their order: the trace, or why there is none.
        """
        loaded = self._translators.translator(asked[0][0].model)
        together = [
            Companion(_Search(body.text, self.key_of(body, options), told), None, 0)
            for body, told in asked
        ]
        if len(together) > 1:
            with self.line.turn(Told()) as done:
                return self._along(loaded, together, options, done=done)
        try:
            return [self.trace(asked[0][0], options, asked[0][1])]
        except SeqVizError as error:
            return [error]

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
        length, target = length_of(loaded, body.text, options), len(body.target_ids)
        self._limits.check_work(2 * (length + target) * target)  # with the edits, and without
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
            longest = max(len(trace.source.ids), len(trace.target(body.rank)))
            self._limits.check_evidence(longest)
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
    ) -> list[Trace | SeqVizError]:
        """Decode for the first, and for those whom he takes along; one a search, in their order."""

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
        return found

    def _made(self, key: Hashable, make: Callable[[], Trace], told: Told) -> Trace:
        with self.line.turn(told) as done:
            return self._keep(key, make(), done)

    def _keep(self, key: Hashable, trace: Trace, done: Done) -> Trace:
        self._kept.put(key, trace)
        done.together += 1
        done.source += len(trace.source.ids)
        done.target += int(trace.hypotheses.lengths[0])
        return trace


def _or_raise(found: Trace | SeqVizError) -> Trace:
    if isinstance(found, SeqVizError):
        raise found
    return found

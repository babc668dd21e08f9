"""The sentence decoded by one system after the other; what one cannot do costs the others nothing.

Every search is kept under the request that the system's own views ask for.
"""

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from streamlit.delta_generator import DeltaGenerator

from seqviz.analysis.quality import sentence_chrf
from seqviz.catalog import ModelEntry
from seqviz.errors import SeqVizError
from seqviz.trace import Trace
from seqviz.views.session import cache, decoding, state
from seqviz.views.session.i18n import Words
from seqviz.views.session.request import Request
from seqviz.views.shell.entrance import PASSING
from seqviz.views.shell.progress import Progress
from seqviz.views.sidebar.reference_field import is_typed

_log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True, eq=False)
class Outcome:
    """What became of the sentence, and of the reference, with one system."""

    entry: ModelEntry
    trace: Trace | None = None
    """None: it failed, or was cancelled before."""
    forced: Trace | None = None
    """The reference, scored; None: there is none, or it failed."""
    chrf: float | None = None
    error: str = ""
    """In Markdown; empty where nothing failed."""


def work(request: Request) -> str:
    """What all of it together is called when it is cancelled."""
    return f"systems-{request.code}"


def outcomes(
    entries: Sequence[ModelEntry],
    request: Request,
    reference: str,
    *,
    progress: DeltaGenerator,
    w: Words,
) -> Iterator[Outcome]:
    """Decode with every system in turn; once cancelled, only what is kept comes.

    Args:
        entries: the systems, in the order of work.
        request: what to decode, and how; its own system does not matter.
        reference: to be scored by every system; empty: there is none.
        progress: the place for the bar and its Cancel button.
        w: the page's words.

    Raises:
        SeqVizError: one of ``PASSING``, nobody is served at this moment, or not this visitor.
    """
    with progress:
        bar = Progress(w, work(request))
    try:
        for place, entry in enumerate(entries):
            own = _own(request, entry)
            turn = _Turn(entry=entry, request=own, reference=reference, bar=bar, w=w)
            yield turn.outcome(place, len(entries))
    finally:
        bar.clear()


def _own(request: Request, entry: ModelEntry) -> Request:
    """The same for another system; one without attention has no coverage to penalise."""
    options = decoding.options_for(entry)
    return replace(request, folder=entry.folder, options=options)


@dataclass(frozen=True, kw_only=True)
class _Turn:
    """One system at work."""

    entry: ModelEntry
    request: Request
    reference: str
    bar: Progress
    w: Words

    def outcome(self, place: int, count: int) -> Outcome:
        """Decode, then score the reference; what fails is said in words."""
        trace, forced = None, None
        try:
            trace = self._found(place, count)
            if trace is not None and self.reference:
                forced = self._forced(trace, place=place, count=count)
        except SeqVizError as error:
            if error.code in PASSING:  # the others are no better off
                raise
            return self._made(trace, error=self.w.error(error))
        except Exception:
            _log.exception("a system failed")
            return self._made(trace, error=self.w("systems.failed"))
        return self._made(trace, forced=forced)

    def _made(
        self, trace: Trace | None, *, forced: Trace | None = None, error: str = ""
    ) -> Outcome:
        chrf = None
        if trace is not None and is_typed():  # what stands in is the output of one of them
            chrf = sentence_chrf(trace.translation, self.reference)
        return Outcome(entry=self.entry, trace=trace, forced=forced, chrf=chrf, error=error)

    def _found(self, place: int, count: int) -> Trace | None:
        if self._given_up and not cache.is_kept(self.request):
            return None
        tell = self._teller("systems.progress", place, count)
        return cache.find_or_decode(self.request, tell, self.bar.wait)

    def _forced(self, trace: Trace, *, place: int, count: int) -> Trace | None:
        request, text = replace(self.request, options=trace.options), self.reference
        if self._given_up and not cache.is_kept(request, cache.force_key(request, text)):
            return None
        tell = self._teller("systems.progress.reference", place, count)
        return cache.find_or_force(request, text, on_step=tell, on_wait=self.bar.wait)

    @property
    def _given_up(self) -> bool:
        return state.is_cancelled(self.bar.work)

    def _teller(self, key: str, place: int, count: int) -> Callable[[int, int], None]:
        facts = {"place": place + 1, "count": count}
        words = self.w.markdown(key, facts | {"name": self.w.name("system", self.entry.system)})

        def tell(step: int, limit: int) -> None:
            self.bar.show((place + step / limit) / count, words)

        tell(0, 1)
        return tell

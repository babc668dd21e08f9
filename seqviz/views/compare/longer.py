"""The sentence joined to itself again and again, translated by two systems: what each one keeps."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import streamlit as st

from seqviz import figures
from seqviz.analysis.quality import sentence_chrf
from seqviz.catalog import ModelEntry
from seqviz.errors import SeqVizError
from seqviz.figures.longer import RepeatedRow
from seqviz.options import DecodeOptions
from seqviz.trace import Trace
from seqviz.views.compare import two_systems
from seqviz.views.session import cache, state
from seqviz.views.session.i18n import Words
from seqviz.views.session.request import Request
from seqviz.views.shell import chart
from seqviz.views.shell import progress as decode

MOST = 5
WORK = "longer"
ENDS = ".!?。！？…"
PLAIN = DecodeOptions(record_attention=False, distribution_size=0)


@dataclass(frozen=True, kw_only=True)
class _Repeated:
    """One translation to make."""

    entry: ModelEntry
    times: int
    request: Request


def render(entries: Sequence[ModelEntry], request: Request, w: Words) -> None:
    """Draw the choice and the button, and the chart once it was pressed for this sentence."""
    st.subheader(w("lengths.longer"), anchor=False)
    st.caption(w("lengths.longer.about", {"most": MOST}))
    pair = two_systems.choose(entries, w)
    key = f"{WORK}-{request.code}-{'-'.join(entry.system for entry in pair)}"
    st.button(
        w("lengths.longer.run", {"most": MOST}),
        type="primary",
        icon=":material/repeat:",
        on_click=_start,
        args=(key,),
    )
    if state.remembered(WORK) != key:
        return
    rows = list(_rows(pair, request, key, w=w))
    if state.is_cancelled(key):
        decode.offer_again(key, w)
    if rows:
        chart.draw(figures.repeated_picture(rows, words=w.table), key="repeated", w=w)


def _start(key: str) -> None:
    state.resume()
    state.remember(WORK, key)


def joined(text: str, times: int) -> str:
    """A sentence so many times, commas between, its own end at the end."""
    body = text.rstrip().rstrip(ENDS).rstrip()
    if not body:
        return text
    wide = any("\u3000" <= letter <= "\u9fff" for letter in body)
    return ("，" if wide else ", ").join([body] * times) + text.rstrip()[len(body) :]


def _rows(
    pair: Sequence[ModelEntry], request: Request, key: str, *, w: Words
) -> Iterator[RepeatedRow]:
    """One row a translation, as far as the visitor let it run; what is kept comes at once."""
    progress = decode.Progress(w, key)
    cancelled = state.is_cancelled(key)
    single: dict[str, str] = {}
    works = list(_works(pair, request))
    try:
        for place, work in enumerate(works):
            if cancelled and not cache.is_kept(work.request):
                return
            name = w.name("system", work.entry.system)
            words = w("lengths.longer.progress", {"times": work.times, "name": name})
            progress.show(place / len(works), words)
            trace = cache.find_or_decode(work.request, lambda *_: progress.poll(), progress.wait)
            single.setdefault(work.entry.system, trace.translation)
            yield _row(work, trace, single[work.entry.system], name=name)
    except SeqVizError as error:
        decode.show_error(error, w, work=key)
    finally:
        progress.clear()


def _works(pair: Sequence[ModelEntry], request: Request) -> Iterator[_Repeated]:
    for times in range(1, MOST + 1):
        for entry in pair:
            yield _Repeated(
                entry=entry,
                times=times,
                request=replace(
                    request,
                    folder=entry.folder,
                    text=joined(request.text, times),
                    options=replace(PLAIN, beam_size=request.options.beam_size),
                ),
            )


def _row(work: _Repeated, trace: Trace, single: str, *, name: str) -> RepeatedRow:
    wanted = joined(single, work.times)
    return RepeatedRow(
        code=work.entry.system,
        name=name,
        attends=work.entry.attends,
        times=work.times,
        pieces=len(trace.source.ids) - 1,
        text=trace.translation,
        chrf=sentence_chrf(trace.translation, wanted),
    )

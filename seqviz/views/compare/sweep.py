"""This sentence with every beam size from 1 to 10."""

from collections.abc import Iterator
from dataclasses import replace

import streamlit as st

from seqviz import figures
from seqviz.analysis.compare import SweepRow, sweep_row
from seqviz.analysis.quality import sentence_chrf
from seqviz.errors import SeqVizError
from seqviz.trace import Trace
from seqviz.views.session import cache, state
from seqviz.views.session.i18n import Words
from seqviz.views.session.request import Request
from seqviz.views.shell import chart
from seqviz.views.shell import progress as decode
from seqviz.views.sidebar.reference_field import reference_field

MOST = 10
WORK = "sweep"
MOST_SECONDS = 5.0
"""What may take longer waits for a click."""


def render(trace: Trace, request: Request, w: Words) -> None:
    """Draw the chart; where that may take long, a button that asks for it.

    Args:
        trace: of the same sentence and system; its time tells what all beam sizes may take.
        request: a search.
        w: the page's words.
    """
    st.caption(w("beam_sizes.sweep.about", {"most": MOST}))
    reference = reference_field(trace.translation, w)
    key = f"{WORK}-{request.code}"
    if _seconds(trace) > MOST_SECONDS and state.remembered(WORK) != key:
        st.button(
            w("beam_sizes.sweep.run", {"most": MOST}),
            icon=":material/stacked_line_chart:",
            on_click=_start,
            args=(key,),
        )
        return
    rows = list(_rows(request, key, reference, w=w))
    if state.is_cancelled(key):
        decode.offer_again(key, w)
    if rows:
        chart.draw(figures.sweep_picture(rows, words=w.table), key="sweep", w=w)


def _seconds(trace: Trace) -> float:
    """What all beam sizes may take: a search of twice the width takes at most twice as long."""
    return trace.milliseconds / 1000 * sum(range(1, MOST + 1)) / trace.options.beam_size


def _start(key: str) -> None:
    state.resume()
    state.remember(WORK, key)


def _rows(request: Request, key: str, reference: str, *, w: Words) -> Iterator[SweepRow]:
    """One row a beam size, as far as the visitor let it run; what is kept comes at once."""
    progress = decode.Progress(w, key)
    cancelled = state.is_cancelled(key)
    options = replace(request.options, record_attention=False, distribution_size=0)
    try:
        for beam_size in range(1, MOST + 1):
            sized = replace(request, options=replace(options, beam_size=beam_size))
            if cancelled and not cache.is_kept(sized):
                return
            words = w("beam_sizes.sweep.progress", {"beam": beam_size, "most": MOST})
            progress.show(beam_size / MOST, words)
            trace = cache.find_or_decode(sized, lambda *_: progress.poll(), progress.wait)
            chrf = sentence_chrf(trace.translation, reference) if reference else None
            yield sweep_row(trace, chrf=chrf)
    except SeqVizError as error:
        decode.show_error(error, w, work=key)
    finally:
        progress.clear()

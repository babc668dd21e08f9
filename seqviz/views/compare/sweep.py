"""The beam size sweep: one click decodes with every beam size from 1 to 10."""

from collections.abc import Iterator
from dataclasses import replace

import streamlit as st

from seqviz import figures
from seqviz.analysis.compare import SweepRow, sweep_row
from seqviz.analysis.quality import sentence_chrf
from seqviz.errors import SeqVizError
from seqviz.views.session import cache, state
from seqviz.views.session.i18n import Words
from seqviz.views.session.request import Request
from seqviz.views.shell import chart
from seqviz.views.shell import progress as decode
from seqviz.views.sidebar.reference_field import reference_field

MOST = 10
WORK = "sweep"


def render(request: Request, w: Words) -> None:
    """Draw the button, and the chart once it was pressed for this sentence and system."""
    st.subheader(w("compare.sweep"), anchor=False)
    reference_field(w("compare.reference"), w("compare.reference.help"))
    key = f"{WORK}-{request.code}"
    st.button(
        w("compare.sweep.run"),
        icon=":material/stacked_line_chart:",
        help=w("compare.sweep.about", {"most": MOST}),
        on_click=_start,
        args=(key,),
    )
    if state.remembered(WORK) != key:
        st.caption(w("compare.sweep.about", {"most": MOST}))
        return
    rows = list(_rows(request, key, w))
    if state.is_cancelled(key):
        partial = "compare.sweep.partial" if rows else "compare.sweep.cancelled"
        facts = {"beam": rows[-1].beam_size if rows else 0}
        st.warning(w(partial, facts), icon=":material/cancel:")
    if rows:
        chart.draw(figures.sweep_picture(rows, words=w.table), key="sweep", w=w)


def _start(key: str) -> None:
    state.resume()
    state.remember(WORK, key)


def _rows(request: Request, key: str, w: Words) -> Iterator[SweepRow]:
    """One row a beam size, as far as the visitor let it run; what is kept comes at once."""
    progress = decode.Progress(w, key)
    cancelled = state.is_cancelled(key)
    options = replace(request.options, record_attention=False, distribution_size=0)
    try:
        for beam_size in range(1, MOST + 1):
            sized = replace(request, options=replace(options, beam_size=beam_size))
            if cancelled and not cache.is_kept(sized):
                return
            words = w("compare.sweep.progress", {"beam": beam_size, "most": MOST})
            progress.show(beam_size / MOST, words)
            trace = cache.find_or_decode(sized, lambda *_: progress.poll(), progress.wait)
            yield sweep_row(trace, chrf=_chrf(trace.translation))
    except SeqVizError as error:
        decode.show_error(error, w, work=key)
    finally:
        progress.clear()


def _chrf(translation: str) -> float | None:
    reference = state.text("reference").strip()
    return sentence_chrf(translation, reference) if reference else None

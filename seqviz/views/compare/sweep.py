"""This sentence with every beam size from 1 to 10, or to the chosen one if that is wider."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby

import streamlit as st

from seqviz import figures
from seqviz.analysis.compare import SweepRow, sweep_row, word_differences
from seqviz.analysis.quality import sentence_chrf
from seqviz.errors import SeqVizError
from seqviz.tasks.examples import EXAMPLES
from seqviz.trace import Trace
from seqviz.views.session import cache, state
from seqviz.views.session.i18n import Words
from seqviz.views.session.request import Request
from seqviz.views.shell import chart, side_by_side
from seqviz.views.shell import progress as decode
from seqviz.views.sidebar import own_model
from seqviz.views.sidebar.reference_field import reference_field

MOST = 10
WORK = "sweep"
MOST_WORK = 600e6
"""What may take longer waits for a click: 60 tokens by a shipped system take about 5 s."""


def render(trace: Trace, request: Request, w: Words) -> None:
    """Draw the chart; where that may take long, a button that asks for it.

    Args:
        trace: of the same sentence and system; it tells how much there is to do.
        request: a search.
        w: the page's words.
    """
    most = _most(request)
    st.caption(w("beam_sizes.sweep.about", {"most": most}))
    reference = reference_field(trace.translation, w)
    key = f"{WORK}-{request.code}"
    if _work(trace, most) > MOST_WORK and state.remembered(WORK) != key:
        st.button(
            w("beam_sizes.sweep.run", {"most": most}),
            icon=":material/stacked_line_chart:",
            on_click=_start,
            args=(key,),
        )
        return
    rows = list(_rows(request, key, reference, w=w))
    if state.is_cancelled(key):
        decode.offer_again(key, w)
    if rows:
        _say_changes(rows, trace.translation, w)
        chart.draw(figures.sweep_picture(rows, words=w.table), key="sweep", w=w)


def _say_changes(rows: Sequence[SweepRow], own: str, w: Words) -> None:
    """List the translations, each with its beam sizes; words that the page's own lacks marked."""
    st.html(side_by_side.STYLE)
    runs = [[*run] for _, run in groupby(rows, key=lambda row: row.text)]
    with st.container(border=True, key="marked-sweep", gap="xsmall"):
        for run in runs:
            first, last = run[0].beam_size, run[-1].beam_size
            sizes = str(first) if first == last else f"{first}–{last}"
            _, text = word_differences(own, run[0].text)
            name = w("beam_sizes.sweep.size", {"sizes": sizes})
            st.caption(name)
            st.markdown(side_by_side.marked(text) or w("header.nothing"))
    if len(runs) == 1 and len(rows) > 1:
        st.caption(w("beam_sizes.sweep.same"))
        examples = () if own_model.name() else EXAMPLES.get(state.text("pair"), ())
        example = next((each for each in examples if each.code == "divergence"), None)
        if example is not None and example.source != state.text("text"):
            st.button(
                w("beam_sizes.sweep.offer"),
                icon=":material/lightbulb:",
                on_click=state.show_text,
                args=(example.source, example.reference),
            )


def _most(request: Request) -> int:
    return max(MOST, request.options.beam_size)


def _work(trace: Trace, most: int) -> float:
    """How much one of the usual searches takes, whatever the machine: weights times steps.

    The sizes up to 20 take four times as much as those up to 10.
    """
    return trace.model.parameters * trace.search.steps * (most / MOST) ** 2


def _start(key: str) -> None:
    state.resume()
    state.remember(WORK, key)


def _rows(request: Request, key: str, reference: str, *, w: Words) -> Iterator[SweepRow]:
    """One row a beam size, as far as the visitor let it run; what is kept comes at once."""
    progress = decode.Progress(w, key)
    cancelled = state.is_cancelled(key)
    options = replace(request.options, record_attention=False, distribution_size=0)
    try:
        most = _most(request)
        for beam_size in range(1, most + 1):
            sized = replace(request, options=replace(options, beam_size=beam_size))
            if cancelled and not cache.is_kept(sized):
                return
            words = w("beam_sizes.sweep.progress", {"beam": beam_size, "most": most})
            progress.show(beam_size / most, words)
            trace = cache.find_or_decode(sized, lambda *_: progress.poll(), progress.wait)
            chrf = sentence_chrf(trace.translation, reference) if reference else None
            yield sweep_row(trace, chrf=chrf)
    except SeqVizError as error:
        decode.show_error(error, w, work=key)
    finally:
        progress.clear()

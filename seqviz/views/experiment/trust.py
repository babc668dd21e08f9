"""Whether the words come from the sentence, and how far attention says so."""

from dataclasses import replace
from typing import cast

import pandas as pd
import streamlit as st

from seqviz import figures
from seqviz.analysis.attention import Array, AttentionView, axis_labels
from seqviz.figures.picture import Picture
from seqviz.trace import Trace
from seqviz.translator.trust import Trust, trust_in
from seqviz.views.session import cache, state
from seqviz.views.session.i18n import Words
from seqviz.views.session.request import Request
from seqviz.views.shell import chart
from seqviz.views.shell import progress as decode
from seqviz.views.shell.guard import last_resort

FOUND = "trust-found"
"""Under it a session remembers what was found last, and of which request."""
MOST_TOKENS = 100
"""Of the sentence, and of the translation: the work grows with their product."""


@last_resort
def render(trace: Trace, request: Request, w: Words) -> None:
    """Draw all that is known.

    No fragment: Streamlit lets only a run of the whole page interrupt one, and Cancel must.
    """
    st.subheader(w("trust.heading"), anchor=False)
    st.caption(w("trust.about"))
    if max(len(trace.source.ids), len(trace.target_pieces())) > MOST_TOKENS:
        st.info(w("trust.long", {"most": MOST_TOKENS}), icon=":material/short_text:")
    else:
        found = _found(trace, request, w)
        if found is not None:
            _words(trace, found, w)
            _ways(trace, found, w)
    state.write_link()


def _found(trace: Trace, request: Request, w: Words) -> Trust | None:
    """What is known: of now, or what is remembered."""
    last = cast(tuple[str, Trust] | None, state.remembered(FOUND))
    made_of = f"{trace.model.fingerprint}-{request.code}"
    if last is not None and last[0] == made_of:
        return last[1]

    def gather(progress: decode.Progress) -> Trust:
        with cache.visits().turn(progress.wait, request.visitor):
            translator = cache.translator(str(request.folder), request.device)
            return trust_in(translator.evidence(trace), on_part=progress.poll)

    found = decode.shown(f"{FOUND}-{made_of}", gather, w)
    if found is not None:
        state.remember(FOUND, (made_of, found))
    return found


def _words(trace: Trace, found: Trust, w: Words) -> None:
    """Every word with its numbers; then both lenses."""
    chart.draw_table(figures.trust_table(found.words, words=w.table))
    if found.lens is None:
        st.info(w("trust.recurrent"), icon=":material/info:")
        return
    assert found.contributions is not None
    mean = float(found.contributions.source_share.mean())
    st.caption(w("trust.mean", {"share": f"{mean:.2f}"}))
    st.caption(w("trust.lens.about"))
    picture = figures.lens_picture(trace.target_pieces(), found.lens, words=w.table)
    chart.draw(picture, key="lens", w=w)
    st.subheader(w("trust.layers"), anchor=False)
    st.caption(w("trust.layers.about"))
    columns = {
        w("trust.layers.count"): range(len(found.by_layer)),
        w("trust.layers.text"): found.by_layer,
    }
    chart.draw_table(pd.DataFrame(columns))


def _ways(trace: Trace, found: Trust, w: Words) -> None:
    """Attention beside what moves a probability, on the same grid."""
    st.subheader(w("trust.ways"), anchor=False)
    st.caption(w("trust.ways.about"))
    places = [place for _ in found.grids for place in st.columns(2)]
    for place, (way, grid) in zip(places, found.grids.items(), strict=False):
        with place:
            st.markdown(f"**{w(f'trust.{way}')}**")
            chart.draw(_grid(trace, way, grid, w=w), key=f"trust-{way}", w=w)
    compared = found.compared
    if compared.verdict is not None:
        st.markdown(w.markdown(f"agreement.{compared.verdict}", compared.tests()))
    names = [w(f"trust.{way}") for way in compared.ways]
    rows = {name: compared.overall[:, place].round(2) for place, name in enumerate(names)}
    chart.draw_table(pd.DataFrame({"Spearman ρ": names, **rows}))


def _grid(trace: Trace, way: str, grid: Array, *, w: Words) -> Picture:
    """Each row as shares of its own sum, whatever the signs."""
    sizes = abs(grid)
    rows, columns = axis_labels(trace)
    view = AttentionView(
        kind="cross",
        weights=sizes / sizes.sum(1, keepdims=True).clip(1e-30),
        row_labels=rows,
        column_labels=columns,
        row_of_step=pd.RangeIndex(len(rows)).to_numpy("int32"),
        layer=0,
        head=None,
        layers=1,
        heads=1,
        automatic=False,
        words_level=False,
        raw=False,
    )
    picture = figures.small_attention_picture(view, words=w.table)
    return replace(picture, sentence=f"{w(f'trust.{way}')}: {picture.sentence}")

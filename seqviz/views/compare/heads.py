"""What every head of a system's attention does over sentences that the visitor gives."""

import io
from itertools import islice, product
from typing import cast

import streamlit as st

from seqviz import figures
from seqviz.analysis.heads import HeadStudy
from seqviz.inspection.heads import SENTENCES, head_study, stored_alignment, with_alignment
from seqviz.inspection.reading import sentences_in
from seqviz.tasks.examples import EXAMPLES
from seqviz.trace import Trace
from seqviz.views.session import cache, state
from seqviz.views.session.i18n import Words
from seqviz.views.session.request import Request
from seqviz.views.shell import chart
from seqviz.views.shell import progress as decode

ASKED, MEASURED = "heads-asked", "heads-measured"
"""Under them a session remembers the sentences that were given, and what was measured of them."""
MOST_CHARACTERS = 50_000

Asked = tuple[str, str, str]
"""The sentences, the fingerprint of the weights, and the options' code."""


def render(trace: Trace, request: Request, w: Words) -> None:
    """Ask for sentences, and draw what every head does in them."""
    st.subheader(w("heads.heading"), anchor=False)
    st.caption(w("heads.about"))
    pair = request.folder.parent.name
    field = _field(pair)
    if state.choice(field) is None:
        examples = (f"{one.source}\t{one.reference}" for one in EXAMPLES.get(pair, ()))
        state.put_choice(field, str(state.remembered(field) or "") or "\n".join(examples))
    st.text_area(
        w("heads.sentences"),
        key=field,
        height=160,
        max_chars=MOST_CHARACTERS,
    )
    whose = trace.model.fingerprint, repr(request.options)
    st.button(
        w("heads.measure"),
        key="heads-measure",
        icon=":material/blur_on:",
        on_click=_ask,
        args=(field, *whose),
    )
    asked = cast(Asked | None, state.remembered(ASKED))
    if asked is not None and asked[1:] == whose:
        study = _measured(asked, request, w)
        if study is not None:
            _draw(study, w)


def bring(pair: str, text: str) -> None:
    """Bring sentences to the field of a language pair; what was measured of others goes."""
    state.remember(_field(pair), text)
    state.put_choice(_field(pair), text)
    state.remember(ASKED, None)


def _field(pair: str) -> str:
    return f"heads-text-{pair}"


def _ask(field: str, fingerprint: str, options: str) -> None:
    state.remember(ASKED, (str(state.choice(field) or ""), fingerprint, options))
    state.resume()


def _measured(asked: Asked, request: Request, w: Words) -> HeadStudy | None:
    """Of now, or the one that is remembered."""
    last = cast(tuple[Asked, HeadStudy] | None, state.remembered(MEASURED))
    if last is not None and last[0] == asked:
        return last[1]

    def measure(progress: decode.Progress) -> HeadStudy:
        def say(done: int, count: int) -> None:
            progress.show(done / count, w("heads.progress", {"done": done, "count": count}))

        name = w("inspect.pasted")
        read = list(islice(sentences_in(io.BytesIO(asked[0].encode()), name), SENTENCES))
        with cache.visits().turn(progress.wait, request.visitor):
            translator = cache.translator(str(request.folder), request.device)
            alignment = stored_alignment(translator)
            found = head_study(translator, read, name, options=request.options, on_progress=say)
            return with_alignment(found, alignment)

    study = decode.shown(f"{MEASURED}-{asked[1]}", measure, w)
    if study is not None:
        state.remember(MEASURED, (asked, study))
    return study


def _draw(study: HeadStudy, w: Words) -> None:
    facts = {"count": len(study.numbers), "forced": study.forced, "sample": study.sample}
    st.caption(w("heads.facts", facts))
    if study.gold:
        st.caption(w.markdown("heads.facts.gold", {"gold": study.gold}))
    across, up = _axes(list(study.values()), w)
    picture = figures.heads_picture(study, across=across, up=up, words=w.table)
    chart.draw(picture, key="heads", w=w)
    _sentences(study, w)


def _axes(names: list[str], w: Words) -> tuple[str, str]:
    """The two measures that are chosen; at first entropy, and what switching off does."""
    places = st.columns(2)
    across, up = (
        place.selectbox(
            w(f"heads.{axis}"),
            names,
            index=first,
            key=f"heads-{axis}",
            format_func=lambda name: w(f"figure.heads.{name}"),
        )
        for place, axis, first in zip(places, ("across", "up"), (0, len(names) - 1), strict=True)
    )
    return across, up


def _sentences(study: HeadStudy, w: Words) -> None:
    """Those in which a chosen head is most and least typical."""
    heads = list(product(*map(range, study.shape)))
    layer, head = st.selectbox(
        w("heads.head"),
        heads,
        key=f"heads-head-{study.fingerprint}",
        format_func=lambda place: figures.head_name(*place, words=w.table),
        width=340,
    )
    ends = study.extremes(layer, head)
    for place, end, found in zip(st.columns(2), ("most", "least"), ends, strict=True):
        with place:
            st.caption(w(f"heads.{end}"))
            for at in found:
                st.text(f"{study.numbers[at]}  {study.sources[at]}")

"""Editing the attention: what it does to the translation and to every prediction."""

import weakref
from dataclasses import replace
from functools import partial

import streamlit as st

from seqviz import figures
from seqviz.analysis.attention import missing_attention
from seqviz.options.intervention import Intervention
from seqviz.trace import DistributionShift, Trace
from seqviz.translator import Translator
from seqviz.views.components import viewer
from seqviz.views.experiment import acts, edit_panel
from seqviz.views.session import bounds, cache, settings, state
from seqviz.views.session.i18n import Words, escape_markdown
from seqviz.views.session.request import Request
from seqviz.views.shell import chart, side_by_side
from seqviz.views.shell import progress as decode
from seqviz.views.shell.fragment import fragment
from seqviz.views.shell.guard import last_resort
from seqviz.views.shell.progress import Progress
from seqviz.views.sidebar.systems_of import nearest

CHART = "shift"
PICTURE = "edit-picture"
EDITED = "edited"
"""The link of what shows the same target, before and after."""


@last_resort
def render(trace: Trace, request: Request, w: Words) -> None:
    """Draw the panel of edits, and what they change.

    No fragment: Streamlit lets only a run of the whole page interrupt one, and Cancel must.
    """
    if missing_attention(trace) is None:
        _edit(trace, request, w)
    else:
        _instead(request, w)
    state.write_link()


def _instead(request: Request, w: Words) -> None:
    """Edit a system of the same pair that has attention, where there is one."""
    pair = request.folder.parent.name
    entry = nearest(request, lambda each: each.pair == pair and each.attends)
    if entry is None:
        st.info(w("intervene.none"), icon=":material/visibility_off:")
        return
    facts = {"own": w.name("system", request.folder.name), "other": w.name("system", entry.system)}
    st.info(w.markdown("intervene.instead", facts), icon=":material/visibility_off:")
    other = replace(request, folder=entry.folder)
    found = decode.trace_for(other, w)
    if found is not None:
        _edit(found, other, w)


def _edit(trace: Trace, request: Request, w: Words) -> None:
    """The picture to edit with the list of edits beside it, the form, and what the edits change."""
    st.caption(w("intervene.about"))
    edit_panel.suggest(trace, w)
    above = st.container()
    picture, made = st.columns([3, 2], gap="medium")
    with made:
        edits = edit_panel.render(trace, w)
    with picture:
        _picture(trace, _shown(), w)
    if edits:
        edited = replace(request, options=replace(trace.options, interventions=edits))
        with above:
            shift = _results(trace, edited, w)
        if shift is not None:
            _changes(shift, w)
            _sides(shift, _shown(), w)


def _shown() -> tuple[object, ...]:
    """What of the pictures' selection the rest of the screen shows, too."""
    return state.text("edits"), state.integer("step")


def _link() -> viewer.Link:
    """All look at the layer and the head that the first edit names, unless others are chosen."""
    edits = edit_panel.present()
    layer, head = named_head(edits[0]) if edits else (None, None)
    if layer is None or state.integer("layer") - 1 not in (-1, layer):
        return viewer.Link(EDITED)
    return viewer.Link(EDITED, {"layer": layer, "head": -1 if head is None else head})


@fragment
def _picture(trace: Trace, drawn: tuple[object, ...], w: Words) -> None:
    """Where the system looks: mute a word, ablate a head, paint a row."""
    if drawn != _shown():
        st.rerun()
    viewer.show(
        trace,
        w,
        key=PICTURE,
        layout=["sentence", "choose", "heatmap", "heads"],
        acts=viewer.Acts(acts.EDITS, partial(acts.take, weakref.ref(trace))),
        link=_link(),
    )


@fragment
def _sides(shift: DistributionShift, drawn: tuple[object, ...], w: Words) -> None:
    """What could come next and where the system looks, before and after the edits."""
    if drawn != _shown():
        st.rerun()
    sides = {"before": shift.plain, "after": shift.edited}
    for column, (name, trace) in zip(st.columns(2, gap="large"), sides.items(), strict=True):
        with column:
            with st.container(key=f"result-{name}"):
                st.markdown(f"**{w(f'intervene.{name}')}**")
            viewer.show(trace, w, key=f"edit-{name}", layout=["next", "heatmap"], link=_link())


def _results(trace: Trace, edited: Request, w: Words) -> DistributionShift | None:
    """Both translations; return what changed, None where that was cancelled or refused."""
    st.segmented_control(
        w("intervene.mode"),
        settings.EDIT_MODES,
        key="edit_mode",
        required=True,
        format_func=lambda code: w(f"intervene.mode.{code}"),
        help=w("intervene.mode.help"),
        label_visibility="collapsed",
    )
    shift = _shift(trace, edited, w)
    if shift is None:
        return None
    redone = None
    if state.text("edit_mode") == "redo":
        redone = decode.trace_for(edited, w)
        if redone is None:
            return None
    _texts(trace, shift, redone, w=w)
    return shift


def _shift(trace: Trace, edited: Request, w: Words) -> DistributionShift | None:
    """The original output scored without and with the edits."""
    key = edited, CHART, trace.target()

    def score(progress: Progress) -> DistributionShift:
        def ask(loaded: Translator) -> DistributionShift:
            return loaded.shift(
                edited.text,
                trace.target(),
                edited.options,
                on_step=progress.step,
                on_size=bounds.check_size,
            )

        return cache.find_or_make(key, ask, progress.wait, request=edited)

    return decode.shown(f"{CHART}-{edited.code}", score, w)


def _texts(trace: Trace, shift: DistributionShift, redone: Trace | None, *, w: Words) -> None:
    under = side_by_side.sums(shift.edited, w, "intervene.sums.edited")
    original = side_by_side.Card(
        "original", w("intervene.original"), trace.translation, (side_by_side.sums(trace, w),)
    )
    if redone is None:
        same = trace.translation
        right = side_by_side.Card("scored", w("intervene.scored"), same, (under,))
    else:
        original = replace(original, facts=(*original.facts, under))
        facts = (side_by_side.sums(redone, w, "intervene.sums.edited"),)
        right = side_by_side.Card("edited", w("intervene.edited"), redone.translation, facts)
    side_by_side.render(original, right, w)
    if redone is not None and redone.translation == trace.translation:
        with st.container(key="result-unchanged"):
            st.caption(w("intervene.unchanged"))


def _changes(shift: DistributionShift, w: Words) -> None:
    """Both measures over the steps, and the predictions of the chosen one."""
    pieces = shift.plain.target_pieces()
    state.clamp("step", high=len(pieces) - 1)
    st.subheader(w("intervene.shift"), anchor=False)
    st.caption(w("intervene.shift.about"))
    picture = figures.shift_picture(shift, step=state.integer("step"), words=w.table)
    with st.container(key="result-shift"):
        st.markdown(str(escape_markdown(picture.sentence)))
    key = state.fresh(CHART)
    chart.draw(picture, key=key, w=w, on_select=partial(_pick, key))


def _pick(key: str) -> None:
    step = state.clicked_point(key)
    if step is not None:
        state.put("step", step)


def named_head(edit: Intervention) -> tuple[int | None, int | None]:
    """The first layer that an edit names, from 0, and its head there if it is a single one."""
    if not edit.heads:
        return None, None
    layer = edit.heads[0][0]
    heads = [head for at, head in edit.heads if at == layer]
    return layer, heads[0] if len(heads) == 1 else None

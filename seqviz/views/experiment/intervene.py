"""Editing the attention: what it does to the translation and to every prediction."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial

import streamlit as st

from seqviz import figures
from seqviz.analysis.attention import AttentionView, attention_matrix, missing_attention
from seqviz.analysis.tokens import next_tokens_on_path
from seqviz.analysis.words import piece_label
from seqviz.figures.attention import colour_range
from seqviz.options.intervention import Intervention
from seqviz.trace import DistributionShift, Trace
from seqviz.translator import Translator
from seqviz.views.experiment import edit_panel
from seqviz.views.session import cache, settings, state
from seqviz.views.session.i18n import Words, escape_markdown
from seqviz.views.session.request import Request
from seqviz.views.shell import chart, side_by_side
from seqviz.views.shell import progress as decode
from seqviz.views.shell.guard import last_resort
from seqviz.views.shell.progress import Progress

CHART = "shift"
SIDES = ("before", "after")


@last_resort
def render(trace: Trace, request: Request, w: Words) -> None:
    """Draw the panel of edits, and what they change.

    No fragment: Streamlit lets only a run of the whole page interrupt one, and Cancel must.
    """
    if missing_attention(trace) is not None:
        st.info(w("intervene.none"), icon=":material/visibility_off:")
    else:
        st.caption(w("intervene.about"))
        edits = edit_panel.render(trace, w)
        if edits:
            edited = replace(request, options=replace(trace.options, interventions=edits))
            _results(trace, edited, w)
        else:
            st.info(w("intervene.empty"), icon=":material/edit:")
    state.write_link()


def _results(trace: Trace, edited: Request, w: Words) -> None:
    st.segmented_control(
        w("intervene.mode"),
        settings.EDIT_MODES,
        key="edit_mode",
        required=True,
        format_func=lambda code: w(f"intervene.mode.{code}"),
        help=w("intervene.mode.help"),
    )
    shift = _shift(trace, edited, w)
    if shift is None:
        return
    redone = None
    if state.text("edit_mode") == "redo":
        redone = decode.trace_for(edited, w)
        if redone is None:
            return
    _texts(trace, shift, redone, w=w)
    _changes(shift, w)
    _attention(shift, edited.options.interventions[0], w)


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
                on_size=cache.check_size,
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
        st.caption(w("intervene.unchanged"))


def _changes(shift: DistributionShift, w: Words) -> None:
    """Both measures over the steps, and the predictions of the chosen one."""
    pieces = shift.plain.target_pieces()
    state.clamp("step", high=len(pieces) - 1)
    st.subheader(w("intervene.shift"), anchor=False)
    st.caption(w("intervene.shift.about"))
    picture = figures.shift_picture(shift, step=state.integer("step"), words=w.table)
    st.markdown(str(escape_markdown(picture.sentence)))
    key = state.fresh(CHART)
    chart.draw(picture, key=key, w=w, on_select=partial(_pick, key))
    st.selectbox(
        w("intervene.step"),
        range(len(pieces)),
        key="step",
        format_func=lambda step: f"{step + 1}. {piece_label(pieces[step])}",
        width=260,
    )
    _both(shift, partial(_bars, w=w), w)


def _pick(key: str) -> None:
    step = state.clicked_point(key)
    if step is not None:
        state.put("step", step)


def _both(shift: DistributionShift, draw: Callable[[Trace, str], None], w: Words) -> None:
    """Draw the same of both, side by side."""
    sides = zip(SIDES, (shift.plain, shift.edited), strict=True)
    for column, (name, trace) in zip(st.columns(2, gap="large"), sides, strict=True):
        with column:
            st.markdown(f"**{w(f'intervene.{name}')}**")
            draw(trace, name)


def _bars(trace: Trace, name: str, *, w: Words) -> None:
    tokens = next_tokens_on_path(trace, state.integer("step"))
    picture = figures.next_tokens_picture(tokens, words=w.table)
    chart.draw(picture, key=f"next-{name}", w=w)


def _attention(shift: DistributionShift, edit: Intervention, w: Words) -> None:
    """The attention of one layer and head along the original output, before and after.

    Unless the visitor chooses, they are those that the edit names, where it would be seen best.
    """
    summary = attention_matrix(shift.plain)
    edited_layer, edited_head = named_head(edit)
    best = {"layer": summary.layer + 1}
    with st.container(horizontal=True, gap="small"):
        layer = _choose(
            "layer",
            summary.layers,
            automatic=w("attention.layer.best", best)
            if edited_layer is None
            else _edited(edited_layer, w),
            w=w,
        )
        if layer is None:
            layer = summary.layer if edited_layer is None else edited_layer
        automatic = edited_head if layer == edited_layer else None
        head = _choose(
            "head",
            summary.heads,
            automatic=w("attention.head.mean") if automatic is None else _edited(automatic, w),
            w=w,
        )
    head = automatic if head is None else head
    views = [attention_matrix(t, layer=layer, head=head) for t in (shift.plain, shift.edited)]
    top = max(colour_range(view)[1] for view in views)
    _both(shift, partial(_heatmap, views=dict(zip(SIDES, views, strict=True)), top=top, w=w), w)


def named_head(edit: Intervention) -> tuple[int | None, int | None]:
    """The first layer that an edit names, from 0, and its head there if it is a single one."""
    if not edit.heads:
        return None, None
    layer = edit.heads[0][0]
    heads = [head for at, head in edit.heads if at == layer]
    return layer, heads[0] if len(heads) == 1 else None


def _choose(code: str, count: int, *, automatic: str, w: Words) -> int | None:
    """What the visitor chose, from 0; None, called ``automatic``, to leave it to the page."""
    state.keep_choice(code, range(count + 1))
    if count > 1:
        st.selectbox(
            w(f"attention.{code}"),
            range(count + 1),
            key=code,
            format_func=partial(_number, automatic),
            width=165,
        )
    return state.integer(code) - 1 if state.integer(code) else None


def _edited(place: int, w: Words) -> str:
    return w("intervene.edited_one", {"number": place + 1})


def _number(first: str, number: int) -> str:
    return str(number) if number else first


def _heatmap(
    trace: Trace, name: str, *, views: Mapping[str, AttentionView], top: float, w: Words
) -> None:
    """One matrix; both have one scale of colours, which ends at ``top``."""
    step = state.integer("step")
    picture = figures.attention_picture(views[name], trace, step=step, top=top, words=w.table)
    chart.draw(picture, key=f"attention-{name}", w=w)

"""Where did the model look? Heatmap, step scrubber, word-to-word lines, all heads and layers."""

from functools import partial
from typing import cast

import streamlit as st

from seqviz import figures
from seqviz.analysis.attention import AttentionView, Kind, attention_matrix, missing_attention
from seqviz.analysis.tokens import next_tokens_on_path
from seqviz.analysis.words import display_piece
from seqviz.figures.attention import attention_title, axis_names
from seqviz.trace import Trace
from seqviz.views.components import lines, stepper
from seqviz.views.session import settings, state
from seqviz.views.session.i18n import Words
from seqviz.views.session.request import Request
from seqviz.views.shell import chart
from seqviz.views.shell.fragment import fragment

HEADS_CHART = "heads"
MODEL_CHART = "model-view"
STEPPER = "stepper"
MOST_COLUMNS = 28
"""Source tokens of a matrix that half of the page still shows well."""


@fragment
def render(trace: Trace, request: Request | None, w: Words) -> None:
    """Draw the attention of the best hypothesis; all of it stands in the trace."""
    state.clamp("step", high=len(trace.target()) - 1)
    view = _choose(trace, w)
    if view is None:
        backwards = trace.model.reverses_source
        reason = "attention.none.reversed" if backwards else "attention.none"
        st.info(w(reason), icon=":material/visibility_off:")
        _steps(trace, w)
    else:
        _pictures(trace, view, w)
    state.write_link()


def _pictures(trace: Trace, view: AttentionView, w: Words) -> None:
    """Two columns; a wide matrix stands above them, with all the room that there is.

    So does the picture of all layers, which takes the place of that of one layer's heads.
    """
    all_layers = view.layers > 1 and state.flag("all_layers")
    if all_layers:
        _model_view(trace, view, w)
    above = st.container() if len(view.column_labels) > MOST_COLUMNS else None
    left, right = st.columns([11, 9], gap="medium")
    with right:
        _steps(trace, w)
        if view.heads > 1 and not all_layers:
            _heads(trace, view, w)
    with above or left:
        _heatmap(trace, view, w)
    with left:
        _lines(trace, view, w)


def _choose(trace: Trace, w: Words) -> AttentionView | None:
    kinds = [kind for kind in settings.KINDS if missing_attention(trace, cast(Kind, kind)) is None]
    if not kinds:
        return None
    state.keep_choice("kind", kinds)
    raw_offered = missing_attention(trace, raw=True) is None
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        if len(kinds) > 1:
            st.segmented_control(
                w("attention.kind"),
                kinds,
                key="kind",
                required=True,
                format_func=lambda code: w(f"attention.kind.{code}"),
            )
        layers = _choose_layer_and_head(trace, w)
        st.toggle(w("attention.words"), key="words", help=w("attention.words.help"))
        if layers > 1:
            st.toggle(
                w("attention.all_layers"), key="all_layers", help=w("attention.all_layers.help")
            )
        if raw_offered:
            st.toggle(w("attention.raw"), key="raw", help=w("attention.raw.help"))
    return _view(trace, raw=raw_offered and state.flag("raw"))


def _view(trace: Trace, *, raw: bool = False, words_level: bool | None = None) -> AttentionView:
    """The chosen matrix; settings count layers and heads from 1, 0 is the summary."""
    return attention_matrix(
        trace,
        cast(Kind, state.text("kind")),
        layer=state.integer("layer") - 1 if state.integer("layer") else None,
        head=state.integer("head") - 1 if state.integer("head") else None,
        words_level=state.flag("words") if words_level is None else words_level,
        raw=raw,
    )


def _choose_layer_and_head(trace: Trace, w: Words) -> int:
    """Offer what there is; how many layers there are."""
    present = attention_matrix(trace, cast(Kind, state.text("kind")))
    for code, count in (("layer", present.layers), ("head", present.heads)):
        state.keep_choice(code, range(count + 1))
    if present.layers > 1:
        automatic = "attention.layer.best" if present.kind == "cross" else "attention.layer.last"
        name = w(automatic, {"layer": present.layer + 1})
        st.selectbox(
            w("attention.layer"),
            range(present.layers + 1),
            key="layer",
            format_func=lambda n: str(n) if n else name,
            help=w("attention.layer.help"),
            width=148,
        )
    if present.heads > 1:
        st.selectbox(
            w("attention.head"),
            range(present.heads + 1),
            key="head",
            format_func=lambda n: str(n) if n else w("attention.head.mean"),
            width=136,
        )
    return present.layers


def _heatmap(trace: Trace, view: AttentionView, w: Words) -> None:
    step = state.integer("step") if view.kind != "encoder" else None
    picture = figures.attention_picture(view, trace, step=step, words=w.table)
    chart.draw(picture, key="attention", w=w)


def _steps(trace: Trace, w: Words) -> None:
    """The scrubber; it shows cross-attention row by row, whatever kind the heatmap shows."""
    st.subheader(w("attention.steps"), anchor=False)
    attention, words = None, w.table
    if missing_attention(trace) is None:
        cross = _cross(trace)
        attention = cross.weights
        which = attention_title(cross, words=w.table)
        words = {**words, "stepper.attention": w("attention.at_step", {"which": which})}
    if state.flag("words"):
        st.caption(w("attention.steps.pieces"))
    steps = [next_tokens_on_path(trace, step) for step in range(len(trace.target()))]
    stepper(
        key=STEPPER,
        tokens=[display_piece(piece) for piece in trace.target_pieces()],
        source=[display_piece(piece) for piece in trace.source.pieces],
        attention=attention,
        next_tokens=[list(zip(map(display_piece, s.pieces), s.probs, strict=True)) for s in steps],
        chosen=[-1 if s.chosen_index is None else s.chosen_index for s in steps],
        entropies=[s.entropy for s in steps],
        drawable=[s.drawable for s in steps],
        step=state.integer("step"),
        words=words,
        on_change=_move,
    )


def _move() -> None:
    state.put("step", state.moved_to(STEPPER))


def _cross(trace: Trace) -> AttentionView:
    if state.text("kind") == "cross":
        return _view(trace, words_level=False)
    return attention_matrix(trace)


def _lines(trace: Trace, view: AttentionView, w: Words) -> None:
    if view.raw:
        view = _view(trace)
    rows, columns = axis_names(view, words=w.table)
    lines(
        key="lines",
        source=view.column_labels,
        target=view.row_labels,
        weights=view.weights,
        words={**w.table, "lines.source": columns, "lines.target": rows},
        title=w("attention.lines"),
    )


def _model_view(trace: Trace, view: AttentionView, w: Words) -> None:
    key = state.fresh(f"{MODEL_CHART}-{view.kind}-{view.layers}")
    picture = figures.model_view_picture(
        trace, kind=view.kind, layer=view.layer, head=view.head, words=w.table
    )
    enlarge = partial(_enlarge_of_all, key, (view.layer, view.head), heads=view.heads)
    chart.draw(picture, key=key, w=w, on_select=enlarge)
    st.caption(w("attention.all_layers.about"))


def _enlarge_of_all(key: str, shown: tuple[int, int | None], *, heads: int) -> None:
    """A click shows that layer and head; on the head shown it goes back to the layer's mean."""
    place = state.clicked_point(key)
    if place is not None:
        layer, head = divmod(place, heads)
        state.put("layer", layer + 1)
        state.put("head", 0 if (layer, head) == shown else head + 1)


def _heads(trace: Trace, view: AttentionView, w: Words) -> None:
    key = state.fresh(f"{HEADS_CHART}-{view.kind}-{view.layer}")
    picture = figures.heads_picture(
        trace, kind=view.kind, layer=view.layer, shown=view.head, words=w.table
    )
    chart.draw(picture, key=key, w=w, on_select=partial(_enlarge, key))
    st.caption(w("attention.heads"))


def _enlarge(key: str) -> None:
    """A click on a head shows it in the heatmap; a click on the one shown goes back to the mean."""
    head = state.clicked_point(key)
    if head is not None:
        state.put("head", 0 if state.integer("head") == head + 1 else head + 1)

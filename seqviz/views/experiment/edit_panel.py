"""The panel that builds edits of the attention: suggestions, a new one, the list, undo."""

from collections.abc import Sequence
from itertools import product

import numpy as np
import pandas as pd
import streamlit as st

from seqviz.analysis.shift import best_aligned_head, most_attended_word, present_row
from seqviz.analysis.words import join_pieces, piece_label
from seqviz.options.editcode import decode_edits, encode_edits
from seqviz.options.intervention import MAX_SEED, Intervention
from seqviz.trace import Trace
from seqviz.views.session import state
from seqviz.views.session.i18n import Words, escape_markdown
from seqviz.views.session.request import Request
from seqviz.words.numbers import number

KINDS = ("mute", "uniform", "shuffle", "sharpen", "ablate", "set")
TEMPERATURES = (0.05, 0.1, 0.2, 0.5, 0.8, 1.25, 2.0, 5.0, 10.0, 20.0)
BEFORE = "edits-before"
MOST_UNDONE = 20
MOST_NAMED = 6
ROWS_HEIGHT = 300
Edits = tuple[Intervention, ...]
Heads = tuple[tuple[int, int], ...]


def render(trace: Trace, w: Words) -> Edits:
    """Draw the list of edits, and below it the form; return the edits that there are now."""
    edits = present()
    with st.container(border=True, key="edit-list"):
        st.markdown(f"**{w('intervene.list')}**")
        if not edits:
            st.caption(w("intervene.empty"))
        _list(edits, trace, w)
    with st.expander(w("intervene.new"), key="edit-new", icon=":material/tune:"):
        _new(edits, trace, w)
    return edits


def keep_for(request: Request) -> None:
    """Forget edits made for another sentence or system, and those that Undo would bring back."""
    key = f"{request.folder}|{request.text}"
    if state.remembered("edits") != key:
        state.put_choice(BEFORE, None)
    state.keep_for("edits", key)


def present() -> Edits:
    """The edits that the state holds; none where it holds nonsense, so that one can start anew."""
    try:
        return decode_edits(state.text("edits"))
    except ValueError:
        return ()


def suggest(trace: Trace, w: Words) -> None:
    """Offer three edits that are worth a try."""
    word, (layer, head) = most_attended_word(trace), best_aligned_head(trace)
    only = trace.model.layers * trace.model.heads == 1
    text = join_pieces([trace.source.pieces[place] for place in word]).strip()
    presets = {
        "mute": Intervention(kind="mute", sources=word),
        "uniform": Intervention(kind="uniform"),
        "ablate": Intervention(kind="ablate", heads=() if only else ((layer, head),)),
    }
    facts = {"word": text, "layer": layer + 1, "head": head + 1}
    with st.container(horizontal=True, gap="small", key="edit-presets"):
        for name, edit in presets.items():
            key = f"intervene.preset.{name}" + ".only" * (only and name == "ablate")
            st.button(
                w.markdown(key, facts),
                key=f"edit-preset-{name}",
                icon=":material/lightbulb:",
                help=w("intervene.preset.help" if _fits((edit,)) else "intervene.too_long"),
                disabled=not _fits((edit,)),
                on_click=_put,
                args=((edit,),),
            )


def _new(edits: Edits, trace: Trace, w: Words) -> None:
    """The widgets of a new edit; read in this run, for a callback would see those of the last."""
    kind = st.selectbox(
        w("intervene.kind"),
        KINDS,
        key="edit-kind",
        format_func=lambda code: w(f"intervene.kind.{code}"),
        help=w("intervene.kind.help"),
    )
    with st.container(horizontal=True, gap="small", key="edit-where"):
        steps, heads = _places("steps", trace.target_pieces(), w), _heads(trace, w)
    edit = _asked(kind, steps, heads, trace=trace, w=w)
    pressed = st.button(
        w("intervene.add"), key="edit-add", icon=":material/add:", disabled=edit is None
    )
    if pressed and edit is not None:
        if _fits((*edits, edit)):
            _put((*edits, edit))
            st.rerun()
        reason = "intervene.too_many" if _fits((edit,)) else "intervene.too_long"
        st.warning(w(reason), icon=":material/block:")


def _heads(trace: Trace, w: Words) -> Heads:
    """The chosen layers crossed with the chosen heads; () for all."""
    counts = {"layers": trace.model.layers, "heads": trace.model.heads}
    chosen = {
        name: st.multiselect(
            w(f"intervene.{name}"),
            range(count),
            key=f"edit-{name}",
            format_func=lambda number: str(number + 1),
            placeholder=w(f"intervene.{name}.placeholder"),
        )
        for name, count in counts.items()
        if count > 1
    }
    if not any(chosen.values()):
        return ()
    layers, heads = (sorted(chosen.get(name, ())) or range(count) for name, count in counts.items())
    return tuple(product(layers, heads))


def _asked(
    kind: str, steps: tuple[int, ...], heads: Heads, *, trace: Trace, w: Words
) -> Intervention | None:
    """The edit that the widgets describe; None while something is missing."""
    if kind == "mute":
        sources = _places("sources", trace.source.pieces, w)
        return (
            Intervention(kind="mute", steps=steps, heads=heads, sources=sources)
            if sources
            else None
        )
    if kind == "sharpen":
        chosen = st.select_slider(
            w("intervene.temperature"),
            TEMPERATURES,
            value=TEMPERATURES[3],
            key="edit-temperature",
            help=w("intervene.temperature.help"),
        )
        return Intervention(kind="sharpen", steps=steps, heads=heads, temperature=float(chosen))
    if kind == "shuffle":
        seed = st.number_input(w("intervene.seed"), 0, MAX_SEED, key="edit-seed")
        return Intervention(kind="shuffle", steps=steps, heads=heads, seed=int(seed))
    if kind == "set":
        weights = _weights(trace, steps, heads, w=w)
        return (
            Intervention(kind="set", steps=steps, heads=heads, weights=weights)
            if sum(weights)
            else None
        )
    return Intervention(kind="ablate" if kind == "ablate" else "uniform", steps=steps, heads=heads)


def _numbered(pieces: Sequence[str]) -> list[str]:
    return [f"{n}. {piece_label(piece)}" for n, piece in enumerate(pieces, 1)]


def _places(code: str, pieces: Sequence[str], w: Words) -> tuple[int, ...]:
    """Which of these tokens are chosen, in their order."""
    names = _numbered(pieces)
    chosen = st.multiselect(
        w(f"intervene.{code}"),
        range(len(names)),
        key=f"edit-{code}",
        format_func=names.__getitem__,
        placeholder=w(f"intervene.{code}.placeholder"),
    )
    return tuple(sorted(chosen))


def _weights(trace: Trace, steps: tuple[int, ...], heads: Heads, *, w: Words) -> tuple[float, ...]:
    """A small table, a row a source token, filled with the present attention."""
    row = present_row(trace, steps=steps, heads=heads)
    token, weight = w("intervene.weights.token"), w("intervene.weights")
    names = _numbered(trace.source.pieces)
    present = pd.DataFrame({token: names, weight: row.astype(np.float64).round(3)})
    st.caption(w("intervene.weights.about"))
    edited = st.data_editor(
        present,
        key="edit-row-" + encode_edits([Intervention(kind="ablate", steps=steps, heads=heads)]),
        hide_index=True,
        disabled=[token],
        column_config={weight: st.column_config.NumberColumn(min_value=0.0, step=0.001)},
        height=min(ROWS_HEIGHT, 36 * (len(row) + 1)),
    )
    numbers = edited[weight].fillna(0.0).clip(0.0, 1e6)
    return tuple(round(float(number), 4) for number in numbers)


def _list(edits: Edits, trace: Trace, w: Words) -> None:
    if len(edits) > 1:
        st.caption(w("intervene.list.order"))
    for place, edit in enumerate(edits):
        words, remove = st.columns([3, 2], vertical_alignment="center", gap="small")
        words.markdown(str(escape_markdown(edit_text(edit, trace, w))))
        remove.button(
            w("intervene.remove"),
            key=f"edit-remove-{place}",
            icon=":material/close:",
            on_click=_put,
            args=((*edits[:place], *edits[place + 1 :]),),
        )
    with st.container(horizontal=True, gap="small"):
        st.button(
            w("intervene.undo"),
            key="edit-undo",
            icon=":material/undo:",
            disabled=not _history(),
            on_click=_undo,
        )
        st.button(
            w("intervene.clear"),
            key="edit-clear",
            icon=":material/delete_sweep:",
            disabled=not edits,
            on_click=_put,
            args=((),),
        )


def edit_text(edit: Intervention, trace: Trace, w: Words) -> str:
    """Say in words what an edit does and where."""
    top = int(np.argmax(edit.weights)) if edit.weights else 0
    facts = {
        "sources": _few([_named(trace, place, w) for place in edit.sources]),
        "seed": edit.seed,
        "temperature": number(edit.temperature, "g"),
        "top": _named(trace, top, w),
    }
    steps = {"steps": _few([str(step + 1) for step in edit.steps])}
    names = [
        w("intervene.where.head", {"layer": layer + 1, "head": head + 1})
        for layer, head in edit.heads
    ]
    whole = "only" if trace.model.layers * trace.model.heads == 1 else "all"
    where = {
        "what": w(f"intervene.is.{edit.kind}", facts),
        "steps": w("intervene.where.steps" if edit.steps else "intervene.where.steps.all", steps),
        "heads": _few(names, w("intervene.where.heads.and"))
        if names
        else w(f"intervene.where.heads.{whole}"),
    }
    return w("intervene.where", where)


def _named(trace: Trace, place: int, w: Words) -> str:
    """A source token in a sentence; a link may name one that another sentence had."""
    pieces = trace.source.pieces
    label = piece_label(pieces[place]) if place < len(pieces) else "?"
    return w("intervene.token", {"token": label, "place": place + 1})


def _few(names: Sequence[str], between: str = ", ") -> str:
    return between.join(names[:MOST_NAMED]) + (" …" if len(names) > MOST_NAMED else "")


def _fits(edits: Edits) -> bool:
    try:
        decode_edits(encode_edits(edits))
    except ValueError:
        return False
    return True


def _put(edits: Edits) -> None:
    """Change the edits, if a link can hold them, and remember those before for Undo."""
    if not _fits(edits) or encode_edits(edits) == state.text("edits"):
        return
    state.resume()
    before = [*_history(), state.text("edits")][-MOST_UNDONE:]
    state.put_choice(BEFORE, "|".join([*before, ""]))
    state.put("edits", encode_edits(edits))


def add(edit: Intervention) -> None:
    """Make an edit, as from a picture, the last one; it counts once. For use in a callback."""
    _put((*(each for each in present() if each != edit), edit))


def _undo() -> None:
    *before, last = _history()
    state.put_choice(BEFORE, "|".join([*before, ""]))
    state.put("edits", last)


def _history() -> list[str]:
    """The edits before, oldest first; a code holds no bar."""
    return str(state.choice(BEFORE) or "").split("|")[:-1]

"""The starts that a visitor gave the translation, and those before, to go back to.

A start is the first tokens of the translation, as ids.
"""

from collections.abc import Sequence

import streamlit as st

from seqviz.views.session import state
from seqviz.views.session.i18n import Words
from seqviz.views.session.request import Request
from seqviz.views.session.settings import MAX_WHAT_IFS_CHARACTERS

MOST = 8
"""Starts that one can go back through."""

PIN = "📌\u00a0"
"""Before a token that was given."""

Start = tuple[int, ...]


def starts() -> tuple[Start, ...]:
    """Those that were chosen, the present one last."""
    code = state.text("whatif")
    return tuple(
        tuple(int(token) for token in start.split(".")) for start in code.split("-") if code
    )


def keep_for(request: Request) -> None:
    """Forget what was chosen for another sentence, or for another language."""
    state.keep_for("whatif", f"{request.folder.parent}|{request.text}")


def button(label: str, key: str, start: Start, *, w: Words) -> None:
    """Offer a start."""
    too_long = len(_code([start])) > MAX_WHAT_IFS_CHARACTERS
    st.button(
        label,
        key=key,
        help=w("whatif.too_long") if too_long else None,
        disabled=too_long,
        on_click=go,
        args=(start,),
    )


def go(start: Start) -> None:
    """Give the translation that start, on the screen for it; for use in a callback."""
    state.resume()
    state.put("view", "what_if")
    _put((*starts(), start))


def ways_back(w: Words) -> None:
    """Offer to take back the last start, or all of them."""
    with st.container(horizontal=True, gap="small"):
        st.button(w("whatif.undo"), key="whatif-undo", icon=":material/undo:", on_click=_undo)
        st.button(
            w("whatif.leave"),
            key="whatif-leave",
            icon=":material/close:",
            on_click=_put,
            args=((),),
        )


def _undo() -> None:
    _put(starts()[:-1])


def _put(chosen: Sequence[Start]) -> None:
    """Make these the starts, as many of the last as a link holds, and look at what comes next."""
    kept = list(chosen[-MOST:])
    while len(_code(kept)) > MAX_WHAT_IFS_CHARACTERS:
        kept.pop(0)
    state.put("whatif", _code(kept))
    state.put("step", len(kept[-1]) if kept else 0)


def _code(chosen: Sequence[Start]) -> str:
    return "-".join(".".join(map(str, start)) for start in chosen)

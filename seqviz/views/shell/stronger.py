"""A stronger model: the line that offers one, and how far it is while it is fetched."""

import streamlit as st

from seqviz.errors import SeqVizError
from seqviz.server.downloads import Download
from seqviz.trace import Trace
from seqviz.trace.notices import is_of_translation, told
from seqviz.views.session import state, stronger
from seqviz.views.session.i18n import Words
from seqviz.views.session.request import Request
from seqviz.views.shell.cures import cure_of
from seqviz.views.shell.guard import last_resort

LOOK_SECONDS = 0.5
MEGABYTE = 10**6
OFFERED = "stronger_offered"
"""Under it a session remembers for which sentence a model was offered."""


def is_too_hard(trace: Trace, w: Words) -> bool:
    """Whether a model is not up to its sentence, and no click on a notice cures that."""
    if any(cure_of(key, facts, w) for key, facts in told(trace.notices)):
        return False
    is_doubted = any(map(is_of_translation, trace.notices))
    return bool(trace.unknown) or trace.cut_off() or is_doubted


def offer(trace: Trace, request: Request, w: Words) -> None:
    """Offer a stronger model in one line, where a sentence is too hard for one of ours.

    One sentence of a session is enough. Nothing is drawn where there is no such model for these
    languages, where it is here or on its way, and where strangers visit.
    """
    if not is_too_hard(trace, w):
        return
    found = stronger.offer_for(request.folder)
    if found is None or stronger.present() is not None:
        return
    if state.remembered(OFFERED) not in (None, request.text):
        return
    state.remember(OFFERED, request.text)
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="stronger"):
        facts = {"name": found.label, "megabytes": found.megabytes}
        st.caption(w.markdown("stronger.offer", facts), width="content")
        st.button(
            w("stronger.get"),
            key="stronger-get",
            type="tertiary",
            icon=":material/download:",
            on_click=stronger.start,
            args=(found.label,),
        )


def follow(w: Words) -> None:
    """Draw how far the model is that is being fetched, with Cancel; or why it is not here."""
    now = stronger.present()
    refusal = state.remembered(stronger.REFUSAL)
    if now is None and refusal is None:
        return
    with st.container(key="getting", gap="xsmall"):
        if now is not None:
            every = LOOK_SECONDS if now.alive else None
            st.fragment(_watch, run_every=every)(now.asked, w)
        if isinstance(refusal, SeqVizError):
            st.error(w.error(refusal), icon=":material/error:")


@last_resort
def _watch(asked: str, w: Words) -> None:
    """Draw the newest state; twice a second, as long as the process lives."""
    now = stronger.present()
    if now is None or now.asked != asked:
        st.rerun()
    if now.error is not None:
        st.error(w.error(now.error), icon=":material/error:")
        with st.container(horizontal=True, gap="small"):
            st.button(
                w("progress.try"),
                key="get-again",
                icon=":material/refresh:",
                on_click=stronger.start,
                args=(asked,),
            )
            st.button(
                w("stronger.close"),
                key="get-close",
                type="tertiary",
                on_click=stronger.downloads().forget,
            )
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.progress(min(now.done / max(now.size, 1), 1.0), text=_told(now, w))
        st.button(
            w("progress.cancel"),
            key="get-cancel",
            icon=":material/close:",
            on_click=stronger.cancel,
        )


def _told(now: Download, w: Words) -> str:
    facts = {
        "name": now.asked,
        "done": f"{now.done / MEGABYTE:,.0f}",
        "size": f"{now.size / MEGABYTE:,.0f}",
    }
    key = "fetch" if now.size and now.done < now.size else "ask" if not now.size else "take"
    return str(w.markdown(f"stronger.{key}", facts))

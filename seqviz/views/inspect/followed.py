"""How far the model is with a test set: progress, Cancel, Go on, and why it ended."""

import streamlit as st

from seqviz.errors import InputError, SeqVizError
from seqviz.inspection.process import read_asked, read_state
from seqviz.inspection.reading import Third
from seqviz.inspection.run import TABLE
from seqviz.views.inspect.asked import REFUSAL, close
from seqviz.views.inspect.runs import third_of
from seqviz.views.session import state
from seqviz.views.session.i18n import Words
from seqviz.views.session.inspections import inspections
from seqviz.views.shell import progress as decode

LOOK_SECONDS = 1.0


def say_third(third: Third, w: Words) -> None:
    """Say what a column without a name was taken for."""
    if third:
        st.caption(w(f"inspect.third.{third}"))


def follow(name: str, w: Words) -> None:
    """Draw how far an unfinished run is, and what one may do about it; Cancel stands above."""
    alive = inspections().is_alive(name)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if alive:
            st.button(
                w("progress.cancel"),
                key="inspect-cancel",
                icon=":material/close:",
                on_click=inspections().stop,
                args=(name,),
            )
        else:
            st.button(
                w("inspect.resume"),
                key="inspect-resume",
                type="primary",
                icon=":material/play_arrow:",
                on_click=_resume,
                args=(name,),
            )
            st.button(
                w("inspect.close"),
                key="inspect-close",
                icon=":material/close:",
                type="tertiary",
                on_click=close,
            )
    say_third(third_of(inspections().folder / name), w)
    st.fragment(_watch, run_every=LOOK_SECONDS if alive else None)(name, alive, w)
    refusal = state.remembered(REFUSAL)
    if isinstance(refusal, SeqVizError):
        st.error(w.error(refusal), icon=":material/error:")


def _resume(name: str) -> None:
    state.remember(REFUSAL, None)
    try:
        inspections().start(name)
    except InputError as error:
        state.remember(REFUSAL, error)


def _watch(name: str, was_alive: bool, w: Words) -> None:
    """Draw how far it is; once a second, as long as the process lives."""
    folder = inspections().folder / name
    if inspections().is_alive(name) != was_alive or (folder / TABLE).is_file():
        st.rerun()
    asked, now = read_asked(folder), read_state(folder)
    title = name if asked is None else asked.title
    if now.error is not None:
        decode.show_error(now.error, w, work="inspect")
    elif inspections().has_failed(name):
        st.error(w("inspect.crashed"), icon=":material/error:")
    elif not was_alive:
        st.info(w.markdown("inspect.stopped", {"name": title}), icon=":material/pause:")
    if not now.total:
        st.markdown(w.markdown("inspect.starting", {"name": title}) if was_alive else "")
        return
    left = now.seconds_left
    facts = {"done": f"{now.done:,}", "total": f"{now.total:,}", "rate": f"{now.rate:.1f}"}
    minutes = "–" if left is None else f"{int(left) // 60}:{int(left) % 60:02}"
    st.progress(
        min(now.done / now.total, 1.0),
        text=w("inspect.progress", {**facts, "left": minutes, "name": title}),
    )

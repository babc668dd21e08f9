"""From the sentences of a test set to what every head does in them, which Compare measures."""

from itertools import accumulate, takewhile

import streamlit as st

from seqviz.inspection.heads import SENTENCES
from seqviz.views.compare import heads
from seqviz.views.inspect import runs, watched
from seqviz.views.inspect.listed import Mask, Places, listed
from seqviz.views.inspect.runs import Run
from seqviz.views.session import state
from seqviz.views.session.access import is_public
from seqviz.views.session.i18n import Words

HEAD = "source\treference"


def render(run: Run, passed: Mask, w: Words) -> None:
    """Draw the button, where the model is here and attends; strangers may not ask for so much."""
    attends = "attention_entropy" in run.features()
    if is_public() or not attends or runs.folder_of_model(run) is None or not passed.any():
        return
    with st.expander(w("heads.heading"), icon=":material/blur_on:", expanded=True):
        facts = {"sentences": min(int(passed.sum()), SENTENCES), "most": SENTENCES}
        st.caption(w.markdown("inspect.heads.about", {**facts, "model": run.model}))
        st.button(
            w("inspect.heads.open"),
            key="inspect-heads",
            icon=":material/blur_on:",
            on_click=_open,
            args=(run.name, passed),
        )


def _open(name: str, passed: Mask) -> None:
    """Put the first sentences of the list where heads are measured, and go there."""
    run = runs.opened(name)
    folder = None if run is None else runs.folder_of_model(run)
    if run is None or folder is None:
        return
    places = listed(run.frame, passed, state.text("order"))
    which = int(run.frame["number"].iloc[places[0]])
    if watched.ask(run, which):
        heads.bring(folder.parent.name, lines(run, places))
        state.put("view", "alignment")


def lines(run: Run, places: Places) -> str:
    """Source and reference of the first sentences at these places, as many as one may bring."""
    texts = run.frame[["source", "reference"]].iloc[places[:SENTENCES]].fillna("")
    rows = ["\t".join(" ".join(text.split()) for text in row) for row in texts.to_numpy()]
    lengths = accumulate((len(row) + 1 for row in rows), initial=len(HEAD))
    fitting = takewhile(lambda length: length <= heads.MOST_CHARACTERS, lengths)
    return "\n".join([HEAD, *rows][: len(list(fitting))])

"""Where two systems part on one sentence, and what the model that is here makes of either way."""

from dataclasses import replace
from typing import Any

import streamlit as st

from seqviz.errors import SeqVizError
from seqviz.inspection.compare import Parting, parting
from seqviz.trace import Trace
from seqviz.views.inspect import runs
from seqviz.views.inspect.runs import Sentence
from seqviz.views.session import cache, state
from seqviz.views.session.i18n import Words
from seqviz.views.session.request import Request
from seqviz.views.shell import progress as decode
from seqviz.words.numbers import number

FOUND = "inspect_parting"
"""Under it a session remembers of which sentence it asked last, and what came out."""


def render(sentence: Sentence, request: Request, w: Words) -> None:
    """Draw what is known; before one asks, a button that asks the model."""
    run, baseline = sentence.run, sentence.text("baseline")
    same = baseline == sentence.text("translation")
    if not baseline or same or runs.folder_of_model(run) is None:
        return
    key = f"{run.name} {run.changed} {sentence.number}"
    last: Any = state.remembered(FOUND)
    if not isinstance(last, tuple) or last[0] != key:
        st.button(
            w("inspect.part"),
            key="inspect-part",
            icon=":material/call_split:",
            help=w("inspect.part.help"),
            on_click=state.remember,
            args=(FOUND, (key, None)),
        )
        return
    found = last[1] or _found(sentence, request, w)
    if found is not None:
        state.remember(FOUND, (key, found))
        for line in told(found, w):
            st.markdown(line)


def _found(sentence: Sentence, request: Request, w: Words) -> Parting | None:
    """Both translations, scored by the model of the run."""
    run = sentence.run
    folder = runs.folder_of_model(run)
    assert folder is not None, "without it nobody could ask"
    source = sentence.text("source")
    asked = replace(request, folder=folder, text=source, options=run.options)

    def forced(name: str) -> Trace:
        return cache.find_or_force(
            asked, sentence.text(name), on_step=lambda *_: None, on_wait=lambda _: None
        )

    try:
        with st.spinner(w("progress.working")):
            found = parting(forced("translation"), forced("baseline"))
    except SeqVizError as error:
        decode.show_error(error, w, work="inspect-part")
        return None
    if found is None:
        st.caption(w("inspect.part.same"))
    return found


def told(found: Parting, w: Words) -> tuple[str, str, str]:
    """Where they part, and which way the model holds more probable, in Markdown."""
    own, other = (word or w("inspect.part.end") for word in found.words)
    facts = {"prefix": found.prefix, "own": own, "other": other}
    where = w.markdown("inspect.part.where" if found.prefix else "inspect.part.start", facts)
    numbers = {
        "own": number(found.log_probs[0]),
        "other": number(found.log_probs[1]),
        "own_rest": number(found.rests[0]),
        "other_rest": number(found.rests[1]),
    }
    code = "own" if found.rests[0] >= found.rests[1] else "other"
    return where, w("inspect.part.numbers", numbers), w(f"inspect.part.{code}")

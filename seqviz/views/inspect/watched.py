"""From a sentence of a test set to its search, and back: what stands above the search meanwhile."""

import numpy as np
import streamlit as st

from seqviz.analysis.reference import verdict
from seqviz.analysis.words import word_groups
from seqviz.errors import SeqVizError
from seqviz.trace import Trace
from seqviz.views.experiment import reference
from seqviz.views.inspect import runs
from seqviz.views.inspect.runs import Run, Sentence
from seqviz.views.session import decoding, parts, state
from seqviz.views.session.i18n import Words
from seqviz.views.session.request import Request
from seqviz.views.sidebar import own_model


def open_search(name: str, which: int, word: int | None = None) -> None:
    """Show the search of a sentence; for use in a callback.

    Args:
        name: of the run.
        which: the number of the sentence.
        word: of the translation, which is selected; None: the most surprising one.
    """
    run = runs.opened(name)
    sentence = None if run is None else run.sentence(which)
    if run is None or sentence is None or not ask(run, which):
        return
    state.remember("step", sentence.text("source"))  # it belongs to this sentence
    state.put("step", _step(sentence, word))
    state.put("view", "tree" if sentence.row["search_error"] is True else "attention")


def open_tree(name: str, which: int, step: int, *, model: str = "") -> None:
    """Show the tree of a sentence's search at a step; for use in a callback.

    Args:
        name: of the run.
        which: the number of the sentence.
        step: from 0.
        model: another that searches for the same sentence, PAIR/SYSTEM; "": that of the run.
    """
    run = runs.opened(name)
    sentence = None if run is None else run.sentence(which)
    if run is None or sentence is None or not ask(run, which, model=model):
        return
    state.remember("step", sentence.text("source"))  # it belongs to this sentence
    state.put("step", step)
    state.put("view", "tree")


def ask(run: Run, which: int, *, model: str = "") -> bool:
    """Ask for a sentence of a run as the run did; for use in a callback.

    Args:
        run: of which.
        which: the number of the sentence.
        model: another than the run's, PAIR/SYSTEM.

    Returns:
        whether the sentence and the model are here.
    """
    sentence = run.sentence(which)
    if sentence is None or not _ask_model(run):
        return False
    if model:
        state.put("system", model.partition("/")[2])
    source = sentence.text("source")
    state.show_text(source, sentence.text("reference"))
    parts.keep_whole(source)
    decoding.ask(run.options)
    state.put("row", which)
    return True


def _ask_model(run: Run) -> bool:
    """Ask the model that made a run from now on, if it is here."""
    entry, own = runs.entry_of(run), runs.own_folder(run)
    if entry is None and not own:
        return False
    state.resume()
    state.close_trace(restores=False)
    own_model.leave()
    if entry is not None:
        state.put("pair", entry.pair)
        state.put("system", entry.system)
    else:
        state.put(own_model.SETTING, own)
    return True


def _step(sentence: Sentence, word: int | None) -> int:
    """The first piece of a word, or the most surprising piece."""
    pieces = sentence.list("pieces")[:-1]
    if not pieces:
        return 0
    if word is None:
        return int(np.argmin(sentence.list("log_probs")[: len(pieces)]))
    return int(np.searchsorted(word_groups(pieces), word))


def above(trace: Trace, request: Request, w: Words) -> None:
    """Say which sentence this is, whether model or search is to blame, and lead back.

    Nothing, where the sentence that is watched is not the one of the test set any more.
    """
    name, which = state.text("run"), state.integer("row")
    if not (name and which):
        return
    try:
        run = runs.opened(name)
    except SeqVizError:  # the view Inspect says so
        return
    sentence = None if run is None else run.sentence(which)
    if run is None or sentence is None or sentence.text("source") != trace.source.text:
        return
    given = sentence.text("reference")
    ways = {"back": ("inspect", "arrow_back"), "score": ("reference", "balance")}
    with st.container(border=True, key="from-inspect", gap=None):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown(w.markdown("inspect.watched", {"number": which, "name": run.title}))
            for way in ("back", "score") if given else ("back",):
                view, icon = ways[way]
                st.button(
                    w(f"inspect.{way}"),
                    key=f"inspect-{way}",
                    icon=f":material/{icon}:",
                    type="tertiary",
                    on_click=state.put,
                    args=("view", view),
                )
        if trace.translation.strip() != sentence.text("translation"):
            st.caption(w("inspect.watched.other"))
        if given:
            _judge(trace, request, given, w=w)


def _judge(trace: Trace, request: Request, text: str, *, w: Words) -> None:
    """Whose fault it is, in a sentence; the whole story is told where one scores a translation."""
    forced = reference.forced(trace, request, text, w=w)
    if forced is not None:
        _, icon, words, notes = reference.told(verdict(forced, trace), forced, trace, w=w)
        st.markdown(f":material/{icon}: {words}")
        for note in notes:
            st.caption(note)

"""The page's settings: how to decode, one's own model, an opened trace. Each works at once.

They are half of all that the page has to draw, and most visitors do not look at them: they are
drawn from when somebody opens them.
"""

import streamlit as st

from seqviz.catalog import Catalogue, ModelEntry
from seqviz.tasks import find_task
from seqviz.translator.devices import available_devices
from seqviz.views.session import state
from seqviz.views.session.i18n import Words
from seqviz.views.sidebar import foreign_card, language_fields, open_trace, options, own_model

CLOSED = "settings-closed"
"""Marks settings that are not drawn yet, for ``presenter.js``."""


def render(entry: ModelEntry | None, catalogue: Catalogue, w: Words) -> None:
    """Draw the settings of a model, once they were opened; without one, the ways to get one."""
    state.keep_choice("device", available_devices())
    is_opened = bool(state.remembered(state.OPENED))
    with st.sidebar:
        with st.container(key="settings-opened" if is_opened else CLOSED):
            st.subheader(w("sidebar.settings"), anchor=False)
        if not is_opened:
            return
        if entry is not None:
            _about(entry, w)
            language_fields.render(entry, w)
            options.render(w, attends=entry.attends)
        own_model.offer(w)
        open_trace.offer(w)
        _broken(catalogue, w)


def _about(entry: ModelEntry, w: Words) -> None:
    if entry.format == foreign_card.OURS and not own_model.name():
        st.caption(_facts(entry, w))
    else:
        foreign_card.render(entry, w)


def _facts(entry: ModelEntry, w: Words) -> str:
    facts = w("sidebar.parameters", {"count": w.count(entry.parameters)})
    score = _score(entry, w)
    name = w.name("system", entry.system)
    return " · ".join(filter(None, (name, facts, score)))


def _score(entry: ModelEntry, w: Words) -> str:
    test = entry.scores.get("test", {})
    if find_task(entry.source_language, entry.target_language) and "exact_match" in test:
        return w("sidebar.exact", {"percent": f"{test['exact_match']:.4g}"})
    return f"BLEU {test['bleu']:.1f}" if "bleu" in test else ""


def _broken(catalogue: Catalogue, w: Words) -> None:
    if not catalogue.broken:
        return
    with st.expander(
        w("sidebar.broken", {"count": len(catalogue.broken)}), icon=":material/warning:"
    ):
        for error in catalogue.broken.values():
            st.caption(w.error(error))

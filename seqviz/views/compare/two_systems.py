"""Two systems of a pair to compare: one that must remember in one vector, one that looks again."""

from collections.abc import Sequence

import streamlit as st

from seqviz import kinds
from seqviz.catalog import ModelEntry
from seqviz.views.session import state
from seqviz.views.session.i18n import Words
from seqviz.views.session.request import Request
from seqviz.views.sidebar.systems_of import systems_of


def of_pair(request: Request) -> list[ModelEntry]:
    """The systems of the pair: those with attention first, unknown ones last of either kind."""
    found, _ = systems_of(request)
    return sorted(found, key=_place)


def _place(entry: ModelEntry) -> tuple[bool, bool, bool, bool, str]:
    code, system = entry.system, kinds.SYSTEMS.get(entry.system)
    forwards = system is None or not system.reverses_source
    return not entry.attends, system is None, code != kinds.OFFERED_FIRST, forwards, code


def are_both(entries: Sequence[ModelEntry]) -> bool:
    """Whether there is a system without attention, and one with it."""
    return len({entry.attends for entry in entries}) > 1


def choose(entries: Sequence[ModelEntry], w: Words) -> list[ModelEntry]:
    """Let the visitor choose one of either kind; where there is one kind only, one system comes."""
    bare = [entry for entry in entries if not entry.attends]
    attentive = [entry for entry in entries if entry.attends]
    if not are_both(entries):
        missing = "bottleneck.no_attentive" if bare else "bottleneck.no_bare"
        st.info(w(missing), icon=":material/info:")
    with st.container(horizontal=True, gap="medium"):
        return [*_chosen("bare", bare, w), *_chosen("attentive", attentive, w)]


def _chosen(code: str, entries: Sequence[ModelEntry], w: Words) -> list[ModelEntry]:
    """The system that is chosen of these; none where there are none."""
    if not entries:
        return []
    systems = [entry.system for entry in entries]
    state.keep_choice(code, systems)
    st.selectbox(
        w(f"bottleneck.{code}"),
        systems,
        key=code,
        format_func=lambda system: w.name("system", system),
        width=340,
    )
    return [entry for entry in entries if entry.system == state.text(code)]

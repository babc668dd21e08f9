"""Two systems of a pair to compare: one that must remember in one vector, one that looks again."""

import math
from collections.abc import Callable, Sequence

import streamlit as st

from seqviz import kinds
from seqviz.catalog import ModelEntry
from seqviz.views.session import state
from seqviz.views.session.i18n import Words
from seqviz.views.session.request import Request
from seqviz.views.sidebar.systems_of import systems_of
from seqviz.words import plural
from seqviz.words.numbers import number

MUCH = 0.2
"""Of the parameters of the larger: so many fewer are no longer the same size."""
HALF, CLOSE = 0.5, 0.07
"""What is called half the size."""


def of_pair(request: Request) -> list[ModelEntry]:
    """The systems of the pair: those with attention first, the fairest comparison first of each.

    Fair are the same architecture, direction of reading and size, so that what differs is the
    attention; unknown systems come last of either kind.
    """
    found, _ = systems_of(request)
    bare = sorted((entry for entry in found if not entry.attends), key=_directness)
    attentive = (entry for entry in found if entry.attends)
    return [*sorted(attentive, key=lambda entry: _nearness(entry, bare)), *bare]


def _directness(entry: ModelEntry) -> tuple[bool, bool, str]:
    system = kinds.SYSTEMS.get(entry.system)
    return system is None, system is not None and system.reverses_source, entry.system


def _nearness(entry: ModelEntry, bare: Sequence[ModelEntry]) -> tuple[bool, bool, float, str]:
    """How like the first of those without attention; without any, what is offered first is best."""
    is_unknown, code = entry.system not in kinds.SYSTEMS, entry.system
    if not bare:
        return is_unknown, code != kinds.OFFERED_FIRST, 0.0, code
    factor = abs(math.log(max(1, entry.parameters) / max(1, bare[0].parameters)))
    return is_unknown, entry.kind != bare[0].kind, factor, code


def unlike(
    entries: Sequence[ModelEntry], w: Words, name: Callable[[ModelEntry], str] | None = None
) -> str:
    """Say which systems are far smaller than the largest of them; empty: none is.

    Args:
        entries: the systems that stand beside each other.
        w: the page's words.
        name: what each is called there; None: as systems of one pair are.
    """
    if not entries:
        return ""
    named = name or (lambda entry: w.name("system", entry.system))
    largest = max(entries, key=lambda entry: entry.parameters)
    alike: dict[str, list[ModelEntry]] = {}
    for entry in entries:
        share = entry.parameters / max(1, largest.parameters)
        if share < 1 - MUCH:
            size = "half" if abs(share - HALF) <= CLOSE else number(share, ".0%")
            alike.setdefault(size, []).append(entry)
    said = []
    for told, found in alike.items():
        counts = dict.fromkeys(w.count(entry.parameters) for entry in found)
        facts = {
            "name": w("bottleneck.unlike.between").join(map(named, found)),
            "largest": named(largest),
            "share": told,
            "own": w("bottleneck.unlike.between").join(counts),
            "most": w.count(largest.parameters),
        }
        key = "bottleneck.unlike.half" if told == "half" else "bottleneck.unlike.less"
        said.append(w.markdown(plural(key, len(found)), facts))
    return " ".join(said)


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
        chosen = [*_chosen("bare", bare, w), *_chosen("attentive", attentive, w)]
    is_one_kind = len({entry.kind for entry in chosen}) <= 1
    if said := f"{unlike(chosen, w)} {'' if is_one_kind else w('bottleneck.unlike.kind')}".strip():
        st.caption(said)
    return chosen


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

"""What the page says of a model that others trained: what it is, and what nobody knows of it."""

import streamlit as st

from seqviz.catalog import ModelEntry
from seqviz.catalog.families import FAMILIES
from seqviz.views.session.i18n import Words, escape_markdown
from seqviz.views.session.language_names import language_name

OURS = "seqviz"
MOST_SHOWN = 60
REVISION_CHARACTERS = 12


def render(entry: ModelEntry, w: Words) -> None:
    """Draw its facts below its name."""
    facts = [_family(entry), *_languages(entry, w)]
    facts.append(w("sidebar.parameters", {"count": w.count(entry.parameters)}))
    facts.append(_licence(entry, w))
    if entry.origin:
        facts.append(entry.origin)
    if entry.revision:
        facts.append(w("own.revision", {"revision": entry.revision[:REVISION_CHARACTERS]}))
    st.caption(" · ".join(str(escape_markdown(fact)) for fact in facts if fact))
    if entry.format != OURS:
        st.caption(w("own.honest"))


def _family(entry: ModelEntry) -> str:
    return FAMILIES[entry.family].name if entry.family in FAMILIES else entry.family


def _languages(entry: ModelEntry, w: Words) -> list[str]:
    """Such as "German → 12 languages"; nothing where no file tells."""
    sides = (
        (entry.source_language, entry.source_languages),
        (entry.target_language, entry.target_languages),
    )
    names = [
        w("own.languages", {"count": len(choices)})
        if choices
        else language_name(usual[:MOST_SHOWN], w)
        for usual, choices in sides
    ]
    return [" → ".join(names)] if all(names) else []


def _licence(entry: ModelEntry, w: Words) -> str:
    if not entry.licence:
        return w("own.no_licence")
    return w("own.licence", {"licence": entry.licence[:MOST_SHOWN]})

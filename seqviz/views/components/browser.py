"""What the page asks of the browser itself: it draws nothing, and tells nobody anything.

The browser learns the page's language, Streamlit's own words in it, and which settings are no step
of Back when they change.
"""

import streamlit as st

from seqviz.views.components.parts import read
from seqviz.views.session.i18n import Words
from seqviz.views.session.settings import MOVES
from seqviz.words import LANGUAGES, part, table

KEY = "browser"
OWN_WORDS = "streamlit."
"""Keys of what Streamlit says itself; in English, exactly as Streamlit spells it."""

_browser = st.components.v2.component("seqviz_browser", js=read("browser.js"))


def speak(w: Words) -> None:
    """Let the browser know the page's language and what is a move."""
    with st.container(key=KEY):
        _browser(
            key=f"{KEY}-words",
            data={"language": w.language, "moves": list(MOVES), "words": pairs(w.language)},
        )


def pairs(language: str) -> list[tuple[str, str]]:
    """What Streamlit says, or said in the language before, and what it says in this one."""
    return [
        (table(other)[key], text)
        for key, text in part(table(language), OWN_WORDS).items()
        for other in LANGUAGES
        if other != language
    ]

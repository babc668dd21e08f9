"""What the page asks of the browser itself: it draws nothing, and tells nobody anything.

The browser learns the page's language, Streamlit's own words in it, and which settings are no step
of Back when they change.
"""

import streamlit as st

from seqviz.viewer import script
from seqviz.views.components.parts import read
from seqviz.views.session.i18n import Words
from seqviz.views.session.settings import MOVES
from seqviz.words import LANGUAGES, part, table

KEY = "browser"
OWN_WORDS = "streamlit."
"""Keys of what Streamlit says itself; in English, exactly as Streamlit spells it."""
SETTINGS = "sidebar.settings"
OPENS = (f"{OWN_WORDS}expand", SETTINGS)
"""What the button says that opens the sidebar: before, and in the language before."""

_browser = st.components.v2.component(
    "seqviz_browser", js=f"{script('presenter')}\n" + read("keys.js", "presenter.js", "browser.js")
)


def speak(sent: str, w: Words) -> None:
    """Let the browser know the page's language, what is a move, and the sentence as it was sent."""
    data = {
        "language": w.language,
        "moves": list(MOVES),
        "words": pairs(w.language),
        "sent": sent,
    }
    with st.container(key=KEY):
        _browser(key=f"{KEY}-words", data=data)


def pairs(language: str) -> list[tuple[str, str]]:
    """What Streamlit says, or said in the language before, and what it says in this one.

    What opens the sidebar says what is in it, in English, too.
    """
    own = part(table(language), OWN_WORDS)
    others = [table(other) for other in LANGUAGES if other != language]
    found = [(other[key], text) for key, text in own.items() for other in others]
    opens = [other[key] for other in (table(), *others) for key in OPENS]
    return found + [(text, table(language)[SETTINGS]) for text in opens]

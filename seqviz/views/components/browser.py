"""What the page asks of the browser itself: it draws nothing.

The browser learns the page's language, Streamlit's own words in it, which settings are no step of
Back when they change, and what to fetch while nobody waits for it; it asks for the page anew when a
server is back that was gone.
"""

from collections.abc import Mapping
from functools import cache

import streamlit as st

from seqviz.viewer import script
from seqviz.views.components.parts import chunk, read
from seqviz.views.session import state
from seqviz.views.session.i18n import Words
from seqviz.views.session.settings import MOVES
from seqviz.words import LANGUAGES, part, table

KEY, WORDS = "browser", "browser-words"
OWN_WORDS = "streamlit."
"""Keys of what Streamlit says itself; in English, exactly as Streamlit spells it."""

_CHARTS = chunk("PlotlyChart")
CHARTED = (
    *("group.compare", "group.train"),
    *("view.intervene", "view.rerank", "view.reference", "view.bottleneck"),
)
"""What one turns to that opens on a chart, as the page's words name it."""

PRESENTED = ("page.present.leave", "page.present.timer")
"""What one who presents is told."""

_browser = st.components.v2.component(
    "seqviz_browser",
    js=f"{script('presenter', short=False)}\n"
    + read("keys.js", "presenter.js", "charts.js", "browser.js"),
)


def speak(sent: str, w: Words) -> None:
    """Let the browser know the page's language, what is a move, and the sentence as it was sent."""
    data = {
        "language": w.language,
        "moves": list(MOVES),
        "words": pairs(w.language),
        "sent": sent,
        "present": {key: w(key) for key in PRESENTED},
        "charts": {"file": _CHARTS, "screens": [w(name) for name in CHARTED]},
    }
    with st.container(key=KEY):
        _browser(key=WORDS, data=data, on_back_change=_begin)


def _begin() -> None:
    """Draw the settings, too, where they stand open; the run that follows does all else."""
    told = state.told_by(WORDS, "back")
    if isinstance(told, Mapping) and told.get("settings"):
        state.remember(state.OPENED, True)


@cache
def pairs(language: str) -> list[tuple[str, str]]:
    """What Streamlit says, or said in the language before, and what it says in this one.

    The same list for all, which is only read.
    """
    own = part(table(language), OWN_WORDS)
    others = [table(other) for other in LANGUAGES if other != language]
    return [(other[key], text) for key, text in own.items() for other in others]

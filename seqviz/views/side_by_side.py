"""Two translations beside each other, the words in which they differ marked."""

from dataclasses import dataclass

import streamlit as st

from seqviz.analysis.compare import MarkedWord, word_differences
from seqviz.views.i18n import Words, escape_markdown

STYLE = """<style>
[class*="st-key-marked"] strong { text-decoration: underline #d55e00 3px;
  text-underline-offset: 4px; }
</style>"""


@dataclass(frozen=True)
class Card:
    """One translation, with a name above it and facts below."""

    code: str
    """Unique on the page."""
    name: str
    text: str
    facts: tuple[str, ...]


def render(left: Card, right: Card, w: Words) -> None:
    """Draw both, and say what the marks mean where there are any."""
    marked = word_differences(left.text, right.text)
    st.html(STYLE)
    columns = st.columns(2, gap="large")
    for column, card, text in zip(columns, (left, right), marked, strict=True):
        with column, st.container(border=True, height="stretch", key=f"marked-{card.code}"):
            st.caption(card.name)
            st.markdown(_marked(text) or w("header.nothing"))
            for fact in card.facts:
                st.caption(fact)
    if any(word.differs for text in marked for word in text):
        st.caption(w("compare.words"))


def _marked(text: list[MarkedWord]) -> str:
    """Markdown of a text, its words escaped, the differing ones strong; ``STYLE`` underlines."""
    words = [(str(escape_markdown(word.text.strip())), word.differs) for word in text]
    gaps = [" " if word.text != word.text.rstrip() else "" for word in text]
    return "".join(
        (f"**{word}**" if differs and word else word) + gap
        for (word, differs), gap in zip(words, gaps, strict=True)
    )

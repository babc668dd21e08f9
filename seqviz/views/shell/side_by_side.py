"""Two translations beside each other, the words in which they differ marked."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

import streamlit as st

from seqviz.analysis.compare import MarkedWord, word_differences
from seqviz.trace import Trace
from seqviz.views.session.i18n import Words, escape_markdown
from seqviz.words.numbers import number

STYLE = """<style>
[class*="st-key-marked"] strong { text-decoration: underline 3px;
  text-underline-offset: 4px; }
</style>"""

JOINER = "\u2060"
"""Has no width and is neither punctuation nor a space."""


@dataclass(frozen=True)
class Card:
    """One translation, with a name above it and facts below."""

    code: str
    """Unique on the page."""
    name: str
    text: str
    facts: tuple[str, ...]


def sums(trace: Trace, w: Words, key: str = "compare.score") -> str:
    """The best hypothesis' sum of log-probabilities and its score, in the words of ``key``."""
    best = trace.hypotheses
    return w(key, {"log_prob": number(best.log_probs[0]), "score": number(best.scores[0], ".3f")})


def render(left: Card, right: Card, w: Words) -> None:
    """Draw both, and say what the marks mean where there are any."""
    both = word_differences(left.text, right.text)
    st.html(STYLE)
    columns = st.columns(2, gap="large")
    for column, card, text in zip(columns, (left, right), both, strict=True):
        with column, st.container(border=True, height="stretch", key=f"marked-{card.code}"):
            st.caption(card.name)
            st.markdown(marked(text) or w("header.nothing"))
            for fact in card.facts:
                st.caption(fact)
    if any(word.differs for text in both for word in text):
        st.caption(w("compare.words"))


def marked(text: Sequence[MarkedWord]) -> str:
    """Markdown of a text, its words escaped, the differing ones strong; ``STYLE`` underlines."""
    runs = [
        (differs, "".join(word.text for word in words))
        for differs, words in groupby(text, key=lambda word: word.differs)
    ]
    return "".join(_strong(run) if differs else _literal(run) for differs, run in runs)


def _strong(run: str) -> str:
    """Strong Markdown, which must begin and end with something that is no punctuation or space."""
    words = run.strip()
    if not words:
        return run
    start, end = (JOINER * (not edge.isalnum()) for edge in (words[0], words[-1]))
    return _between_spaces(run, f"**{start}{escape_markdown(words)}{end}**")


def _literal(text: str) -> str:
    return _between_spaces(text, str(escape_markdown(text))) if text.strip() else text


def _between_spaces(text: str, markdown: str) -> str:
    """Markdown of a text that has lost the spaces around it, with these again."""
    return " " * text[:1].isspace() + markdown + " " * text[-1:].isspace()

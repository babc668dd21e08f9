"""A text of several sentences: each is translated by itself, and one of them is shown."""

from seqviz.catalog import ModelEntry
from seqviz.text.sentences import sentences_of
from seqviz.views.session import state

WHOLE = 0
"""Value of the setting "part" for the text as one; others count its sentences from 1."""
MOST = 20
"""Sentences that are translated."""


def sentences(entry: ModelEntry) -> tuple[str, ...]:
    """Those of the text in the box that are translated, the first ``MOST``."""
    return typed(entry)[:MOST]


def typed(entry: ModelEntry) -> tuple[str, ...]:
    """All sentences of the text in the box, as a model's language parts them."""
    chosen = state.text("source_language") if entry.source_languages else entry.source_language
    return sentences_of(state.text("text"), chosen)


def settle(count: int) -> None:
    """Show the first sentence of another text; count those of this one."""
    state.keep_for("part", state.text("text"))
    if count > 1:
        state.clamp("part", high=count)


def keep_whole(text: str) -> None:
    """Show a text as one, as somebody had it translated before."""
    state.put("part", WHOLE)
    state.remember("part", text)


def rewrite(text: str) -> None:
    """Put the same sentences in other characters into the box; the one that is shown stays."""
    state.put("text", text)
    state.remember("part", text)


def chosen(found: tuple[str, ...]) -> str:
    """The sentence that is shown, of those of the text; or the text as one."""
    part = state.integer("part")
    return state.text("text") if part == WHOLE or len(found) == 1 else found[part - 1]

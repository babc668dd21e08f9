"""Where two systems part on one sentence: in the words, and in the search of each that is here."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import streamlit as st

from seqviz.analysis.reference import Exit, reference_exit
from seqviz.catalog import ModelEntry
from seqviz.errors import SeqVizError
from seqviz.inspection.compare import Parting, parting
from seqviz.trace import Trace
from seqviz.views.inspect import runs, watched
from seqviz.views.inspect.runs import Sentence
from seqviz.views.session import cache, state
from seqviz.views.session.i18n import Words
from seqviz.views.session.request import Request
from seqviz.views.shell import progress as decode
from seqviz.words.numbers import number

FOUND = "inspect_parting"
"""Under it a session remembers of which sentence it asked last, and what came out."""
FOLLOWED = frozenset({"pruned", "unseen", "finished", "alive"})
"""Ends of a translation in another system's search; by the others, an option forbids it."""


@dataclass(frozen=True)
class Parted:
    """Two translations of one sentence."""

    words: Parting | None
    """None: they are the same words."""
    left: Exit
    """Where the search of one system lost the translation of the other, or that it did not."""
    text: str = ""
    """What the other system's own search finds; empty: it was not asked."""

    @property
    def step(self) -> int:
        """Of that search, from 0: it lost the translation there, else its own parts from it."""
        if self.words is None or self.left.lost:
            return self.left.step
        return self.words.steps[1 if self.text else 0]


def render(sentence: Sentence, request: Request, w: Words) -> None:
    """Draw what is known; before one asks, a button that asks the model."""
    run, baseline = sentence.run, sentence.text("baseline")
    folder = runs.folder_of_model(run)
    if not baseline or baseline == sentence.text("translation") or folder is None:
        return
    key = f"{run.name} {run.changed} {sentence.number}"
    last: Any = state.remembered(FOUND)
    if not isinstance(last, tuple) or last[0] != key:
        st.button(
            w("inspect.part"),
            key="inspect-part",
            icon=":material/call_split:",
            help=w("inspect.part.help"),
            on_click=state.remember,
            args=(FOUND, (key, {})),
        )
        return
    asked = replace(request, folder=folder, text=sentence.text("source"), options=run.options)
    own = _kept(last[1], "", lambda: _by_own(asked, sentence), w=w)
    if own is None:
        return
    for line in (*told(own.words, w), searched(own, w)):
        st.markdown(line)
    _open("", own, sentence, w=w)
    other = _other(sentence, w)
    if other is None:
        return
    found = _kept(last[1], other.name, lambda: _by_other(asked, sentence, other), w=w)
    if found is None:
        return
    if found.text.strip() != baseline:
        st.caption(w.markdown("inspect.part.otherwise", {"text": found.text}))
    for line in both(found, w):
        st.markdown(line)
    _open(other.name, found, sentence, w=w)


def _kept(
    found: dict[str, Parted], name: str, find: Callable[[], Parted], *, w: Words
) -> Parted | None:
    """What was found under a name, or is now; None: that failed, which is said."""
    try:
        if name not in found:
            with st.spinner(w("progress.working")):
                found[name] = find()
    except SeqVizError as error:
        decode.show_error(error, w, work="inspect-part")
        return None
    return found[name]


def _by_own(asked: Request, sentence: Sentence) -> Parted:
    """Both translations, scored by the model of the run, and followed through its search."""
    own, other = (_forced(asked, sentence.text(name)) for name in ("translation", "baseline"))
    return Parted(parting(own, other), reference_exit(other, _found(asked)))


def _by_other(asked: Request, sentence: Sentence, other: ModelEntry) -> Parted:
    """The searches of both systems, and this one's translation followed through the other's."""
    theirs = replace(asked, folder=other.folder)
    search = _found(theirs)
    left = reference_exit(_forced(theirs, sentence.text("translation")), search)
    return Parted(parting(_found(asked), search), left, search.translation)


def _found(asked: Request) -> Trace:
    return cache.find_or_decode(asked, lambda *_: None, lambda _: None)


def _forced(asked: Request, text: str) -> Trace:
    return cache.find_or_force(asked, text, on_step=lambda *_: None, on_wait=lambda _: None)


def _other(sentence: Sentence, w: Words) -> ModelEntry | None:
    """Which model the second system is, where one says so."""
    own = runs.folder_of_model(sentence.run)
    pair = sentence.run.model.partition("/")[0]
    entries = {
        one.name: one for one in cache.models().entries if one.pair == pair and one.folder != own
    }
    if not entries:
        return None
    chosen = st.selectbox(
        w("inspect.part.model"),
        list(entries),
        index=None,
        key="inspect-part-model",
        placeholder=w("inspect.part.model.none"),
        help=w("inspect.part.model.help"),
    )
    return entries[chosen] if chosen else None


def _open(model: str, found: Parted, sentence: Sentence, *, w: Words) -> None:
    """The button that leads to a search, at the step where the two part in it."""
    st.button(
        w("inspect.part.open", {"step": found.step + 1}),
        key=f"inspect-part-open {model}",
        icon=":material/account_tree:",
        on_click=watched.open_tree,
        args=(sentence.run.name, sentence.number, found.step),
        kwargs={"model": model},
    )


def told(found: Parting | None, w: Words) -> tuple[str, ...]:
    """Where they part, and which way the model holds more probable, in Markdown."""
    if found is None:
        return (w("inspect.part.same"),)
    code = "own" if found.rests[0] >= found.rests[1] else "other"
    return _where(found, w), w("inspect.part.numbers", _numbers(found)), w(f"inspect.part.{code}")


def searched(found: Parted, w: Words) -> str:
    """Where the system's search lost the second's translation, in Markdown."""
    return _left(found, w, "left")


def both(found: Parted, w: Words) -> tuple[str, ...]:
    """Where the searches of both systems part, and what the second's made of this translation."""
    if found.words is None:
        return (w("inspect.part.both.same"),)
    facts = _numbers(found.words) | {
        name: step + 1 for name, step in zip(("step", "other_step"), found.words.steps, strict=True)
    }
    return (
        w("inspect.part.both", facts),
        _where(found.words, w),
        _left(found, w, "other_left"),
    )


def _where(found: Parting, w: Words) -> str:
    own, other = (word or w("inspect.part.end") for word in found.words)
    facts = {"prefix": found.prefix, "own": own, "other": other}
    return w.markdown("inspect.part.where" if found.prefix else "inspect.part.start", facts)


def _numbers(found: Parting) -> dict[str, object]:
    return {
        "own": number(found.log_probs[0]),
        "other": number(found.log_probs[1]),
        "own_rest": number(found.rests[0]),
        "other_rest": number(found.rests[1]),
    }


def _left(found: Parted, w: Words, whose: str) -> str:
    left = found.left
    code = left.code if left.code in FOLLOWED else "ruled_out"
    if code == "finished" and left.hypothesis is None:
        code = "alive"
    facts = {
        "step": left.step + 1,
        "rank": left.rank,
        "place": None if left.hypothesis is None else left.hypothesis + 1,
    }
    return w(f"inspect.part.{whose}.{code}", facts)

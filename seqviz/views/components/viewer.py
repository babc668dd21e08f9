"""The viewer on the page: what travels to it, and what it tells.

Its program travels once for the whole page, a trace once for as long as it is shown: Streamlit
sends a message that equals the one before as a reference. So what changes while a trace is shown,
a selection that Python makes and what it finds out later, goes as a small note of its own.
"""

import weakref
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any
from uuid import uuid4

import streamlit as st

from seqviz.trace import Trace
from seqviz.viewer import PARTS, compared, packed, script, style, viewer_words
from seqviz.views.components.parts import read
from seqviz.views.session import state
from seqviz.views.session.i18n import Words

Layout = Sequence[str | Sequence[str | Sequence[str]]]
"""Names of the viewer's parts one below the other; a list in it stands beside each other."""

CODES = {
    **{name: name for name in ("view", "kind", "hypothesis", "step", "words", "raw", "by", "node")},
    "cuts": "pruned",
    "layout": "layout",
}
"""Of the selection: its names in the browser, and those of the settings."""
FROM_ONE = ("layer", "head", "source", "window")
"""These settings count from 1; 0 is what the viewer takes by itself."""
HIDDEN = "viewer-notes"

_program = st.components.v2.component("seqviz_program", js=script("page"))
_viewer = st.components.v2.component("seqviz_viewer", css=style(*PARTS), js=read("loader.js"))
_note = st.components.v2.component("seqviz_note", js=read("loader.js"))


_packed: "weakref.WeakKeyDictionary[Trace, tuple[str, Mapping[str, Any]]]" = (
    weakref.WeakKeyDictionary()
)
"""What was packed of traces that are still there, each under a name for the browser."""


@dataclass(frozen=True)
class Acts:
    """What may be done from a picture."""

    names: Sequence[str]
    """Such as "continue"."""
    take: Callable[[str, Mapping[str, Any]], None]
    """Called with the name of what was done, and its facts, before the next run."""


@dataclass(frozen=True)
class Link:
    """Viewers of one link look at one place: where one points, all do, in the same frame."""

    name: str
    usual: Mapping[str, int] = field(default_factory=dict)
    """Layer and head, from 0, that are shown where none is chosen."""


@dataclass(frozen=True)
class _Given:
    """What a viewer was given to select, and what it told since."""

    count: int
    """Grows with every selection that does not come from the viewer itself."""
    trace: str
    selection: Mapping[str, Any]
    told: Mapping[str, Any]
    usual: Mapping[str, int]


def load_program() -> None:
    """Let the page have the viewer's program; once a run, above all viewers."""
    with st.container(key=f"{HIDDEN}-program"):
        _program(key="viewer-program", data={})


def show(
    trace: Trace,
    w: Words,
    *,
    key: str,
    layout: Layout | None = None,
    acts: Acts | None = None,
    link: Link | None = None,
) -> None:
    """Show a trace; what is selected comes from the settings, and is told to them.

    Args:
        trace: the decoding.
        w: the page's words.
        key: unique on the page.
        layout: which parts, and how they stand; None: the whole screen, with its three views.
        acts: what may be done from the picture.
        link: with other viewers of the same target.
    """
    name, payload = _shown(trace)
    _viewer(
        key=key,
        data={
            "key": key,
            "trace": name,
            "language": w.language,
            "layout": layout,
            "acts": [] if acts is None else list(acts.names),
            "link": "" if link is None else link.name,
            "payload": payload,
            "words": viewer_words(w.language),
        },
        on_select_change=partial(_selected, key),
        on_act_change=partial(_acted, key, acts),
    )
    given = _given(name, key, {} if link is None else link.usual)
    _tell(
        f"{key}-given",
        {"key": key, "given": {**given.selection, "trace": name, "count": given.count}},
    )


def tell_compared(trace: Trace, greedy: Trace, beam: Trace, *, key: str) -> None:
    """Let the viewer of a trace compare greedy decoding with beam search, of the same sentence."""
    more = {"trace": _shown(trace)[0], "compare": compared(greedy, beam)}
    _tell(f"{key}-more", {"key": key, "more": more})


def name_of(trace: Trace) -> str:
    """Of a trace that is shown, for the browser."""
    return _shown(trace)[0]


def _tell(name: str, data: Mapping[str, Any]) -> None:
    with st.container(key=f"{HIDDEN}-{name}"):
        _note(key=name, data=data)


def _shown(trace: Trace) -> tuple[str, Mapping[str, Any]]:
    if trace not in _packed:
        _packed[trace] = uuid4().hex, packed(trace)
    return _packed[trace]


def _given(trace: str, key: str, usual: Mapping[str, int]) -> _Given:
    """The selection that Python last made: the settings', unless the viewer told them so."""
    present = _selection()
    kept = state.remembered(f"given-{key}")
    count = kept.count if isinstance(kept, _Given) else 0
    stands = (trace, present, usual)
    if not isinstance(kept, _Given) or (kept.trace, kept.told, kept.usual) != stands:
        missing = {name: place for name, place in usual.items() if present[name] < 0}
        kept = _Given(count + 1, trace, present | missing, present, usual)
        state.remember(f"given-{key}", kept)
    return kept


def _selection() -> dict[str, Any]:
    """What the settings say is selected, in the browser's names."""
    found = {name: state.value(code) for name, code in CODES.items()}
    return found | {name: state.integer(name) - 1 for name in FROM_ONE}


def _selected(key: str) -> None:
    """Take over what the visitor selected in what is shown; what comes from the browser is checked.

    Of a trace that is not shown any more, it may come late: after the browser's Back.
    """
    told, kept = state.told_by(key, "select"), state.remembered(f"given-{key}")
    if not isinstance(told, Mapping) or not isinstance(kept, _Given):
        return
    if told.get("trace") != kept.trace:
        return
    for name, code in CODES.items():
        state.put_if_there(code, told.get(name, ""))
    for name in FROM_ONE:
        place = told.get(name)
        state.put_if_there(name, place + 1 if isinstance(place, int) else 0)
    state.remember(f"given-{key}", replace(kept, told=_selection()))


def _acted(key: str, acts: Acts | None) -> None:
    act = state.told_by(key, "act")
    if acts is not None and isinstance(act, Mapping):
        acts.take(str(act.get("name")), act)

"""What stays in memory while a tab is open: no trace, once the store has let go of it."""

import gc
import weakref
from collections.abc import Callable, Iterator
from dataclasses import fields

import numpy as np
import pytest
import streamlit as st
from streamlit.runtime.scriptrunner import RerunData, RerunException
from streamlit.testing.v1 import AppTest

from seqviz.options.editcode import encode_edits
from seqviz.options.intervention import Intervention
from seqviz.trace import DistributionShift, Trace
from seqviz.views.session import cache
from seqviz.views.session.i18n import Words
from seqviz.views.shell.fragment import fragment
from tests.fixtures import toy_traces as toy
from tests.views import pages
from tests.views.conftest import forget_searches
from tests.views.pages import ENGLISH, SHORT

Run = Callable[..., None]

ALL_HEADS = {"system": "transformer", "all_layers": "1", "layer": "1", "head": "1"}
EDIT = encode_edits([Intervention(kind="mute", sources=(0,))])
OPENED = {
    "encoder": {"view": "attention", "kind": "encoder", **ALL_HEADS},
    "what-if": {"view": "tree", "whatif": "5"},
    "rerank": {"view": "rerank"},
    "edited": {"view": "intervene", "edits": EDIT},
    "forced": {"view": "teacher", "reference": "cold"},
}


def parts(one: Trace | DistributionShift) -> Iterator[object]:
    """What was kept, and every array in it, whoever owns its memory."""
    yield one
    records = (one.plain, one.edited) if isinstance(one, DistributionShift) else ()
    for record in records:
        yield from parts(record)
    if isinstance(one, Trace):
        for holder in (one, one.search, one.hypotheses):
            for field in fields(holder):
                value = getattr(holder, field.name)
                while isinstance(value, np.ndarray):
                    yield value
                    value = value.base


@pytest.mark.usefixtures("tiny")
def test_an_open_page_holds_no_trace() -> None:
    apps = [pages.open_app(SHORT | {"beam": "2"} | link) for link in OPENED.values()]
    held = [weakref.ref(part) for one in cache._store()._kept.values() for part in parts(one)]
    assert len(held) > 10 * len(OPENED)
    cache._store().clear()
    forget_searches()
    gc.collect()
    assert [type(one()) for one in held if one() is not None] == []
    for app in apps:
        pages.checked(app.run())  # decodes again


def test_what_is_gone_is_drawn_by_the_whole_page(monkeypatch: pytest.MonkeyPatch) -> None:
    runs, asked = list[tuple[Run, tuple[object, ...]]](), list[str]()

    def keep(run: Run) -> Run:
        def first(*facts: object) -> None:
            runs.append((run, facts))
            run(*facts)

        return first

    def rerun() -> None:
        asked.append("the whole page")
        raise RerunException(RerunData())

    monkeypatch.setattr(st, "fragment", lambda *, key: keep)
    monkeypatch.setattr(st, "rerun", rerun)
    drawn = list[str]()

    @fragment
    def view(trace: Trace, name: str, w: Words) -> None:
        drawn.append(f"{trace.translation} {name}")

    trace = toy.rnn_trace()
    view(trace, "a", ENGLISH)
    ((again, facts),) = runs
    again(*facts)
    assert drawn == ["the cat a"] * 2
    del trace
    gc.collect()
    with pytest.raises(RerunException):
        again(*facts)
    assert (len(drawn), asked) == (2, ["the whole page"])


NAMED = """
import streamlit as st

from seqviz.views.session.i18n import Words
from seqviz.views.shell.fragment import named, run_again

class Drawn:
    pass

def draw(drawn, w):
    st.session_state["drawn"] = st.session_state.get("drawn", 0) + 1

st.session_state["runs"] = st.session_state.get("runs", 0) + 1
st.session_state["held"] = Drawn()
named("part")(draw)(st.session_state["held"], Words("en"))
for name in ("part", "gone"):
    st.button(name, on_click=run_again, args=(name,))
"""
"""A page with a part that has a name, and buttons for it and for one that is not there."""


def test_a_callback_lets_a_named_part_run_alone() -> None:
    app = AppTest.from_string(NAMED, default_timeout=60).run()
    app.button[1].click().run()
    assert (app.session_state["runs"], app.session_state["drawn"]) == (2, 2)
    app.button[0].click().run()
    assert (app.session_state["runs"], app.session_state["drawn"]) == (2, 3)
    assert not app.exception

"""A part of the page that runs alone, and keeps nothing large while a tab stays open.

Streamlit keeps what a fragment is called with as long as the session lives, and some time longer.
So a trace is only referred to: once the store of traces has let go of it, the whole page runs
again, and decodes it in turn.
"""

import weakref
from collections.abc import Callable
from contextlib import suppress
from functools import partial, wraps
from typing import TypeVar, TypeVarTuple

import streamlit as st
from streamlit.errors import StreamlitAPIException

from seqviz.views.session.i18n import Words
from seqviz.views.shell.guard import last_resort

Drawn = TypeVar("Drawn")
Facts = TypeVarTuple("Facts")


def fragment(
    render: Callable[[Drawn, *Facts, Words], None], *, name: str | None = None
) -> Callable[[Drawn, *Facts, Words], None]:
    """Let a view run alone; whoever calls it holds what it draws, its first argument.

    Args:
        render: draws it.
        name: by which ``run_again`` finds it, of one on the page; None: nobody has to.
    """
    guarded = last_resort(render)

    @st.fragment(key=name)
    @wraps(render)  # Streamlit tells fragments apart by their functions' names
    def run(found: Callable[[], Drawn | None], *facts: *tuple[*Facts, Words]) -> None:
        drawn = found()
        if drawn is None:
            st.rerun()
        guarded(drawn, *facts)

    @wraps(render)
    def call(drawn: Drawn, *facts: *tuple[*Facts, Words]) -> None:
        run(weakref.ref(drawn), *facts)

    return call


def named(
    name: str,
) -> Callable[[Callable[[Drawn, *Facts, Words], None]], Callable[[Drawn, *Facts, Words], None]]:
    """As ``fragment``, with a name."""
    return partial(fragment, name=name)


def run_again(*names: str) -> None:
    """Let these fragments run, and nothing else; for the end of a callback.

    Where one of them has left the page, what the callback's widget belongs to runs, as always.
    """
    with suppress(StreamlitAPIException):
        st.rerun(names)

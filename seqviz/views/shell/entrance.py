"""Who is let in, and what the others see: one message that goes on by itself, and nothing else."""

import time
from collections.abc import Callable
from contextlib import ExitStack

import streamlit as st

from seqviz.errors import InputError
from seqviz.server.door import pace
from seqviz.views.session import cache, state
from seqviz.views.session.i18n import Words

QUIET_SECONDS = 1.0
"""Before the first word about the line, and between two."""
ENTERED = "entered"
"""Under it a session remembers that it was let in: what is typed on its page must not go."""


def let_in(draw: Callable[[Words], None], w: Words) -> None:
    """Draw the page when it is the visitor's turn; a newcomer without room sees only that.

    Who has been let in before keeps the page, and is refused where a decoding is asked for.
    """
    place, told = st.empty(), time.monotonic()

    def tell(ahead: int) -> None:
        nonlocal told
        if time.monotonic() - told > QUIET_SECONDS:
            told = time.monotonic()
            place.caption(w("progress.waiting" if ahead else "progress.next", {"ahead": ahead}))

    knocks = not state.remembered(ENTERED)
    with ExitStack() as stack:
        try:
            stack.enter_context(cache.visits().visit(state.visitor(), tell, knocks=knocks))
        except InputError as error:
            state.begin_again()
            wait_outside(error, w)
            return
        state.remember(ENTERED, True)
        place.empty()
        draw(w)


def wait_outside(error: InputError, w: Words, *, key: str = "page") -> None:
    """Say "busy", and go on as soon as there is room, or somebody presses the button.

    Args:
        error: tells how many come first.
        w: the page's words.
        key: unique on the page.
    """
    every = pace(int(str(error.facts["found"])))
    st.fragment(_knock, run_every=every)(every, key, w)


def _knock(every: float, key: str, w: Words) -> None:
    """Ask whether there is room by now; much less of a crowd is asked for more often."""
    ahead = cache.visits().door.ahead(state.visitor())
    if ahead is None or 2 * pace(ahead) < every:
        st.rerun()
    st.info(w("error.busy", {"found": ahead}), icon=":material/hourglass_top:")
    st.button(w("progress.try"), key=f"try-{key}", icon=":material/refresh:")

"""Who is let in, and what the others see: one message that goes on by itself, and nothing else."""

import math
import time
from collections.abc import Callable
from contextlib import ExitStack

import streamlit as st

from seqviz.errors import InputError
from seqviz.server.observed import limited_client
from seqviz.server.queue import busy
from seqviz.views.session import cache, state
from seqviz.views.session.i18n import Words
from seqviz.views.shell.serving import presence

QUIET_SECONDS = 1.0
"""Before the first word about the line, and between two."""
LOOK_SECONDS = 5.0
"""Between two words about a pause."""
PASSING = ("busy", "too_often")
"""Errors that are over by themselves."""
ENTERED = "entered"
"""Under it a session remembers that it was let in: what is typed on its page must not go."""


def let_in(draw: Callable[[Words], None], w: Words) -> None:
    """Draw the page when it is the visitor's turn; a newcomer without room sees only that.

    Who has been let in before keeps the page, and is refused where a decoding is asked for.
    """
    place, told = st.empty(), time.monotonic()

    def tell(ahead: int) -> None:
        nonlocal told
        state.remembered(ENTERED)  # here Streamlit may end the run: the visitor has left
        if time.monotonic() - told > QUIET_SECONDS:
            told = time.monotonic()
            place.caption(words_of_waiting(ahead, w))

    client = limited_client(st.context.ip_address or "")
    cache.visits().comes(state.visitor(), client, presence())
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


def words_of_waiting(ahead: int, w: Words) -> str:
    """How many are served first, and about how long that takes."""
    seconds = max(1, round(cache.visits().expected_seconds(ahead)))
    facts = {"ahead": ahead, "seconds": seconds}
    return w("progress.waiting" if ahead else "progress.next", facts)


def wait_outside(error: InputError, w: Words, *, key: str = "page") -> None:
    """Say when to come back, and go on by then, or as soon as somebody presses the button.

    Args:
        error: one of ``PASSING``.
        w: the page's words.
        key: unique on the page.
    """
    if error.code == "too_often":
        seconds = float(str(error.facts["seconds"]))
        pause = st.fragment(_pause, run_every=min(seconds, LOOK_SECONDS))
        pause(time.monotonic() + seconds, key, w)
        return
    every = cache.visits().door.pace(int(str(error.facts["found"])))
    st.fragment(_knock, run_every=every)(every, key, w)


def _pause(until: float, key: str, w: Words) -> None:
    """Say for how long there is nothing more for this visitor."""
    left = until - time.monotonic()
    if left <= 0:
        st.rerun()
    facts = {"seconds": math.ceil(left)}
    st.info(w.error(InputError("too_often", facts)), icon=":material/hourglass_top:")
    st.button(w("progress.try"), key=f"try-{key}", icon=":material/refresh:")


def _knock(every: float, key: str, w: Words) -> None:
    """Ask whether there is room by now; much less of a crowd is asked for more often."""
    door = cache.visits().door
    ahead = door.ahead(state.visitor())
    if ahead is None or 2 * door.pace(ahead) < every:
        st.rerun()
    error = busy(ahead, door.expected_seconds(ahead))
    st.info(w.error(error), icon=":material/hourglass_top:")
    st.button(w("progress.try"), key=f"try-{key}", icon=":material/refresh:")

"""From a request to a trace on the page: progress, Cancel, waiting, and errors in words."""

import time
from collections.abc import Callable
from functools import partial
from typing import TypeVar

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from seqviz.errors import InputError, SeqVizError
from seqviz.trace import Trace
from seqviz.views.session import cache, state
from seqviz.views.session.i18n import Words
from seqviz.views.session.request import Request
from seqviz.views.shell.entrance import PASSING, wait_outside, words_of_waiting

QUIET_SECONDS = 0.6
UPDATE_SECONDS = 0.1
LARGE_MEGABYTES = 250
NO_MISTAKES = ("empty_text", "hub_not_here")
"""Errors that only say what to do next."""

Made = TypeVar("Made")


class Progress:
    """A bar with a Cancel button above it, both shown only when the work is not done at once.

    Every update, shown or not, is a point at which Streamlit may interrupt the run: Cancel works,
    and a slider that moves on does not wait for what it asked before.
    """

    def __init__(self, w: Words, key: str) -> None:
        """Reserve the place where the bar will be; ``key`` names the work for Cancel."""
        self._w, self.work = w, key
        self._place = st.empty()
        self._bar: DeltaGenerator | None = None
        self._started = self._updated = time.monotonic()
        self._share, self._words = 0.0, ""

    def step(self, step: int, limit: int) -> None:
        """Show how far the search is."""
        self.show(step / limit, self._w("progress.step", {"step": step + 1, "limit": limit}))

    def poll(self) -> None:
        """Let Streamlit interrupt, and otherwise leave the bar as it is."""
        self.show(self._share, self._words)

    def wait(self, ahead: int) -> None:
        """Show how many others are served first."""
        self.show(0.0, words_of_waiting(ahead, self._w))

    def show(self, share: float, words: str) -> None:
        """Show a share of the work as done, at most some times a second."""
        self._share, self._words = share, words
        now = time.monotonic()
        if now - self._updated < UPDATE_SECONDS:
            return
        self._updated = now
        if now - self._started < QUIET_SECONDS:
            state.is_cancelled(self.work)  # nothing to show yet, but here Streamlit may interrupt
            return
        if self._bar is None:
            with self._place.container():
                st.button(
                    self._w("progress.cancel"),
                    key=f"cancel-{self.work}",
                    icon=":material/close:",
                    on_click=state.cancel,
                    args=(self.work,),
                )
                self._bar = st.empty()
        self._bar.progress(min(max(share, 0.0), 1.0), text=words)

    def tell(self, text: str) -> None:
        """Show a translation in their place; what belongs to it is still to come."""
        with self._place.container(key="found"):
            st.text(text or self._w("header.nothing"))
            self._bar = st.empty()  # or the browser would leave the old one there until the end

    def clear(self) -> None:
        """Take bar and button away."""
        if self._bar is not None:
            self._place.empty()


def trace_for(request: Request, w: Words, *, says_text: bool = False) -> Trace | None:
    """The trace of a request; None when it was cancelled or refused, which the page then says.

    Args:
        request: what is wanted.
        w: the page's words.
        says_text: show the translation while a backend sends its record, which may be large.
    """

    def decode(progress: Progress) -> Trace:
        return cache.find_or_decode(
            request,
            progress.step,
            progress.wait,
            on_size=partial(_say_memory, w),
            on_text=progress.tell if says_text else None,
        )

    return shown(request.code, decode, w)


def shown(work: str, make: Callable[[Progress], Made], w: Words) -> Made | None:
    """What ``make`` returns, its progress shown; None when it was cancelled or refused.

    Args:
        work: names this piece of work for Cancel.
        make: asks the cache; it reports to the progress that it is given.
        w: the page's words.
    """
    if state.is_cancelled(work):
        offer_again(work, w)
        return None
    progress = Progress(w, work)
    try:
        with st.spinner(w("progress.working")):
            return make(progress)
    except SeqVizError as error:
        show_error(error, w, work=work)
        return None
    finally:
        progress.clear()


def offer_again(work: str, w: Words) -> None:
    """Say that the work was cancelled, and offer to start it again."""
    st.info(w("progress.cancelled"), icon=":material/cancel:")
    st.button(
        w("progress.again"),
        key=f"again-{work}",
        on_click=state.resume,
        icon=":material/refresh:",
    )


def _say_memory(w: Words, size: int) -> None:
    megabytes = size // 10**6
    if megabytes >= LARGE_MEGABYTES:
        st.caption(w("progress.memory", {"megabytes": megabytes}))


def show_error(error: SeqVizError, w: Words, *, work: str = "page") -> None:
    """One clear message: what was wrong, what was found, what to do.

    Args:
        error: what was refused.
        w: the page's words.
        work: names what was asked for, once on a page.
    """
    if isinstance(error, InputError) and error.code in PASSING:
        wait_outside(error, w, key=work)
        return
    kind = st.info if error.code in NO_MISTAKES else st.error
    kind(w.error(error), icon=":material/info:" if kind is st.info else ":material/error:")

"""Streamlit, with what tests need time for staged: long work halts, and a training needs no time.

The page says how often it was drawn, so that a test knows when that was done once more. That a
real training does what it is told is tested in tests/server/test_live_process.py.
"""

import time
from dataclasses import replace
from itertools import count

import streamlit as st
from streamlit.web.cli import main

from seqviz.records.live import CurvePoint, LiveJob
from seqviz.server.live_process import LiveView
from seqviz.views import page
from seqviz.views.session import cache, state
from seqviz.views.session.i18n import Words
from seqviz.views.shell import progress as decode
from seqviz.views.train import live
from tests.fixtures.toy_traces import rnn_trace
from tests.records.test_live import STATE

SENTENCE, BEAM_SIZE = "der hund ist kalt", "Beam size 3 "
"""Halts in its search; what the page says where all sentences halt that are searched with every
beam size.
"""
TIMES, SECONDS = 600, 0.1
_show, _render = decode.Progress.show, page.render
_runs = count(1)


def _render_and_count(w: Words) -> None:
    _render(w)
    st.html(f"<style>:root {{ --runs: {next(_runs)}; }}</style>")


def _show_and_halt(progress: decode.Progress, share: float, words: str) -> None:
    halts = state.text("text") == SENTENCE or words.startswith(BEAM_SIZE)
    for _ in range(TIMES if halts else 1):
        _show(progress, share, words)
        time.sleep(SECONDS if halts else 0)


class Training:
    """The training of one visitor: further on at every look, until it is told to stop."""

    job: LiveJob | None = None
    now = replace(STATE, step=0, losses=(), typed="")

    def start(self, visitor: str, job: LiveJob) -> None:
        """Begin."""
        self.job = job

    def tell(self, visitor: str, command: str, text: str = "") -> None:
        """Do what the page asks."""
        said = {"stop": {"phase": "stopped"}, "try": {"typed": text}}
        self.now = replace(self.now, **said[command])  # type: ignore[arg-type] # of each its own

    def look(self, visitor: str) -> LiveView | None:
        """What a process would have written by now."""
        if self.job is None:
            return None
        now, trace = self.now, rnn_trace()
        if now.phase == "training":
            step = now.step + 20
            losses = (*now.losses, CurvePoint(step=step, value=20 / step))
            self.now = now = replace(now, step=step, losses=losses)
        typed = replace(trace, source=replace(trace.source, text=now.typed)) if now.typed else None
        return LiveView(
            job=self.job, alive=True, crashed=False, state=now, example=trace, typed=typed
        )

    def end_all(self) -> None:
        """The server stops."""


decode.Progress.show = _show_and_halt  # type: ignore[method-assign, assignment] # that is what this is for
page.render = _render_and_count
_training = Training()
cache.live_processes = lambda: _training  # type: ignore[assignment] # for this, too
live.LOOK_SECONDS = 0.4
if __name__ == "__main__":
    main()

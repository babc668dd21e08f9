"""Importing this makes the app halt in what a test cancels, once for all runs of the page."""

import time

from seqviz.views.session import state
from seqviz.views.shell import progress as decode

SENTENCE, BEAM_SIZE = "der hund ist kalt", "Beam size 3 "
"""Halts in its search; what the page says where all sentences halt that are searched with every
beam size.
"""
TIMES, SECONDS = 600, 0.1
_show = decode.Progress.show


def _show_and_halt(progress: decode.Progress, share: float, words: str) -> None:
    halts = state.text("text") == SENTENCE or words.startswith(BEAM_SIZE)
    for _ in range(TIMES if halts else 1):
        _show(progress, share, words)
        time.sleep(SECONDS if halts else 0)


decode.Progress.show = _show_and_halt  # type: ignore[method-assign, assignment] # that is what this is for

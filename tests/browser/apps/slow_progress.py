"""Importing this makes the app rest whenever a search reports, once for all runs of the page."""

import time

from seqviz.views.shell import progress as decode

SECONDS_A_STEP = 0.05
_show = decode.Progress.show


def _show_slowly(progress: decode.Progress, share: float, words: str) -> None:
    time.sleep(SECONDS_A_STEP)
    _show(progress, share, words)


decode.Progress.show = _show_slowly  # type: ignore[method-assign, assignment] # that is what this is for

"""What a function returned last, kept in this process, where no visitor can empty it.

Knows nothing about Streamlit, whose own caches anybody may empty who sends it a message.
"""

import time
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar, TypeVarTuple

from seqviz.server.store import Store

Facts = TypeVarTuple("Facts")
Made = TypeVar("Made")


class Kept(Generic[*Facts, Made]):
    """A function that is called once for the same arguments; visitors who ask at once wait."""

    def __init__(
        self, make: Callable[[*Facts], Made], *, most: int, seconds: float | None = None
    ) -> None:
        """Keep nothing yet; see ``kept``."""
        self._make, self._seconds = make, seconds
        self._made = Store[Made](lambda _: 0, most=most, most_bytes=0)

    def __call__(self, *facts: *Facts) -> Made:
        """What the function returns; what it raises is not kept."""
        key: Hashable = (facts, self._seconds and time.monotonic() // self._seconds)
        return self._made.find_or_make(key, lambda: self._make(*facts))

    def clear(self) -> None:
        """Call the function anew."""
        self._made.clear()


def kept(
    *, most: int = 1, seconds: float | None = None
) -> Callable[[Callable[[*Facts], Made]], Kept[*Facts, Made]]:
    """Keep what a function returns.

    Args:
        most: results kept; the one unused for longest goes first.
        seconds: after so many at the latest, the function is called again; None: never.
    """

    def decorate(make: Callable[[*Facts], Made]) -> Kept[*Facts, Made]:
        return Kept(make, most=most, seconds=seconds)

    return decorate

"""What a request is told while it is worked on, and how it is called off."""

import threading
from collections.abc import Callable

from seqviz.errors import DecodingCancelled

Tell = Callable[[dict[str, int]], None]


class Told:
    """Between the thread that works and whoever asked; threads share it."""

    def __init__(self, tell: Tell = lambda _: None) -> None:
        """Tell nobody, unless somebody listens.

        Args:
            tell: called from the working thread with what is new.
        """
        self._tell = tell
        self._left = threading.Event()

    @property
    def has_left(self) -> bool:
        """Whether nobody waits for the answer any more."""
        return self._left.is_set()

    def leave(self) -> None:
        """The one who asked is gone: the work ends at its next step."""
        self._left.set()

    def wait(self, ahead: int) -> None:
        """Some times a second before the turn: how many come first.

        Raises:
            DecodingCancelled: who asked has left.
        """
        self._stay()
        self._tell({"ahead": ahead})

    def step(self, step: int, limit: int) -> None:
        """Before every step of a search; the most steps there can be.

        Raises:
            DecodingCancelled: as ``wait``.
        """
        self._stay()
        self._tell({"step": step, "limit": limit})

    def _stay(self) -> None:
        if self.has_left:
            raise DecodingCancelled

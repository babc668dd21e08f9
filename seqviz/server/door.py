"""The door of the server: few visitors are let in at once, the others keep their place outside.

Who is outside costs nothing but a line in a list: no thread waits for them. They ask again from
time to time; whoever has left, or stops asking, lets the others pass at once, keeps the place for a
while, and is forgotten. Knows nothing about Streamlit or words.
"""

import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from seqviz.server.queue import busy

FORGET_SECONDS = 90.0
"""Who has not asked for so long has left; browsers slow pages down that nobody looks at."""
LATE = 1.5
"""Who is later than so many times the agreed pace lets others pass, until asking again."""
LEAST_PACE, MOST_PACE, SECONDS_EACH = 2.0, 10.0, 0.1
"""Seconds between two questions, and how many more for everybody who comes first."""


@dataclass
class _Outside:
    """One who waits."""

    asked: float
    pace: float

    def is_late(self, now: float) -> bool:
        return now - self.asked > LATE * self.pace


class Door:
    """Who is in, and who waits outside, in the order in which they came."""

    def __init__(
        self,
        *,
        most: int,
        expected_seconds: Callable[[int], float] = lambda ahead: ahead + 1,
        is_here: Callable[[str], bool] = lambda _: True,
    ) -> None:
        """Nobody is there yet.

        Args:
            most: are let in at once.
            expected_seconds: about when there is room for somebody with so many ahead.
            is_here: whether somebody who waits has not left.
        """
        self._most, self._expected_seconds, self._is_here = most, expected_seconds, is_here
        self._inside: Counter[str] = Counter()
        self._outside: dict[str, _Outside] = {}
        self._lock = threading.Lock()

    def enter(self, who: str) -> None:
        """Go in, or wait outside; who is in already may, and then has to leave twice.

        Raises:
            InputError: "busy", with how many come first, and about how many seconds it takes.
        """
        with self._lock:
            ahead = self._ahead(who)
            if ahead is not None:
                self._outside[who].pace = pace(ahead)
                raise busy(ahead, self._expected_seconds(ahead))
            self._outside.pop(who, None)
            self._inside[who] += 1

    def leave(self, who: str) -> None:
        """Go out again."""
        with self._lock:
            self._inside[who] -= 1
            if self._inside[who] <= 0:
                del self._inside[who]

    def __len__(self) -> int:
        """How many are in."""
        return len(self._inside)

    def outside(self) -> int:
        """How many wait before it, those included who have not asked for a while."""
        with self._lock:
            return sum(map(self._is_here, self._outside))

    def ahead(self, who: str) -> int | None:
        """How many outside come before this one, whose place is kept; None: there is room."""
        with self._lock:
            return self._ahead(who)

    def _ahead(self, who: str) -> int | None:
        if who in self._inside:
            return None
        now = time.monotonic()
        for one, other in list(self._outside.items()):
            if now - other.asked > FORGET_SECONDS:
                del self._outside[one]
        self._outside.setdefault(who, _Outside(now, MOST_PACE)).asked = now
        before = list(self._outside)[: list(self._outside).index(who)]
        ahead = sum(not self._outside[one].is_late(now) and self._is_here(one) for one in before)
        return None if len(self._inside) + ahead < self._most else ahead


def pace(ahead: int) -> float:
    """After how many seconds to ask again, with so many ahead: not all at once, and in time."""
    return min(LEAST_PACE + SECONDS_EACH * ahead, MOST_PACE)

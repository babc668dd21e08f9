"""The door of the server: few visitors are let in at once, the others keep their place outside.

Who is outside costs nothing but a line in a list: no thread waits for them. They ask again from
time to time; whoever has left, or stops asking, lets the others pass at once, keeps the place for a
while, and is forgotten. Knows nothing about Streamlit or words.
"""

import threading
import time
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass

from seqviz.server.queue import busy

FORGET_SECONDS = 90.0
"""Who has not asked for so long has left; browsers slow pages down that nobody looks at."""
LATE = 1.5
"""Who is later than so many times the agreed pace lets others pass, until asking again."""
NEWEST, SECONDS_A_PLACE = 32, 0.2
"""Places of which the time is remembered at which they became free, and a guess of the time between
two before any was: that of translating a usual sentence on two cores."""
LEAST_PACE, MOST_PACE = 2.0, 15.0
"""Seconds between two questions."""


@dataclass
class _Outside:
    """One who waits."""

    asked: float
    pace: float

    def is_late(self, now: float) -> bool:
        return now - self.asked > LATE * self.pace


class Door:
    """Who is in, and who waits outside, in the order in which they came."""

    def __init__(self, *, most: int, is_here: Callable[[str], bool] = lambda _: True) -> None:
        """Nobody is there yet.

        Args:
            most: are let in at once.
            is_here: whether somebody who waits has not left.
        """
        self._most, self._is_here = most, is_here
        self._freed: deque[float] = deque(maxlen=NEWEST)
        """When places became free, as long as somebody waited for one."""
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
                self._outside[who].pace = self.pace(ahead)
                raise busy(ahead, self.expected_seconds(ahead))
            self._outside.pop(who, None)
            self._inside[who] += 1

    def leave(self, who: str) -> None:
        """Go out again."""
        with self._lock:
            self._inside[who] -= 1
            if self._inside[who] <= 0:
                del self._inside[who]
                self._note_free_place(time.monotonic())

    def __len__(self) -> int:
        """How many are in."""
        return len(self._inside)

    def expected_seconds(self, ahead: int) -> float:
        """About when there is room for one with so many ahead, as places became free lately."""
        first, *more = self._freed or (time.monotonic(),)
        between = (time.monotonic() - first) / len(more) if more else SECONDS_A_PLACE
        return between * (ahead + 1)

    def pace(self, ahead: int) -> float:
        """After how many seconds to ask again: a part of the wait, for a question takes time, too.

        Whose pace is not yet twice as slow as this keeps it, and still comes well before the end.
        """
        return min(max(self.expected_seconds(ahead) / 4, LEAST_PACE), MOST_PACE)

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
        ahead = sum(self._waits(one, now) for one in before)
        return None if len(self._inside) + ahead < self._most else ahead

    def _waits(self, who: str, now: float) -> bool:
        """Whether one who is remembered outside is there."""
        return not self._outside[who].is_late(now) and self._is_here(who)

    def _note_free_place(self, now: float) -> None:
        if any(self._waits(one, now) for one in self._outside):
            self._freed.append(now)
        else:
            self._freed.clear()
